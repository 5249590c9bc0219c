"""How an act is done without moving an application: allowed by the table, journalled, its mail owed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label, state_label
from models import Application, FunderLine
from models.errors import Reason, Refused
from models.vocabulary import Act
from notifications.cause import Cause
from notifications.formats import short_day
from notifications.outbox import owe_for
from notifications.recipients import managers_of
from notifications.redating import redate
from notifications.sender import current_sender
from workflows.actors import Actor
from workflows.deadlines import civil_date
from workflows.journal import By, record
from workflows.lifecycle import ACT
from workflows.move import Given, Move
from workflows.obligations import Ledger
from workflows.rules import Rules, rules_of


@dataclass(frozen=True, slots=True)
class Desk:
    """Who does something, when, in which transaction, by which rules."""

    session: Session
    actor: Actor
    now: datetime
    rules: Rules

    @classmethod
    def at(
        cls, session: Session, actor: Actor, now: datetime, rules: Rules | None = None
    ) -> "Desk":
        """A desk with the shipped rules unless others are given."""
        return cls(session, actor, now, rules or rules_of())

    @property
    def today(self) -> date:
        """The civil date in Paris."""
        return civil_date(self.now)


def perform(
    desk: Desk,
    application: Application,
    act: Act,
    work: Callable[[Ledger], object],
    *,
    facts: dict[str, Any] | None = None,
    words: str = "",
    line: FunderLine | None = None,
    changes: Collection[str] = (),
    notify: bool = True,
) -> Ledger:
    """Check that `act` is allowed, journal it, let `work` change things, owe the mail it causes.

    `line` is the one that the act is about: a funder acts on its own. `changes` are the fields that
    an amendment changes. Without `notify` nobody is written to. Raises `Refused` when the state, the
    role or a condition does not allow it.
    """
    role = desk.actor.acts_as(ACT[act].by, application, line)
    reasons = hindrances(desk, application, act, words=words, line=line, changes=changes)
    if reasons or role is None:
        raise Refused(reasons)
    entry = record(
        desk.session,
        application.call.contract_id,
        act,
        By(role, desk.actor.person_id),
        desk.now,
        application=application,
        facts=facts,
        words=words,
    )
    ledger = Ledger(desk.session, application, entry, desk.now, desk.rules)
    work(ledger)
    desk.session.flush()
    redate(desk.session, application, ledger.moved, desk.now)
    if notify:
        owe_for(desk.session, Cause(application, act, entry, ledger.opened, words, desk.now))
    return ledger


def hindrances(
    desk: Desk,
    application: Application,
    act: Act,
    *,
    words: str = "",
    line: FunderLine | None = None,
    changes: Collection[str] = (),
) -> list[Reason]:
    """Every reason why this act is not possible now; empty when it is. Raises nothing."""
    rule = ACT[act]
    reasons = []
    if application.state not in rule.states:
        state = state_label(application.state, application.outcome)
        text = _("Ce n’est pas possible pour un dossier « {state} ».").format(state=state)
        reasons.append(Reason("wrong_state", text))
    if desk.actor.acts_as(rule.by, application, line) is None:
        text = _("C’est réservé à : {roles}.").format(roles=", ".join(map(role_label, rule.by)))
        reasons.append(Reason("not_allowed", text))
    given = Given(reason=words, changes=frozenset(changes))
    move = Move(application, act, desk.actor, desk.now, desk.rules, given)
    failing = [] if reasons else [guard for guard in rule.guards if not guard.holds(move)]
    told = _told(desk.session, application) if failing else {}
    return reasons + [
        Reason(guard.code, _(guard.otherwise).format(**told), role_label(guard.fixed_by))
        for guard in failing
    ]


def _told(session: Session, application: Application) -> dict[str, str]:
    """What the sentences of the conditions name: the dates of the call, and whom to write to."""
    call = application.call
    return {
        "opens": short_day(call.opens_on),
        "closes": short_day(call.closes_on),
        "contact": team_of(session, call.contract_id),
    }


def team_of(session: Session, contract_id: int) -> str:
    """Whom an applicant writes to, with their addresses; raises nothing."""
    team = [f"{who.name}, {who.email}" for who in managers_of(session, contract_id)]
    return " ; ".join(team) or current_sender().reply_to
