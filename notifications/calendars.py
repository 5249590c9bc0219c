"""Dated duties as calendar files: one event each, the same identifier for ever, taken back when void."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Obligation, ObligationChange
from models.vocabulary import DatedChange, ObligationStatus
from notifications.composing import digest
from notifications.formats import PARIS
from notifications.reasons import duty_label, policy_of, why
from notifications.sender import Sender, current_sender
from notifications.wording import one_line, shortened

if TYPE_CHECKING:
    from icalendar import Calendar, Event

PRODUCT = "-//Jalon//Contrat de ville//FR"
MOST = 40  # in one file
LONGEST_TITLE = 60  # in what a month shows of an event
READ_AGAIN = timedelta(hours=6)
LIVE = (ObligationStatus.OPEN, ObligationStatus.PAUSED)


class DutyEvent(NamedTuple):
    """One duty as a day in a calendar; `sequence` grows each time something of it changes."""

    key: str
    due: date
    summary: str
    description: str
    sequence: int
    void: bool
    page: str = ""  # where to see it in Jalon


def events_of(
    session: Session,
    obligations: Sequence[Obligation],
    *,
    most: int = MOST,
    page_of: Callable[[Obligation], str] = lambda _obligation: "",
) -> list[DutyEvent]:
    """These duties as events, in the language in force; each comes with its application."""
    numbers = [obligation.id for obligation in obligations]
    query = (
        select(ObligationChange.obligation_id, func.count())
        .where(
            ObligationChange.obligation_id.in_(numbers),
            ObligationChange.change != DatedChange.OPENED,
        )
        .group_by(ObligationChange.obligation_id)
    )
    changes = {row[0]: row[1] for row in session.execute(query)} if numbers else {}
    return [_event(o, changes.get(o.id, 0), page_of(o)) for o in obligations[:most]]


def calendar_file(
    events: Sequence[DutyEvent],
    now: datetime,
    *,
    name: str = "",
    sender: Sender | None = None,
) -> str:
    """The file: published, or taken back when nothing in it holds any more."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method_of(events))
    if name:
        _name(calendar, name, None if events else now.date())
    domain = (sender or current_sender()).domain
    for event in events:
        calendar.add_component(_component(event, now, domain))
    text: bytes = calendar.to_ical()
    return text.decode()


def _name(calendar: "Calendar", name: str, nothing_on: date | None) -> None:
    """What a program that reads it again and again wants: its name, its time, how often to come back."""
    from icalendar import Timezone

    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", PARIS.key)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    if nothing_on:  # a calendar with nothing in it at all is refused by some
        until = nothing_on + timedelta(days=730)
        calendar.add_component(
            Timezone.from_tzid(PARIS.key, first_date=nothing_on, last_date=until)
        )


def method_of(events: Sequence[DutyEvent]) -> str:
    """CANCEL when every event is void, else PUBLISH."""
    return "CANCEL" if events and all(event.void for event in events) else "PUBLISH"


def _event(obligation: Obligation, changes: int, page: str) -> DutyEvent:
    application = obligation.application
    label = duty_label(obligation)
    about = f" ({obligation.about})" if obligation.about else ""
    title = shortened(application.title, LONGEST_TITLE)
    said = [
        _("Dossier {reference} : « {title} ».").format(
            reference=application.reference, title=application.title
        ),
        _(policy_of(obligation).expected),
        _("Règle : {why}.").format(why=why(obligation)),
    ]
    return DutyEvent(
        key=obligation.key,
        due=obligation.effective_on,
        summary=one_line(f"{label}{about} – {application.reference} {title}"),
        description="\n".join(map(one_line, said)),
        sequence=changes,
        void=obligation.status not in LIVE,
        page=page,
    )


def _component(event: DutyEvent, now: datetime, domain: str) -> "Event":
    from icalendar import Event

    component = Event()
    component.add("uid", f"{digest(event.key)}@{domain}")
    component.add("dtstamp", now)
    component.add("last-modified", now)
    component.add("sequence", event.sequence)
    component.add("dtstart", event.due)
    component.add("dtend", event.due + timedelta(days=1))
    component.add("summary", event.summary)
    said = [event.description, event.page] if event.page else [event.description]
    component.add("description", "\n".join(said))
    if event.page:
        component.add("url", event.page)
    component.add("status", "CANCELLED" if event.void else "CONFIRMED")
    component.add("transp", "TRANSPARENT")
    return component
