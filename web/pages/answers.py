"""« Je m’en occupe », « délai demandé »: what whoever owes something answers about it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from config.typed import day_of
from models import Application
from models.errors import BadInput, NotFound
from web.forms import Form, Posted
from web.navigation import only_applies
from web.pages.applications import must_see
from web.visit import acting, looking
from workflows.answers import ask_delay, obligation_of, take_care
from workflows.desk import Desk
from workflows.portal.duties import list_owing
from workflows.queries import get_application
from workflows.waiting import any_of, owed_by_me

router = APIRouter()
SEE_OTHER = 303


@router.get("/mes-echeances", name="duties")
def duties(request: Request, fait: str = "") -> Response:
    """Everything that this person owes; reminders lead here."""
    with looking(request) as visit:
        whose = any_of(owed_by_me(visit.sight, visit.roles))
        owing = list_owing(visit.session, visit.contract.id, whose, visit.today)
        mine = only_applies(visit.roles)
        place = "/mes-demandes" if mine else "/dossiers"
        return visit.page("duties.html", owing=owing, done=fait, place=place)


@router.post("/dossiers/{reference}/reponses", name="answer_duty")
def answer_duty(request: Request, reference: str, form: Posted) -> Response:
    """Note the answer; reminders wait, the date stays."""
    with acting(request) as visit:
        must_see(visit, reference)
        application = get_application(visit.session, reference)
        _answer(Desk.at(visit.session, visit.actor, visit.now), application, form)
        mine = only_applies(visit.roles)
    if form.text("back") == "duties":
        return RedirectResponse("/mes-echeances?fait=reponse", SEE_OTHER)
    place = f"/mes-demandes/{reference}?fait=reponse" if mine else f"/dossiers/{reference}"
    return RedirectResponse(place, SEE_OTHER)


def _answer(desk: Desk, application: Application, form: Form) -> None:
    obligation = obligation_of(desk.session, form.text("key"))
    if obligation.application_id != application.id:
        raise NotFound(_("Cette échéance n’est pas celle de ce dossier."))
    if form.text("do") != "ask_delay":
        take_care(desk, application, obligation)
        return
    wanted = day_of(form.text("wanted"))
    if wanted is None:
        raise BadInput(_("Indiquez la nouvelle date que vous souhaitez, par exemple 30/06/2022."))
    ask_delay(desk, application, obligation, wanted, form.text("reason"))
