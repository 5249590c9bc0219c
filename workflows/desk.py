"""How an act is done without moving an application: allowed by the table, journalled, its mail owed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import role_label, state_label
from models import Application, FunderLine
from models.errors import Reason, Refused
from models.vocabulary import (
    Act,
    Role,
)
from notifications.cause import Cause
from notifications.outbox import owe_for
from notifications.redating import redate
from workflows.actors import Actor
from workflows.deadlines import civil_date
from workflows.journal import By, record
from workflows.lifecycle import ACT
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
    notify: bool = True,
) -> Ledger:
    """Check that `act` is allowed, journal it, let `work` change things, owe the mail it causes.

    `line` is the one that the act is about: a funder acts on its own. Without `notify` nobody is
    written to. Raises `Refused` when the state or the role does not allow it.
    """
    role = _role_for(desk.actor, application, act, line)
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


def _role_for(actor: Actor, application: Application, act: Act, line: FunderLine | None) -> Role:
    rule = ACT[act]
    reasons = []
    if application.state not in rule.states:
        state = state_label(application.state, application.outcome)
        text = _("Ce n’est pas possible pour un dossier « {state} ».").format(state=state)
        reasons.append(Reason("wrong_state", text))
    role = actor.acts_as(rule.by, application, line)
    if role is None:
        text = _("C’est réservé à : {roles}.").format(roles=", ".join(map(role_label, rule.by)))
        reasons.append(Reason("not_allowed", text))
    if reasons or role is None:
        raise Refused(reasons)
    return role
