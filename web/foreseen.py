"""« Si vous validez : … »: what a move would write, read before it is thrown away."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label, state_label
from config.policy import load_policies
from models import Message
from models.errors import BadInput, NotFound, Reason, Refused
from models.vocabulary import Trigger
from web.errors import sentences_of
from web.visit import Visit
from workflows.move import Given
from workflows.possible import foresee
from workflows.queries import get_application


class OwedThen(NamedTuple):
    """An obligation that the move would open."""

    label: str
    about: str
    by: str
    due: date


class MailThen(NamedTuple):
    """A mail that the move would owe."""

    recipient: str
    subject: str
    answers_to: str = ""  # who reads the answers, when it is not the team


def mail_of(session: Session, entry_id: int) -> tuple[MailThen, ...]:
    """The mail that an entry of the journal owes; raises nothing."""
    rows = session.execute(
        select(Message.recipient, Message.subject).where(Message.entry_id == entry_id)
    )
    return tuple(MailThen(recipient, subject) for recipient, subject in rows)


class Foreseen(NamedTuple):
    """What would follow; or why nothing would."""

    state: str = ""
    owed: tuple[OwedThen, ...] = ()
    mail: tuple[MailThen, ...] = ()
    against: tuple[Reason, ...] = ()


def foreseen(visit: Visit, reference: str, trigger: Trigger, given: Given) -> Foreseen:
    """Try the move; the visit is one that keeps nothing, and its application is not to be used after."""
    application = get_application(visit.session, reference)
    try:
        done = foresee(visit.session, application, trigger, visit.actor, visit.now, given)
    except (Refused, BadInput, NotFound) as error:
        return Foreseen(against=tuple(sentences_of(error)))
    visit.session.flush()
    return Foreseen(
        state=state_label(application.state, application.outcome),
        owed=tuple(
            OwedThen(
                _(load_policies().deadlines[o.duty].label),
                o.about,
                role_label(o.owed_by),
                o.effective_on,
            )
            for o in done.obligations
        ),
        mail=tuple(MailThen(m.recipient, m.subject, m.answers_to) for m in done.messages),
    )
