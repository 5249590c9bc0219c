"""What was lately heard from whoever owes: answers about a duty, acts in the file, mail they were sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models import JournalEntry, Message, Obligation, ObligationAnswer
from models.vocabulary import AnswerKind, MessageStatus, Role
from workflows.deadlines import civil_date
from workflows.ladder import Quiet

IDS_AT_A_TIME = 500
REMINDED = (Role.GRANTEE, Role.PILOT)  # a manager is in touch with every file, all the time

ANSWERS = (
    select(ObligationAnswer)
    .where(
        ObligationAnswer.obligation_id.in_(bindparam("keys", expanding=True)),
        ObligationAnswer.kind != AnswerKind.SKIPPED,
    )
    .order_by(ObligationAnswer.id)
)
ACTS = (
    select(JournalEntry.application_id, JournalEntry.actor_role, func.max(JournalEntry.at))
    .where(
        JournalEntry.application_id.in_(bindparam("keys", expanding=True)),
        JournalEntry.actor_role.in_(REMINDED),
    )
    .group_by(JournalEntry.application_id, JournalEntry.actor_role)
)
MAILS = (
    select(Message.application_id, Message.person_id, func.max(Message.composed_at))
    .join(JournalEntry, JournalEntry.id == Message.entry_id)
    .where(
        Message.application_id.in_(bindparam("keys", expanding=True)),
        Message.person_id.is_not(None),
        JournalEntry.actor_role != Role.SYSTEM,
        Message.status.not_in((MessageStatus.CANCELLED, MessageStatus.REFUSED)),
    )
    .group_by(Message.application_id, Message.person_id)
)


@dataclass(slots=True)
class Heard:
    """The last answer on each duty and date, the last act and the last mail on each application."""

    answers: dict[tuple[int, date], ObligationAnswer] = field(default_factory=dict)
    acts: dict[tuple[int, Role], date] = field(default_factory=dict)
    mails: dict[tuple[int, int], date] = field(default_factory=dict)

    def quiet(self, obligation: Obligation, owners: Sequence[int], grace_days: int) -> Quiet:
        """The days on which this obligation, owed by these persons, is left alone; raises nothing."""
        answer = self.answers.get((obligation.id, obligation.effective_on))
        answered = answer.until if answer and answer.until else date.min
        if obligation.owed_by not in REMINDED:
            return Quiet(answered)
        application = obligation.application_id
        contacts = [self.mails.get((application, person)) for person in owners]
        known = [
            day for day in (*contacts, self.acts.get((application, obligation.owed_by))) if day
        ]
        if not known or not grace_days:
            return Quiet(answered)
        return Quiet(answered, max(known) + timedelta(days=grace_days))


def read_heard(session: Session, obligations: Sequence[Obligation]) -> Heard:
    """What was heard about these obligations; raises nothing."""
    heard = Heard()
    for keys in parts([o.id for o in obligations]):
        for answer in session.scalars(ANSWERS, {"keys": keys}):
            heard.answers[answer.obligation_id, answer.for_date] = answer
    for keys in parts(sorted({o.application_id for o in obligations})):
        for application, role, at in session.execute(ACTS, {"keys": keys}):
            heard.acts[application or 0, role] = civil_date(at)
        for application, person, at in session.execute(MAILS, {"keys": keys}):
            heard.mails[application or 0, person or 0] = civil_date(at)
    return heard


def parts(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    """The keys, as many at a time as a statement takes; raises nothing."""
    for start in range(0, len(keys), IDS_AT_A_TIME):
        yield keys[start : start + IDS_AT_A_TIME]
