"""How each cue is played: through the same functions as everybody's, as the person who would do it."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal

from models import FunderLine
from models.base import CENT
from models.session import transaction
from models.vocabulary import LineStatus, PaymentKind, ReportKind, Role, Trigger, Verdict
from workflows.acts import ask_piece, give_opinion, receive_piece, record_prior_report
from workflows.agreements import publish_agreement, sign_agreement
from workflows.demo import answers
from workflows.demo.answers import said
from workflows.demo.script import FIRST_SESSION, SECOND_SESSION, Cue, Verb
from workflows.demo.stage import Scene, Stage
from workflows.drafts.amending import begin_amending, send_amendment
from workflows.drafts.content import Content
from workflows.drafts.keeping import get_draft, save
from workflows.grants import postpone, receive_report, review_report
from workflows.payment_rules import PaymentSaid, remaining
from workflows.payments import record_payment
from workflows.queries import get_application

PIECE = "Comptes approuvés du dernier exercice"
IN_TWO_ABOVE = Decimal(10_000)  # euros: a funder pays a smaller grant at once
NEW_END, NEW_YEAR_END = date(2022, 10, 31), date(2022, 12, 31)


def play(stage: Stage, cue: Cue, now: datetime) -> None:
    """Play one cue in its own transaction; raises what the engine raises."""
    with transaction(stage.url) as session:
        if cue.verb in (Verb.SUBMIT, Verb.TRY_LATE):
            stage.submit(session, cue.part, now)
            return
        application = get_application(session, stage.references[cue.part.index])
        PLAYED[cue.verb](Scene(stage, session, application, cue.part, now))


def _award(scene: Scene) -> None:
    amounts = {
        line.id: answers.share_of(scene, position, line)
        for position, line in enumerate(scene.application.lines)
        if line.status is LineStatus.PENDING
    }
    planned = scene.application.session
    scene.fire(
        Trigger.AWARD,
        amounts=amounts,
        decision_reference=planned.label if planned else "",
        decided_on=planned.held_on if planned else None,
    )


def _refer(scene: Scene) -> None:
    wanted = FIRST_SESSION if scene.now.date() < FIRST_SESSION else SECOND_SESSION
    planned = next(s for s in scene.application.call.sessions if s.held_on == wanted)
    scene.fire(Trigger.REFER, session_id=planned.id)


def _opinion(scene: Scene) -> None:
    verdict = Verdict.RESERVED if scene.part.index % 6 == 0 else Verdict.FAVOURABLE
    if scene.part.story == "refused":
        verdict = Verdict.ADVERSE
    give_opinion(scene.desk(Role.PILOT), scene.application, scene.pilot, verdict)


def _sign(scene: Scene) -> None:
    for line in scene.application.lines:
        if line.status is LineStatus.VOTED and scene.stage.rules.needs_agreement(
            line.voted or Decimal(0)
        ):
            sign_agreement(scene.desk(Role.MANAGER), scene.application, line)


def _publish(scene: Scene) -> None:
    for line in scene.application.lines:
        if line.agreement_signed_on is not None:
            publish_agreement(scene.desk(Role.MANAGER), scene.application, line)


def _postpone(scene: Scene) -> None:
    postpone(
        scene.desk(Role.MANAGER),
        scene.application,
        NEW_END,
        said("postponed"),
        financial_year_ends_on=NEW_YEAR_END,
    )


def _final(scene: Scene) -> None:
    spent = scene.application.voted
    receive_report(scene.desk(Role.GRANTEE), scene.application, ReportKind.FINAL, spent=spent)


def _not_carried_out(scene: Scene) -> None:
    scene.fire(
        Trigger.DECLARE_NOT_CARRIED_OUT,
        reason=said("not_carried_out"),
        to_repay=scene.application.paid,
    )


def _advance(scene: Scene) -> None:
    """Half of a large grant, to be followed by a balance; a small one is paid at once."""
    for line in scene.application.lines:
        voted = line.voted or Decimal(0)
        if voted > IN_TWO_ABOVE:
            _move_money(scene, line, PaymentKind.ADVANCE, (voted / 2).quantize(CENT))
        else:
            _move_money(scene, line, PaymentKind.INSTALMENT, voted)


def _balance(scene: Scene) -> None:
    for line in scene.application.lines:
        _move_money(scene, line, PaymentKind.BALANCE, remaining(line, PaymentKind.BALANCE))


def _repaid(scene: Scene) -> None:
    for line in scene.application.lines:
        _move_money(scene, line, PaymentKind.REPAYMENT, remaining(line, PaymentKind.REPAYMENT))


def _move_money(scene: Scene, line: FunderLine, kind: PaymentKind, amount: Decimal) -> None:
    """Nothing moves on a line that was refused."""
    if amount:
        reference = f"{'TR' if kind is PaymentKind.REPAYMENT else 'MD'}-{scene.now:%Y}-{line.id:04d}-{kind[0]}"
        said = PaymentSaid(kind, amount, reference, scene.now.date())
        record_payment(scene.desk(Role.MANAGER), scene.application, line, said)


def _amend(scene: Scene) -> None:
    """The applicant says more of the action before the call closes."""
    desk, person = scene.desk(Role.GRANTEE), scene.application.contact_id or 0
    begun = begin_amending(desk, scene.application, person)
    saved = get_draft(scene.session, person, begun.id)
    content = Content.of_json(saved.content).filled({"summary": said("amended")})
    save(saved, content, seen_revision=saved.revision, now=scene.now)
    send_amendment(desk, saved)


PLAYED: dict[Verb, Callable[[Scene], object]] = {
    Verb.AMEND: _amend,
    Verb.ASK_PIECE: lambda s: ask_piece(s.desk(Role.MANAGER), s.application, PIECE, said("unreadable")),
    Verb.SEND_PIECE: lambda s: receive_piece(s.desk(Role.GRANTEE), s.application, PIECE),
    Verb.PRIOR_REPORT: lambda s: record_prior_report(s.desk(Role.GRANTEE), s.application),
    Verb.ELIGIBLE: lambda s: s.fire(Trigger.DECLARE_ELIGIBLE),
    Verb.INELIGIBLE: lambda s: s.fire(Trigger.DECLARE_INELIGIBLE, reason=said("ineligible")),
    Verb.CORRECT: lambda s: s.fire(Trigger.CORRECT, reason=said("corrected")),
    Verb.OPINION: _opinion,
    Verb.WAIVE: lambda s: give_opinion(s.desk(Role.MANAGER), s.application, s.pilot, Verdict.WAIVED, said("waived")),
    Verb.REFER: _refer,
    Verb.DEFER: lambda s: s.fire(Trigger.DEFER, reason=said("deferred")),
    Verb.AWARD: _award,
    Verb.REFUSE: lambda s: s.fire(Trigger.REFUSE, reason=said("refused")),
    Verb.WITHDRAW: lambda s: s.fire(Trigger.WITHDRAW, Role.GRANTEE, reason=said("withdrawn")),
    Verb.SIGN: _sign,
    Verb.PUBLISH: _publish,
    Verb.INTERIM: lambda s: receive_report(s.desk(Role.GRANTEE), s.application, ReportKind.INTERIM),
    Verb.POSTPONE: _postpone,
    Verb.FINAL: _final,
    Verb.RETURN: lambda s: review_report(s.desk(Role.PILOT), s.application, accept=False, reason=said("returned")),
    Verb.APPROVE: lambda s: review_report(s.desk(Role.PILOT), s.application, accept=True),
    Verb.ACCEPT: lambda s: s.fire(Trigger.ACCEPT_REPORT),
    Verb.NOT_CARRIED_OUT: _not_carried_out,
    Verb.ADVANCE: _advance,
    Verb.BALANCE: _balance,
    Verb.REPAID: _repaid,
    Verb.DECIDE: answers.decide_early,
    Verb.TAKE_CARE: answers.care,
    Verb.ASK_DELAY: answers.ask,
    Verb.GRANT_DELAY: answers.grant,
    Verb.REFUSE_DELAY: answers.refuse,
    Verb.COME_BACK: answers.come_back,
    Verb.WORKS_AGAIN: answers.works_again,
}  # fmt: skip
