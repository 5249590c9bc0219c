"""What was submitted, amended by the team on one page: typed, seen before and after, written once."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models import Application
from models.errors import BadInput, Conflict, JalonError, Refused
from models.vocabulary import Act
from web.draft_form import by_field, enjeux_of
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.pages.applications import must_see
from web.pages.moves import check_unchanged
from web.team_amending import (
    AmendedThen,
    AmendForm,
    amend_as_typed,
    foreseen_amendment,
    form_held,
    form_typed,
    troubles_in,
)
from web.visit import Visit, acting, looking, trying
from workflows.accounts.sight import seen
from workflows.applications.ground import Ground
from workflows.call_window import Window, window_of
from workflows.desk import Desk, hindrances
from workflows.drafts.amending import as_filed
from workflows.drafts.ground import Choices, choices_of
from workflows.possible import STAND_IN
from workflows.queries import get_call

router = APIRouter()
SEE_OTHER = 303


@router.get("/dossiers/{reference}/modifier", name="amend_file")
def amend_file(request: Request, reference: str) -> Response:
    """The form, filled with what the application says."""
    with looking(request) as visit:
        must_see(visit, reference)
        application = as_filed(visit.session, reference)
        _check_amendable(visit, application)
        return _page(visit, application, form_held(application))


@router.post("/dossiers/{reference}/modifier", name="amend_filed")
def amend_filed(request: Request, reference: str, form: Posted) -> Response:
    """Write what changes, or (intent `foresee`) show before and after."""
    if form.text("intent") == "foresee":
        return _again(request, reference, form)
    try:
        with acting(request) as visit:
            application = _amendable(visit, reference)
            check_unchanged(application, form)
            desk = Desk.at(visit.session, visit.actor, visit.now)
            choices = _choices(visit, application)
            amend_as_typed(desk, application, form_typed(form), choices.funders)
    except (BadInput, Refused, Conflict) as error:
        return _again(request, reference, form, error)
    return RedirectResponse(f"/dossiers/{reference}?fait=amend", SEE_OTHER)


def _amendable(visit: Visit, reference: str) -> Application:
    """The application, whole; raises `NotFound`, and `Refused` when it cannot be amended any more."""
    application = seen(visit.session, visit.sight, reference)
    _check_amendable(visit, application)
    get_call(visit.session, visit.contract.id, application.call.year)  # with its fiches
    return application


def _check_amendable(visit: Visit, application: Application) -> None:
    desk = Desk.at(visit.session, visit.actor, visit.now)
    if reasons := hindrances(desk, application, Act.AMEND, words=STAND_IN):
        raise Refused(reasons)


def _again(
    request: Request, reference: str, form: Form, error: JalonError | None = None
) -> Response:
    """The page once more, with what was typed; told too when the application changed meanwhile."""
    with trying(request) as visit:
        application = _amendable(visit, reference)
        try:
            check_unchanged(application, form)
        except Conflict as changed:
            error = error or changed
        return _page(visit, application, form_typed(form), error, tried=True)


def _choices(visit: Visit, application: Application) -> Choices:
    """What the form offers: what its call does, and what the application holds already."""
    asked = [line.funder_id for line in application.lines]
    return choices_of(Ground.of(visit.session, application.call), asked)


def _page(
    visit: Visit,
    application: Application,
    filled: AmendForm,
    error: JalonError | None = None,
    *,
    tried: bool = False,
) -> Response:
    choices = _choices(visit, application)
    shown: dict[str, Any] = {
        "reference": application.reference,
        "title": application.title,
        "revision": application.revision,
        "enjeux": enjeux_of(choices.fiches),
        "choices": choices,
        "form": filled,
        "closed": window_of(application.call, visit.today) is not Window.OPEN,
    }
    then = AmendedThen()
    try:
        if tried:  # last: it changes the application
            then = foreseen_amendment(visit, application, filled, choices.funders)
    except BadInput as wrong:
        error = error or wrong
    troubles = troubles_in(error, filled) if isinstance(error, BadInput) else []
    return visit.page(
        "team_amend.html",
        answer_of(error).status if error else 200,
        then=then,
        tried=tried and not troubles,
        troubles=troubles,
        wrong=by_field(troubles),
        problems=sentences_of(error) if error and not troubles else [],
        **shown,
    )
