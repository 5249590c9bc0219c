"""What whoever owes answers about a duty: « je m’en occupe », « délai demandé »."""

from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.reminder_policy import Rung
from models import Application, Obligation, ObligationAnswer, ReminderStep
from models.errors import BadInput, NotFound, Problem, Reason, Refused
from models.vocabulary import Act, AnswerKind, Role, StepFate
from workflows.desk import Desk, perform
from workflows.obligations import LIVE, Ledger

A_MONTH = timedelta(days=30)
LONGEST_DELAY = timedelta(days=2 * 366)  # beyond, the year was mistyped


def obligation_of(session: Session, key: str) -> Obligation:
    """The running obligation of that key; raises `NotFound`, or `BadInput` when it is over."""
    found = session.scalar(select(Obligation).where(Obligation.key == key.strip()))
    if found is None:
        raise NotFound(
            _("Aucune échéance n’a la clé « {key} » : « jalon obligations list » donne celles qui"
              " existent.").format(key=key)
        )  # fmt: skip
    if found.status not in LIVE:
        raise BadInput(_("Cette échéance est déjà close."))
    return found


def take_care(desk: Desk, application: Application, obligation: Obligation) -> date:
    """« Je m’en occupe »: reminders wait a few days. The day they go on.

    Raises `Refused` when somebody else owes it, `BadInput` when it was said too often.
    """
    _owes(desk, application, obligation)
    policy = desk.rules.policies.reminders.answers.taken_care_of
    _not_too_often(desk, obligation, AnswerKind.TAKEN_CARE_OF, policy.most)
    until = desk.today + timedelta(days=policy.pause_days)
    answer(desk, application, obligation, Act.TAKE_CARE, AnswerKind.TAKEN_CARE_OF, until)
    return until


def ask_delay(
    desk: Desk, application: Application, obligation: Obligation, wanted: date, reason: str
) -> date:
    """« Délai demandé »: managers are told, and reminders wait for them. The day they go on.

    Raises `Refused` when somebody else owes it, `BadInput` without a reason, for a date that is
    no later than the one in force or already gone by, or when it was asked too often.
    """
    _owes(desk, application, obligation)
    if faults := faults_of_delay(obligation, wanted, reason, desk.today):
        raise BadInput([Problem(fault.text) for fault in faults])
    policy = desk.rules.policies.reminders.answers.delay_asked
    _not_too_often(desk, obligation, AnswerKind.DELAY_ASKED, policy.most)
    until = desk.today + timedelta(days=policy.pause_days)
    answer(
        desk, application, obligation, Act.ASK_DELAY, AnswerKind.DELAY_ASKED, until,
        reason, wanted=wanted,
    )  # fmt: skip
    return until


def faults_of_delay(
    obligation: Obligation, wanted: date | None, reason: str, today: date
) -> list[Problem]:
    """What is missing for more time to be asked, each with the field it is about; raises nothing."""
    after = max(obligation.effective_on, today)
    faults = []
    if wanted is None or not after < wanted <= after + LONGEST_DELAY:
        said = _("Indiquez une nouvelle date après le {day}, par exemple {example}.").format(
            day=f"{after:%d/%m/%Y}", example=f"{after + A_MONTH:%d/%m/%Y}"
        )
        faults.append(Problem(said, column="wanted"))
    if not reason.strip():
        said = _("Dites en quelques mots pourquoi il vous faut plus de temps.")
        faults.append(Problem(said, column="reason"))
    return faults


def _owes(desk: Desk, application: Application, obligation: Obligation) -> None:
    if desk.actor.acts_as((obligation.owed_by, Role.MANAGER), application) is None:
        raise Refused([
            Reason("not_allowed", _("Seul celui qui doit cette échéance peut répondre pour elle."))
        ])  # fmt: skip


def _not_too_often(desk: Desk, obligation: Obligation, kind: AnswerKind, most: int) -> None:
    query = select(func.count()).where(
        ObligationAnswer.obligation_id == obligation.id,
        ObligationAnswer.for_date == obligation.effective_on,
        ObligationAnswer.kind == kind,
    )
    if (desk.session.scalar(query) or 0) >= most:
        raise BadInput(
            _("Cette réponse a déjà été donnée {count} fois pour cette date, c’est le plus qu’elle"
              " peut l’être : les rappels continuent.").format(count=most)
        )  # fmt: skip


def answer(
    desk: Desk,
    application: Application,
    obligation: Obligation,
    act: Act,
    kind: AnswerKind,
    until: date | None,
    reason: str = "",
    *,
    rung: Rung | None = None,
    wanted: date | None = None,
    ended: AnswerKind | None = None,
) -> None:
    """Write an answer down, in the journal and beside the duty; raises `Refused`."""

    def work(ledger: Ledger) -> None:
        ledger.concerns(obligation)
        answer = ObligationAnswer(
            obligation_id=obligation.id,
            entry=ledger.entry,
            kind=kind,
            for_date=obligation.effective_on,
            given_on=desk.today,
            until=until,
            rung=rung.offset if rung else None,
        )
        desk.session.add(answer)
        if rung is not None:
            desk.session.add(_given_up(obligation, rung, desk.today))

    facts = {"obligation": obligation.key, "until": str(until or ""), "wanted": str(wanted or "")}
    facts |= {"rung": rung.label if rung else "", "ended": ended.value if ended else ""}
    given = {name: value for name, value in facts.items() if value}
    perform(desk, application, act, work, facts=given, words=reason)


def _given_up(obligation: Obligation, rung: Rung, today: date) -> ReminderStep:
    return ReminderStep(
        obligation_id=obligation.id,
        rung=rung.offset,
        for_date=obligation.effective_on,
        fate=StepFate.SKIPPED,
        taken_on=today,
    )
