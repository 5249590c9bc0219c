"""Undoing the last step of an application: fields put back, obligations put back, mail compensated."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import (
    Application,
    FunderLine,
    JournalEntry,
    Message,
    Obligation,
    ObligationChange,
    OrganisationAlias,
)
from models.vocabulary import DatedChange, LineStatus, ObligationStatus, Trigger
from notifications.outbox import cancel_unsent, sent_for
from workflows.early_decisions import decisions_of, told_of
from workflows.move import Move
from workflows.obligations import LIVE, Ledger

ENDINGS = (DatedChange.MET, DatedChange.CANCELLED)


def last_move(session: Session, application: Application) -> JournalEntry | None:
    """The last step that was not itself corrected; None in the first state. Raises nothing."""
    moves: list[JournalEntry] = []
    for entry in session.scalars(
        select(JournalEntry)
        .where(JournalEntry.application_id == application.id, JournalEntry.source.is_not(None))
        .order_by(JournalEntry.seq)
    ):
        if entry.action == Trigger.CORRECT:
            moves.pop()
        else:
            moves.append(entry)
    return moves[-1] if moves else None


def undo(move: Move, ledger: Ledger, undone: JournalEntry) -> None:
    """Put back the fields that the step changed and the obligations it opened or ended; raises nothing."""
    _restore(ledger.session, move.application, undone.facts["before"])
    ledger.session.flush()
    for change in _changes_of(ledger.session, undone):
        _reverse(ledger, change)
    ledger.cancel(_opened_since(ledger, undone), _("étape corrigée"))


def mail_to_correct(
    session: Session, application: Application, undone: JournalEntry, now: datetime
) -> Sequence[Message]:
    """Cancel what has not left yet; return what has, to be corrected by a new mail. Raises nothing.

    The decisions of single funders recorded since go with the step: their lines are put back.
    """
    decisions = decisions_of(session, application, after=undone.seq)
    for number in (undone.id, *decisions):
        cancel_unsent(session, number, now=now, reason=_("étape corrigée avant l’envoi"))
    return [*sent_for(session, undone.id), *told_of(session, decisions)]


def _restore(session: Session, application: Application, before: dict[str, Any]) -> None:
    fields = before["fields"]
    application.session = next(
        (s for s in application.call.sessions if s.id == fields["session_id"]), None
    )
    application.voted = Decimal(fields["voted"])
    application.to_repay = _amount(fields["to_repay"])
    for line in application.lines:
        kept = _kept_of(session, line, before["lines"])
        line.status = LineStatus(kept["status"])
        line.voted = _amount(kept["voted"])
        line.decision_reference = kept["decision_reference"]
        for name in ("decided_on", "agreement_signed_on", "agreement_published_on"):
            setattr(line, name, date.fromisoformat(kept[name]) if kept[name] else None)


def _kept_of(session: Session, line: FunderLine, kept: dict[str, Any]) -> dict[str, Any]:
    """What was kept of a line, under the number of its funder, or of one since merged into it."""
    if str(line.funder.id) not in kept:
        merged = select(OrganisationAlias.was_id).where(
            OrganisationAlias.organisation_id == line.funder.id
        )
        known = {str(number) for number in session.scalars(merged)}
        return next(value for number, value in kept.items() if number in known)
    found: dict[str, Any] = kept[str(line.funder.id)]
    return found


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _changes_of(session: Session, entry: JournalEntry) -> Sequence[ObligationChange]:
    return session.scalars(
        select(ObligationChange)
        .where(ObligationChange.entry_id == entry.id)
        .options(joinedload(ObligationChange.obligation))
        .order_by(ObligationChange.id.desc())
    ).all()


def _reverse(ledger: Ledger, change: ObligationChange) -> None:
    obligation = change.obligation
    if change.change is DatedChange.OPENED and obligation.status in LIVE:
        ledger.cancel([obligation], _("étape corrigée"))
    elif change.change in ENDINGS and obligation.status is ObligationStatus(change.change.value):
        ledger.reopen(obligation)


def _opened_since(ledger: Ledger, undone: JournalEntry) -> Sequence[Obligation]:
    """What later acts made owed because of the step that is undone."""
    return ledger.session.scalars(
        select(Obligation)
        .join(ObligationChange)
        .join(JournalEntry)
        .where(
            Obligation.application_id == ledger.application.id,
            Obligation.status.in_(LIVE),
            ObligationChange.change == DatedChange.OPENED,
            JournalEntry.seq > undone.seq,
        )
    ).all()
