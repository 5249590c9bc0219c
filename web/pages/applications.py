"""One application whole."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Application
from models.errors import NotFound
from models.vocabulary import Act, State, Trigger
from web.dossier import expected_of, timeline_of
from web.visit import Visit, looking
from workflows.accounts.sight import seen, sees
from workflows.applications.showing import dossier_of
from workflows.attachments.keeping import Owner, attachments_of
from workflows.desk import Desk, hindrances
from workflows.grants import awaits_review
from workflows.payment_rules import payable_lines
from workflows.possible import STAND_IN, possible_moves

router = APIRouter()


@router.get("/dossiers/{reference}", name="application")
def application(request: Request, reference: str, fait: Trigger | Act | None = None) -> Response:
    """One application: what it asks, what happened, what is owed, what may come next."""
    with looking(request) as visit:
        found = seen(visit.session, visit.sight, reference)
        dossier = dossier_of(visit.session, found)
        return visit.page(
            "application.html",
            application=found,
            dossier=dossier,
            done=fait.value if fait else "",
            corrigible=isinstance(fait, Trigger) and fait is not Trigger.CORRECT,
            amendable=visit.may("amend_file") and _amendable(visit, found),
            moves=possible_moves(visit.session, found, visit.actor, visit.now),
            owed=expected_of(dossier.obligations, visit.today),
            path=list(State),
            files=attachments_of(visit.session, Owner(application_id=found.id)),
            staff=visit.may("message"),
            to_read=visit.may("read_report") and any(map(awaits_review, found.reports)),
            payable=visit.may("payments") and payable_lines(found, visit.actor),
            timeline=timeline_of(dossier.journal, dossier.mail),
        )


def _amendable(visit: Visit, found: Application) -> bool:
    desk = Desk.at(visit.session, visit.actor, visit.now)
    return not hindrances(desk, found, Act.AMEND, words=STAND_IN)


def must_see(visit: Visit, reference: str) -> None:
    """Raises `NotFound` when there is no such application, or none that this person may see."""
    if not sees(visit.session, visit.sight, reference):
        raise NotFound(
            _("Aucun dossier « {reference} » parmi ceux que vous pouvez voir.").format(
                reference=reference
            )
        )
