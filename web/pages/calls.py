"""The calls for projects, open to whoever comes by: their dates, their fiches, how to apply."""

from typing import Any

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Call
from models.errors import NotFound
from web.forms import Posted
from web.glance import Glance, glancing
from web.visit import acting
from workflows.call_window import window_of
from workflows.calls import list_calls
from workflows.catalogue.stored import fiches_of
from workflows.drafts.keeping import begin
from workflows.portal.mine import help_for
from workflows.queries import get_call

router = APIRouter()
SEE_OTHER = 303


@router.get("/appels", name="calls")
def calls(request: Request) -> Response:
    """Every call, the latest first."""
    with glancing(request) as glance:
        found = list_calls(glance.session, glance.contract.id)
        told = [(call, window_of(call, glance.today)) for call, _count in found]
        return glance.page("calls.html", calls=told)


@router.get("/appels/{year}", name="call")
def call(request: Request, year: int) -> Response:
    """One call: what it is, its fiches by enjeu, and where to begin."""
    with glancing(request) as glance:
        found = _call(glance.session, glance.contract.id, year)
        return glance.page("call.html", **_shown(glance, glance.session, found))


def _call(session: Session, contract_id: int, year: int) -> Call:
    """The call of that year; raises `NotFound` in words for whoever comes by."""
    try:
        return get_call(session, contract_id, year)
    except NotFound as error:
        said = _("Il n’y a pas d’appel à projets {year} : voyez ceux qui sont annoncés.")
        raise NotFound(said.format(year=year)) from error


def _shown(glance: Glance, session: Session, found: Call) -> dict[str, Any]:
    opened = {opened.fiche_id for opened in found.fiches}
    enjeux: dict[tuple[int, str], list[Any]] = {}
    for fiche in fiches_of(session, found.contract_id):
        if fiche.id in opened:
            enjeux.setdefault((fiche.enjeu.number, fiche.enjeu.title), []).append(fiche)
    return {
        "call": found,
        "window": window_of(found, glance.today),
        "days": (found.closes_on - glance.today).days,
        "enjeux": enjeux,
        "count": len(opened),
        "help": help_for(session, found.contract_id),
    }


@router.post("/appels/{year}/demandes", name="begin_draft")
def begin_draft(request: Request, year: int, form: Posted) -> Response:
    """A new draft for that call, on the fiche that was chosen if one was."""
    with acting(request) as visit:
        found = _call(visit.session, visit.contract.id, year)
        draft = begin(visit.session, found, visit.person, visit.now, fiche=form.text("fiche"))
        number = draft.id
    return RedirectResponse(f"/brouillons/{number}", SEE_OTHER)
