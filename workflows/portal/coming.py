"""What comes next for an applicant, with its date, whether or not something is asked of them."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.i18n import later
from models import Application, CommitteeSession
from models.vocabulary import State
from notifications.formats import day as written


class Followed(NamedTuple):
    """Of one application, what its next date depends on; `session_on` is the day of its committee."""

    number: int
    call_id: int
    state: State
    session_on: date | None
    ends_on: date


_NEXT_COMMITTEE = later("Le prochain comité des financeurs se réunit le {day}.")
_COMMITTEE = later("Le comité se réunit le {day}.")
_DECIDED = later("Le comité s’est réuni le {day} : sa décision vous sera envoyée par courriel.")
_END = later("Fin prévue de l’action : le {day}.")


def coming_of(session: Session, followed: Sequence[Followed], today: date) -> dict[int, str]:
    """One sentence for each application that has a date to come; raises nothing."""
    calls = {one.call_id for one in followed if one.state in {State.SUBMITTED, State.ELIGIBLE}}
    planned = _planned(session, calls, today) if calls else {}
    told = {one.number: _told(one, planned.get(one.call_id), today) for one in followed}
    return {number: sentence for number, sentence in told.items() if sentence}


def _planned(session: Session, calls: set[int], today: date) -> dict[int, date]:
    """The next session of each of these calls."""
    query = (
        select(CommitteeSession.call_id, func.min(CommitteeSession.held_on))
        .where(CommitteeSession.call_id.in_(calls), CommitteeSession.held_on >= today)
        .group_by(CommitteeSession.call_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def coming_for(application: Application, today: date) -> str:
    """The sentence for one application, loaded whole; empty without a date to come. Raises nothing."""
    held_on = application.session.held_on if application.session else None
    planned = (one.held_on for one in application.call.sessions if one.held_on >= today)
    one = Followed(
        application.id, application.call_id, application.state, held_on, application.ends_on
    )
    return _told(one, next(planned, None), today)


def _told(one: Followed, planned: date | None, today: date) -> str:
    match one.state:
        case State.SUBMITTED | State.ELIGIBLE if planned:
            return _(_NEXT_COMMITTEE).format(day=written(planned))
        case State.COMMITTEE if one.session_on:
            said = _COMMITTEE if one.session_on >= today else _DECIDED
            return _(said).format(day=written(one.session_on))
        case State.FUNDED if one.ends_on >= today:
            return _(_END).format(day=written(one.ends_on))
        case _:
            return ""
