"""The directory: organisations and whom to write to there, agents and their roles; kept by managers."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput, JalonError
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.pages.people import offered_to
from web.visit import Visit, acting, looking
from workflows.directory import agents_of, organisations_with_contacts
from workflows.keeper import keeper_of
from workflows.people import add_person, known_person_of

router = APIRouter()
SEE_OTHER = 303
TYPED = ("intent", "email", "name", "role", "organisation")


@router.get("/annuaire", name="directory")
def directory(request: Request) -> Response:
    """Who is who, and forms to keep it true."""
    with looking(request) as visit:
        return directory_page(visit)


@router.post("/annuaire", name="keep_directory")
def keep(request: Request, form: Posted) -> Response:
    """Find somebody by their address, or add them; then their sheet. What cannot be is told."""
    try:
        with acting(request) as visit:
            found, done = _person(visit, form)
    except JalonError as error:
        with looking(request) as visit:
            return directory_page(visit, form, error)
    return RedirectResponse(f"/annuaire/personnes/{found}{done}", SEE_OTHER)


def _person(visit: Visit, form: Form) -> tuple[int, str]:
    match form.text("intent"):
        case "find":
            return known_person_of(visit.session, visit.contract.id, form.text("email")).id, ""
        case "person":
            keeper = keeper_of(visit.session, visit.contract.id, visit.actor, visit.now)
            made = add_person(
                keeper, form.text("email"), name=form.text("name"), role=form.text("role") or None,
                organisation=form.text("organisation") or None,
            )  # fmt: skip
            return made.id, "?fait=oui"
    raise BadInput(_("Choisissez ce qu’il faut changer dans l’annuaire."))


def directory_page(
    visit: Visit, form: Form | None = None, error: JalonError | None = None
) -> Response:
    """The page, with what is wrong with `form` and the form as it was typed."""
    return visit.page(
        "directory.html",
        answer_of(error).status if error else 200,
        organisations=organisations_with_contacts(visit.session, visit.contract.id),
        agents=agents_of(visit.session, visit.contract.id),
        offered=offered_to(visit),
        may_keep=visit.may("keep_directory"),
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in TYPED},
    )
