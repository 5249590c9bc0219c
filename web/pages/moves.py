"""One move of one application: what it asks, what would follow, then the move itself."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Application
from models.errors import BadInput, Conflict, Reason, Refused
from models.vocabulary import Trigger
from web.delay import beside_the_form, said_at
from web.errors import answer_of
from web.foreseen import foreseen
from web.forms import Form, Posted
from web.saying import MoveForm, form_of, given_in, typed_form
from web.visit import Visit, acting, trying
from workflows.accounts.sight import seen
from workflows.advance import advance
from workflows.move import Given
from workflows.possible import possible_moves, suggested

router = APIRouter()
SEE_OTHER = 303


@router.get("/dossiers/{reference}/etapes/{trigger}", name="move")
def move(request: Request, reference: str, trigger: Trigger) -> Response:
    """What the move asks, and what would follow if it were made as most often."""
    with trying(request) as visit:
        application = seen(visit.session, visit.sight, reference)
        return _page(visit, reference, trigger, suggested(application, trigger, visit.now))


@router.post("/dossiers/{reference}/etapes/{trigger}", name="make_move")
def make_move(request: Request, reference: str, trigger: Trigger, form: Posted) -> Response:
    """Make the move, or (intent `foresee`) show what would follow from what the person says."""
    if form.text("intent") == "foresee":
        return _again(request, reference, trigger, form)
    try:
        with acting(request) as visit:
            application = seen(visit.session, visit.sight, reference)
            given = given_in(form, trigger)
            advance(visit.session, application, trigger, visit.actor, visit.now, given=given,
                    expected_revision=_revision(form))  # fmt: skip
    except (Refused, BadInput) as error:
        return _again(request, reference, trigger, form, error)
    return RedirectResponse(f"/dossiers/{reference}?fait={trigger}", SEE_OTHER)


def _again(
    request: Request, reference: str, trigger: Trigger, form: Form, error: Exception | None = None
) -> Response:
    """The page once more, with what was typed, and what is wrong with it."""
    with trying(request) as visit:
        application = seen(visit.session, visit.sight, reference)
        check_unchanged(application, form)
        try:
            given = given_in(form, trigger)
        except BadInput as unreadable:
            given, error = suggested(application, trigger, visit.now), error or unreadable
        typed = typed_form(application, trigger, form)
        return _page(visit, reference, trigger, given, typed, error)


def _page(
    visit: Visit,
    reference: str,
    trigger: Trigger,
    given: Given,
    typed: MoveForm | None = None,
    error: Exception | None = None,
) -> Response:
    application = seen(visit.session, visit.sight, reference)
    moves = possible_moves(visit.session, application, visit.actor, visit.now)
    chosen = next((possible for possible in moves if possible.trigger is trigger), None)
    if chosen is None:
        text = _("Cette étape n’est pas possible pour ce dossier, ou pas pour vous.")
        raise Refused([Reason("not_from_here", text)])
    shown = {
        "reference": application.reference,
        "title": application.title,
        "state": application.state,
        "outcome": application.outcome,
        "revision": application.revision,
        "sessions": [s for s in application.call.sessions if s.held_on >= visit.today],
        "form": typed or form_of(application, trigger, given),
        "problems": beside_the_form(error) if error else [],
        "wrong": {"reason": said_at(error, "reason")},
    }
    status = answer_of(error).status if error else 200
    then = foreseen(visit, reference, trigger, given)  # last: it changes the application
    return visit.page("move.html", status, move=chosen, then=then, **shown)


def check_unchanged(application: Application, form: Form) -> None:
    """Raises `Conflict` when the application is no longer what the person had before them."""
    if application.revision != _revision(form):
        raise Conflict(
            _("Ce dossier a changé depuis que vous l’avez ouvert : relisez-le, puis décidez.")
        )


def _revision(form: Form) -> int:
    text = form.text("revision")
    return int(text) if text.isdecimal() else 0
