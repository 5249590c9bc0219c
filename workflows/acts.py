"""Acts before the award: pieces asked and received, opinions, decisions of one funder, more time."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from config.i18n import gettext as _
from config.vocabulary import Anchor, Duty
from models import Application, FunderLine, Obligation, Opinion, Organisation, Piece
from models.errors import BadInput
from models.vocabulary import (
    Act,
    DatedChange,
    LineStatus,
    PieceStatus,
    Verdict,
)
from workflows.desk import Desk, perform
from workflows.early_decisions import decisions_of, take_back, told_of
from workflows.obligations import Ledger


def ask_piece(desk: Desk, application: Application, name: str, reason: str = "") -> Piece:
    """Ask the applicant for a document; the eligibility check waits meanwhile.

    Raises `Refused`, or `BadInput` without a name or when that piece is already awaited.
    """
    name = name.strip()
    if not name or any(
        p.name == name and p.status is PieceStatus.ASKED for p in application.pieces
    ):
        raise BadInput(
            _("Nommez une pièce qui n’est pas déjà demandée (reçu : « {name} »).").format(name=name)
        )
    piece = Piece(application_id=application.id, name=name, asked_on=desk.today)

    def work(ledger: Ledger) -> None:
        application.pieces.append(piece)
        desk.session.flush()
        ledger.open(Duty.MISSING_PIECE, {Anchor.ASKED: desk.today}, about=name, which=str(piece.id))
        ledger.pause(Duty.ELIGIBILITY_CHECK)

    perform(desk, application, Act.ASK_PIECE, work, facts={"piece": name}, words=reason)
    return piece


def receive_piece(
    desk: Desk, application: Application, name: str, files: Sequence[Mapping[str, object]] = ()
) -> Piece:
    """The document came; the check goes on once none is awaited. Raises `Refused`, `BadInput`.

    `files` are the digests and sizes of what was uploaded, for the journal.
    """
    awaited = [p for p in application.pieces if p.status is PieceStatus.ASKED]
    piece = next((p for p in awaited if p.name == name.strip()), None)
    if piece is None:
        names = ", ".join(p.name for p in awaited) or _("aucune")
        raise BadInput(
            _("La pièce « {name} » n’est pas attendue ; pièces attendues : {names}.").format(
                name=name, names=names
            )
        )

    def work(ledger: Ledger) -> None:
        piece.status, piece.received_on = PieceStatus.RECEIVED, desk.today
        ledger.meet(Duty.MISSING_PIECE, which=str(piece.id))
        if not any(p.status is PieceStatus.ASKED for p in application.pieces):
            ledger.resume(Duty.ELIGIBILITY_CHECK)

    facts: dict[str, object] = {"piece": piece.name} | ({"files": list(files)} if files else {})
    perform(desk, application, Act.RECEIVE_PIECE, work, facts=facts)
    return piece


def record_prior_report(desk: Desk, application: Application) -> None:
    """Last year's report came in, which a renewal needs; raises `Refused`."""

    def work(_ledger: Ledger) -> None:
        application.prior_report_on = desk.today

    perform(desk, application, Act.RECORD_PRIOR_REPORT, work)


def give_opinion(
    desk: Desk,
    application: Application,
    organisation: Organisation,
    verdict: Verdict,
    comment: str = "",
) -> Opinion:
    """A pilot's opinion, or (verdict `waived`, with a reason) a manager's decision to go on without.

    Raises `Refused`, or `BadInput` when the organisation is no pilot of the fiche or the
    waiver has no reason.
    """
    if organisation.id not in {p.organisation_id for p in application.fiche.pilots}:
        raise BadInput(
            _("« {name} » n’est pas pilote de la fiche {number}.").format(
                name=organisation.name, number=application.fiche.number
            )
        )
    waived = verdict is Verdict.WAIVED
    if waived and not comment.strip():
        raise BadInput(_("Pour passer outre l’avis du pilote, il faut un motif."))
    given = next((o for o in application.opinions if o.organisation_id == organisation.id), None)
    opinion = given or Opinion(application_id=application.id, organisation=organisation)

    def work(ledger: Ledger) -> None:
        opinion.verdict, opinion.comment, opinion.given_on = verdict, comment, desk.today
        if given is None:
            application.opinions.append(opinion)
        ledger.meet(Duty.PILOT_OPINION)

    act = Act.WAIVE_OPINION if waived else Act.GIVE_OPINION
    facts = {"organisation": organisation.name, "verdict": str(verdict)}
    perform(desk, application, act, work, facts=facts, words=comment)
    return opinion


def decide_line(
    desk: Desk,
    application: Application,
    line: FunderLine,
    amount: Decimal,
    *,
    reference: str,
    decided_on: date | None = None,
) -> None:
    """One funder's own decision, ahead of the award; 0 refuses. The applicant is told of it, once.

    Raises `Refused`, `BadInput`.
    """
    if amount < 0 or not reference.strip():
        raise BadInput(_("Une décision a un montant (0 pour un refus) et une référence."))
    status = LineStatus.VOTED if amount else LineStatus.REFUSED
    decision = (status, amount, reference, decided_on or desk.today)
    unchanged = decision == (line.status, line.voted, line.decision_reference, line.decided_on)
    earlier = decisions_of(desk.session, application, line.funder.name)

    def work(_ledger: Ledger) -> None:
        line.status, line.voted, line.decision_reference, line.decided_on = decision
        if not unchanged:
            take_back(desk.session, earlier, desk.now)

    facts = {"funder": line.funder.name, "amount": str(amount), "decision": reference}
    if unchanged:
        facts["unchanged"] = "yes"
    elif told_of(desk.session, earlier):
        facts["replaces"] = "yes"
    perform(desk, application, Act.DECIDE_LINE, work, facts=facts, line=line)


def extend(
    desk: Desk, application: Application, obligation: Obligation, until: date, reason: str
) -> None:
    """Give more time on an obligation, with a reason; raises `Refused`, `BadInput`."""
    if not reason.strip() or until <= obligation.nominal_on:
        raise BadInput(
            _("Une prolongation a un motif et une date après le {day}.").format(
                day=f"{obligation.nominal_on:%d/%m/%Y}"
            )
        )

    def work(ledger: Ledger) -> None:
        ledger.move(obligation, until, DatedChange.EXTENDED, reason)
        ledger.concerns(obligation)

    facts = {"obligation": obligation.key, "until": str(until)}
    perform(desk, application, Act.EXTEND, work, facts=facts, words=reason)
