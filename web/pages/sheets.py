"""Sheets to print: one application, and what a committee session decides on."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from web.dossier import expected_of
from web.printing import sheet
from web.visit import looking
from workflows.accounts.sight import seen
from workflows.applications.showing import dossier_of
from workflows.committee_sheet import session_whole, totals_of_funders

router = APIRouter()


@router.get("/dossiers/{reference}/fiche.pdf", name="application_sheet")
def application_sheet(request: Request, reference: str) -> Response:
    """One application on a page or two."""
    with looking(request) as visit:
        found = seen(visit.session, visit.sight, reference)
        dossier = dossier_of(visit.session, found)
        values = {
            "a": found,
            "dossier": dossier,
            "owed": expected_of(dossier.obligations, visit.today),
            "contract": visit.contract,
            "now": visit.now,
        }
        return sheet("print/application.html", f"{found.reference}.pdf", values)


@router.get("/seances/{number}/fiche.pdf", name="committee_sheet")
def committee_sheet(request: Request, number: int) -> Response:
    """What a session decides on: each application, its funders, the opinion."""
    with looking(request) as visit:
        session, applications = session_whole(visit.session, visit.contract.id, number)
        values = {
            "session": session,
            "applications": applications,
            "totals": totals_of_funders(applications),
            "contract": visit.contract,
            "now": visit.now,
        }
        return sheet("print/committee.html", f"comite-{session.held_on}.pdf", values)
