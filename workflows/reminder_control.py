"""What a manager does with the reminders of one duty: a snooze, going on again, skipping one."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Obligation, ObligationAnswer, ReminderStep
from models.errors import BadInput
from models.vocabulary import Act, AnswerKind
from workflows.answers import answer
from workflows.desk import Desk


def snooze(
    desk: Desk, application: Application, obligation: Obligation, until: date, reason: str
) -> None:
    """No reminder before `until`; raises `Refused`, `BadInput` without a reason or too far away."""
    longest = desk.today + timedelta(days=desk.rules.policies.reminders.answers.longest_snooze_days)
    if not reason.strip() or not desk.today < until <= longest:
        raise BadInput(
            _("Une mise en veille a un motif et une date à venir, le {day} au plus tard.").format(
                day=f"{longest:%d/%m/%Y}"
            )
        )
    answer(desk, application, obligation, Act.SNOOZE, AnswerKind.SNOOZED, until, reason)


def resume(desk: Desk, application: Application, obligation: Obligation, reason: str = "") -> None:
    """Reminders go on from today; raises `Refused`, `BadInput` when nothing made them wait."""
    if waiting_until(desk.session, obligation) <= desk.today:
        raise BadInput(_("Rien ne suspend les rappels de cette échéance."))
    answer(
        desk,
        application,
        obligation,
        Act.RESUME_REMINDERS,
        AnswerKind.RESUMED,
        desk.today,
        reason,
        ended=last_answer(desk.session, obligation),
    )


def skip(
    desk: Desk, application: Application, obligation: Obligation, label: str, reason: str
) -> None:
    """That rung will not be sent; raises `Refused`, `BadInput` without a reason or such a rung left."""
    rungs = desk.rules.policies.reminders.rungs_for(obligation.duty)
    taken = set(
        desk.session.scalars(
            select(ReminderStep.rung).where(
                ReminderStep.obligation_id == obligation.id,
                ReminderStep.for_date == obligation.effective_on,
            )
        )
    )
    left = [rung for rung in rungs if rung.offset not in taken]
    rung = next((rung for rung in left if rung.label == label.strip().upper()), None)
    if rung is None or not reason.strip():
        raise BadInput(
            _("Un rappel se saute avec un motif ; rappels restants : {left}.").format(
                left=", ".join(rung.label for rung in left) or _("aucun")
            )
        )
    answer(
        desk,
        application,
        obligation,
        Act.SKIP_REMINDER,
        AnswerKind.SKIPPED,
        None,
        reason,
        rung=rung,
    )


def waiting_until(session: Session, obligation: Obligation) -> date:
    """The day on which reminders go on after the last answer; far in the past without one.

    Raises nothing.
    """
    found = _last(session, obligation)
    return found.until if found and found.until else date.min


def last_answer(session: Session, obligation: Obligation) -> AnswerKind | None:
    """What was last answered about the date in force; raises nothing."""
    found = _last(session, obligation)
    return found.kind if found else None


def _last(session: Session, obligation: Obligation) -> ObligationAnswer | None:
    return session.scalar(
        select(ObligationAnswer)
        .where(
            ObligationAnswer.obligation_id == obligation.id,
            ObligationAnswer.for_date == obligation.effective_on,
            ObligationAnswer.kind != AnswerKind.SKIPPED,
        )
        .order_by(ObligationAnswer.id.desc())
        .limit(1)
    )
