"""The reminders of the next thirty days; putting those of one duty to sleep, or skipping one."""

from fastapi import APIRouter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from config.policy import load_policies
from config.typed import day_of
from models import Application, Obligation
from models.errors import BadInput, JalonError, NotFound, Refused
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.visit import Visit, acting, looking
from workflows.accounts.sight import seen
from workflows.coming_reminders import MOST, coming_reminders
from workflows.desk import Desk
from workflows.reminder_control import resume, skip, snooze
from workflows.rules import rules_of
from workflows.standing import standings

router = APIRouter()
SEE_OTHER = 303
TYPED = ("intent", "until", "rung", "reason")


@router.get("/rappels", name="reminders")
def reminders(request: Request) -> Response:
    """Who would be reminded of what, day by day, if nobody did anything."""
    with looking(request) as visit:
        coming = coming_reminders(visit.session, visit.contract.id, visit.today)
        return visit.page("reminders.html", coming=coming, most=MOST)


@router.get("/dossiers/{reference}/rappels/{key}", name="reminder")
def reminder(request: Request, reference: str, key: str, fait: str = "") -> Response:
    """The reminders of one duty: what comes next, and what a manager may do about it."""
    with looking(request) as visit:
        return _sheet(visit, reference, key, done=bool(fait))


def _sheet(
    visit: Visit,
    reference: str,
    key: str,
    form: Form | None = None,
    error: JalonError | None = None,
    *,
    done: bool = False,
) -> Response:
    """The page; what is wrong with `form`, and the form as it was typed."""
    application = seen(visit.session, visit.sight, reference)
    owed = _owed(visit, application, key)
    return visit.page(
        "reminder.html",
        answer_of(error).status if error else 200,
        application=application,
        owed=owed,
        label=_(load_policies().deadlines[owed.duty].label),
        standing=standings(visit.session, [owed.id], visit.today, rules_of())[owed.id],
        rungs=rules_of().policies.reminders.rungs_for(owed.duty),
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in TYPED},
        done=done,
    )


@router.post("/dossiers/{reference}/rappels/{key}", name="handle_reminder")
def handle(request: Request, reference: str, key: str, form: Posted) -> Response:
    """Snooze, skip one rung, or go on."""
    try:
        _handle(request, reference, key, form)
    except (BadInput, Refused) as error:
        with looking(request) as visit:
            return _sheet(visit, reference, key, form, error)
    return RedirectResponse(f"/dossiers/{reference}/rappels/{key}?fait=oui", SEE_OTHER)


def _handle(request: Request, reference: str, key: str, form: Form) -> None:
    with acting(request) as visit:
        application = seen(visit.session, visit.sight, reference)
        owed = _owed(visit, application, key)
        desk, reason = Desk.at(visit.session, visit.actor, visit.now), form.text("reason")
        match form.text("intent"):
            case "snooze":
                until = day_of(form.text("until"))
                if until is None:
                    raise BadInput(_("Jusqu’à quand ? Écrivez une date, comme 23/06/2021."))
                snooze(desk, application, owed, until, reason)
            case "skip":
                skip(desk, application, owed, form.text("rung"), reason)
            case "resume":
                resume(desk, application, owed, reason)
            case _:
                raise BadInput(_("Choisissez ce qu’il faut faire de ces rappels."))


def _owed(visit: Visit, application: Application, key: str) -> Obligation:
    query = select(Obligation).where(
        Obligation.key == key, Obligation.application_id == application.id
    )
    found = visit.session.scalar(query)
    if found is None:
        raise NotFound(_("Ce dossier n’a pas cette échéance."))
    return found
