"""An application amended by its applicant: a draft begun from it, read against it, sent once."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models import SavedDraft
from models.errors import BadInput, Conflict, Refused
from web.amending import desk_of, review_amendment
from web.forms import posted
from web.pages.applications import must_see
from web.visit import Visit, acting, looking
from workflows.drafts.amending import begin_amending, catch_up, find_amending, send_amendment
from workflows.drafts.keeping import get_draft
from workflows.queries import get_application

router = APIRouter()
SEE_OTHER = 303
_TOKEN = [Depends(posted)]


@router.post("/mes-demandes/{reference}/modifier", name="amend", dependencies=_TOKEN)
def amend(request: Request, reference: str) -> Response:
    """Open the draft of this application, filled with what it says; its page says why when it may not."""
    try:
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            number = begin_amending(desk_of(visit), application, visit.person.id).id
    except Refused:
        return RedirectResponse(f"/mes-demandes/{reference}#modifier", SEE_OTHER)
    return RedirectResponse(f"/brouillons/{number}", SEE_OTHER)


@router.post(
    "/mes-demandes/{reference}/modifications/envoyer", name="send_amendment", dependencies=_TOKEN
)
def send(request: Request, reference: str) -> Response:
    """Send the modifications; a second click finds nothing left to send."""
    number, page = 0, f"/mes-demandes/{reference}"
    try:
        with acting(request) as visit:
            if (saved := _open_draft(visit, reference)) is None:
                return RedirectResponse(page, SEE_OTHER)
            number = saved.id
            send_amendment(desk_of(visit), saved)
    except (BadInput, Refused, Conflict) as error:
        with looking(request) as visit:
            return review_amendment(visit, get_draft(visit.session, visit.person.id, number), error)
    return RedirectResponse(f"{page}?fait=modifie", SEE_OTHER)


@router.post(
    "/mes-demandes/{reference}/modifications/reprendre", name="catch_up", dependencies=_TOKEN
)
def take_up(request: Request, reference: str) -> Response:
    """Put the modifications on top of what others changed meanwhile."""
    with acting(request) as visit:
        if (saved := _open_draft(visit, reference)) is None:
            return RedirectResponse(f"/mes-demandes/{reference}", SEE_OTHER)
        catch_up(desk_of(visit), saved)
        number = saved.id
    return RedirectResponse(f"/brouillons/{number}/relire", SEE_OTHER)


def _open_draft(visit: Visit, reference: str) -> SavedDraft | None:
    """The draft of this person on that application, whole."""
    must_see(visit, reference)
    application = get_application(visit.session, reference)
    found = find_amending(visit.session, visit.person.id, application.id)
    return get_draft(visit.session, visit.person.id, found.id) if found else None
