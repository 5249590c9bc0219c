"""The list of applications, by state, and one application whole."""

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models.errors import NotFound
from models.vocabulary import State, Trigger
from web.dossier import expected_of, timeline_of
from web.visit import Visit, looking
from workflows.accounts.sight import sees
from workflows.applications.browsing import count_by_state, one_page, years_of
from workflows.applications.listing import Filters
from workflows.applications.showing import show_application
from workflows.attachments.keeping import Owner, attachments_of
from workflows.possible import possible_moves
from workflows.queries import get_application

router = APIRouter()


@router.get("/dossiers", name="applications")
def applications(
    request: Request,
    etat: State | None = None,
    appel: str = "",
    texte: Annotated[str, Query(max_length=200)] = "",
    fiche: Annotated[str, Query(max_length=20)] = "",
    apres: int = 0,
) -> Response:
    """The applications that the filters of the address pick."""
    with looking(request) as visit:
        years = years_of(visit.session, visit.contract.id)
        year = int(appel) if appel.isdecimal() else (years[0] if years and not appel else None)
        filters = Filters(
            state=etat, year=year, text=texte or None, fiche=fiche or None, after=apres
        )
        page = one_page(visit.session, visit.sight, filters)
        asked = {"appel": appel, "texte": texte, "fiche": fiche}
        return visit.page(
            "applications.html",
            years=years,
            year=year,
            asked=asked,
            counts=count_by_state(visit.session, visit.sight, filters),
            state=etat,
            page=page,
            address=_address(asked),
        )


def _address(asked: dict[str, str]) -> object:
    """Makes the address of this list with something changed."""

    def address(**changes: object) -> str:
        kept = {**asked, **changes}
        said = {name: value for name, value in kept.items() if value not in {"", None}}
        return f"/dossiers?{urlencode(said)}" if said else "/dossiers"

    return address


@router.get("/dossiers/{reference}", name="application")
def application(request: Request, reference: str, fait: Trigger | None = None) -> Response:
    """One application: what it asks, what happened, what is owed, what may come next."""
    with looking(request) as visit:
        must_see(visit, reference)
        found = get_application(visit.session, reference)
        dossier = show_application(visit.session, reference)
        return visit.page(
            "application.html",
            application=found,
            dossier=dossier,
            done=fait.value if fait else "",
            moves=possible_moves(visit.session, found, visit.actor, visit.now),
            owed=expected_of(dossier.obligations, visit.today),
            path=list(State),
            files=attachments_of(visit.session, Owner(application_id=found.id)),
            timeline=timeline_of(dossier.journal, dossier.mail),
        )


def must_see(visit: Visit, reference: str) -> None:
    """Raises `NotFound` when there is no such application, or none that this person may see."""
    if not sees(visit.session, visit.sight, reference):
        raise NotFound(
            _("Aucun dossier « {reference} » parmi ceux que vous pouvez voir.").format(
                reference=reference
            )
        )
