"""Answering a reminder from the mail itself: a signed link that a page opens, and a button that acts."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import Application, Obligation, Person
from models.errors import NotFound
from models.vocabulary import Role
from notifications.tokens import Asked, answer_token, read_answer
from workflows.actors import Actor
from workflows.answers import ask_delay, take_care
from workflows.deadlines import civil_date
from workflows.desk import Desk
from workflows.obligations import LIVE
from workflows.queries import get_application_by_id

OPEN_FOR = timedelta(days=30)
PATH = "/repondre/"  # and the token; the pages answer there


class Opened(NamedTuple):
    """What a link opens: who answers, about what."""

    person: Person
    obligation: Obligation
    application: Application


def link_token(secret: bytes, obligation: Obligation, person: Person, today: date) -> str:
    """The token of a link in a mail of today; raises nothing."""
    asked = Asked(obligation.id, obligation.effective_on, person.id, today + OPEN_FOR)
    return answer_token(secret, asked)


def open_link(session: Session, secret: bytes, token: str, now: datetime) -> Opened:
    """What a page shows before anything is done; looking changes nothing.

    Raises `NotFound` for a token that is not ours, is out of date, or speaks of a date that is no
    longer the one in force.
    """
    asked = read_answer(secret, token, civil_date(now))
    obligation = _still(session, asked) if asked else None
    person = session.get(Person, asked.person_id) if asked else None
    if obligation is None or person is None or not person.active:
        raise NotFound(
            _(
                "Ce lien ne sert plus : il date de plus d’un mois, ou cette échéance est réglée ou a"
                " changé de date. Répondez au courriel, ou connectez-vous."
            )
        )
    return Opened(person, obligation, get_application_by_id(session, obligation.application_id))


def answer_by_link(
    session: Session,
    secret: bytes,
    token: str,
    now: datetime,
    *,
    wanted: date | None = None,
    reason: str = "",
) -> date:
    """« Je m’en occupe », or with a date « délai demandé »; the day on which reminders go on.

    Raises `NotFound` as `open_link` does, `BadInput` and `Refused` as the answers do.
    """
    opened = open_link(session, secret, token, now)
    desk = Desk.at(session, _as_owner(opened), now)
    if wanted is None:
        return take_care(desk, opened.application, opened.obligation)
    return ask_delay(desk, opened.application, opened.obligation, wanted, reason)


def _still(session: Session, asked: Asked) -> Obligation | None:
    return session.scalar(
        select(Obligation)
        .where(
            Obligation.id == asked.obligation_id,
            Obligation.effective_on == asked.for_date,
            Obligation.status.in_(LIVE),
        )
        .options(joinedload(Obligation.organisation))
    )


def _as_owner(opened: Opened) -> Actor:
    """Whoever was reminded because they owe it may answer for it, and do nothing else."""
    owed = opened.obligation
    organisation = None if owed.owed_by is Role.MANAGER else owed.organisation_id
    return Actor(((owed.owed_by, organisation),), opened.person.id, opened.person.name)
