"""What is written about one date: more time asked for, granted, or refused."""

from datetime import date

from config.i18n import gettext as _
from models import Obligation
from models.vocabulary import Role
from notifications.cause import Cause
from notifications.contexts import AboutApplication
from notifications.reading import about
from notifications.reasons import duty_label, policy_of
from notifications.samples import ABOUT
from notifications.wording import Line, Words

ANSWER = "delay_asked"


class AboutDate(AboutApplication):
    """What is owed, by when, and what was said of it."""

    label: Line
    expected: Line
    due: date
    reason: Words


class DelayAsked(AboutDate):
    """To managers; `obligation` is its key, `paused_until` the day on which reminders go on."""

    owner: Line
    obligation: Line
    wanted: date
    paused_until: date


class DateMoved(AboutDate):
    """To whoever owes it."""


class DelayRefused(AboutDate):
    """To whoever owes it and had asked for more time."""


def delay_asked(cause: Cause) -> DelayAsked:
    owed, facts = cause.obligations[0], cause.entry.facts
    return DelayAsked.model_validate(
        _about(cause, owed)
        | {
            "owner": _owner(cause, owed),
            "obligation": owed.key,
            "wanted": facts.get("wanted", owed.effective_on),
            "paused_until": facts.get("until", owed.effective_on),
        }
    )


def date_moved(cause: Cause) -> DateMoved:
    return DateMoved.model_validate(_about(cause, cause.obligations[0]))


def delay_refused(cause: Cause) -> DelayRefused | None:
    """Only when it was an asked-for delay that made reminders wait."""
    if cause.entry.facts.get("ended", ANSWER) != ANSWER:
        return None
    return DelayRefused.model_validate(_about(cause, cause.obligations[0]))


def _owner(cause: Cause, owed: Obligation) -> str:
    application = cause.application
    if owed.owed_by is Role.GRANTEE:
        return application.applicant.name
    pilot = cause.lead_pilot if owed.owed_by is Role.PILOT else None
    return pilot.name if pilot else application.call.contract.name


def _about(cause: Cause, owed: Obligation) -> dict[str, object]:
    label = duty_label(owed)
    return {
        **about(cause),
        "label": f"{label} ({owed.about})" if owed.about else label,
        "expected": _(policy_of(owed).expected),
        "due": owed.effective_on,
        "reason": cause.reason,
    }


_SAMPLE = ABOUT | {
    "label": "Rendre le bilan intermédiaire",
    "expected": "Le bilan de l’action à ce jour ; sans lui, la demande de l’année suivante est"
    " irrecevable.",
    "due": date(2021, 10, 15),
    "reason": "Notre trésorière est en congé jusqu’au 25 octobre.",
}
DELAY_ASKED = DelayAsked.model_validate(
    _SAMPLE
    | {
        "owner": "Association Les Mains vertes",
        "obligation": "CV112-2021-0042:interim_report",
        "wanted": date(2021, 11, 1),
        "paused_until": date(2021, 10, 18),
    }
)
DATE_MOVED = DateMoved.model_validate(_SAMPLE | {"due": date(2021, 11, 1)})
DELAY_REFUSED = DelayRefused.model_validate(
    _SAMPLE | {"reason": "Le bilan sert à préparer l’appel suivant, qui ouvre en novembre."}
)
