"""« Je m’en occupe », « délai demandé »: what whoever owes something answers about it."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Application
from models.errors import BadInput, JalonError, NotFound, Refused
from web.delay import beside_the_form, delay_in, slip_of
from web.errors import answer_of
from web.forms import Form, Posted
from web.navigation import only_applies
from web.pages.applications import must_see
from web.pages.mine import application_page
from web.visit import Visit, acting, looking
from workflows.answers import ask_delay, obligation_of, take_care
from workflows.desk import Desk
from workflows.portal.duties import AT_MOST, list_owing
from workflows.queries import get_application
from workflows.whose import owed_by_me

router = APIRouter()
SEE_OTHER = 303


@router.get("/mes-echeances", name="duties")
def duties(request: Request, fait: str = "") -> Response:
    """Everything that this person owes; reminders lead here."""
    with looking(request) as visit:
        return _duties(visit, done=fait)


def _duties(visit: Visit, status: int = 200, **values: object) -> Response:
    whose = owed_by_me(visit.sight, visit.roles)
    owing = list_owing(visit.session, visit.sight, whose, visit.today)
    place = "/mes-demandes" if only_applies(visit.roles) else "/dossiers"
    shown = {"done": "", "slip": None, "problems": []} | values
    return visit.page("duties.html", status, owing=owing, most=AT_MOST, place=place, **shown)


@router.post("/dossiers/{reference}/reponses", name="answer_duty")
def answer_duty(request: Request, reference: str, form: Posted) -> Response:
    """Note the answer; reminders wait, the date stays. What cannot be taken is shown again as typed."""
    try:
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            _answer(Desk.at(visit.session, visit.actor, visit.now), application, form)
            mine = only_applies(visit.roles)
    except (BadInput, Refused) as error:
        return _again(request, reference, form, error)
    if form.text("back") == "duties":
        return RedirectResponse("/mes-echeances?fait=reponse", SEE_OTHER)
    place = f"/mes-demandes/{reference}?fait=reponse" if mine else f"/dossiers/{reference}"
    return RedirectResponse(place, SEE_OTHER)


def _again(request: Request, reference: str, form: Form, error: JalonError) -> Response:
    """The page that the answer came from, with the form as it was typed."""
    slip = slip_of(form, error)
    with looking(request) as visit:
        if form.text("back") != "duties" and only_applies(visit.roles):
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            return application_page(visit, application, error=error, slip=slip)
        said = beside_the_form(error)
        return _duties(visit, answer_of(error).status, slip=slip, problems=said)


def _answer(desk: Desk, application: Application, form: Form) -> None:
    not_here = NotFound(_("Cette échéance n’est pas celle de ce dossier."))
    try:
        obligation = obligation_of(desk.session, form.text("key"))
    except NotFound as error:
        raise not_here from error
    if obligation.application_id != application.id:
        raise not_here
    if form.text("do") == "ask_delay":
        ask_delay(desk, application, obligation, *delay_in(form, obligation, desk.today))
    else:
        take_care(desk, application, obligation)
