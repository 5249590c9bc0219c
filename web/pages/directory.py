"""The directory: organisations and whom to write to there, agents and their roles; kept by managers."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput, Reason, Refused
from models.vocabulary import Role
from web.forms import Posted
from web.visit import acting, looking
from workflows.directory import agents_of, organisations_with_contacts
from workflows.people import add_contact, add_person, deactivate

router = APIRouter()
SEE_OTHER = 303
OFFERED = (Role.MANAGER, Role.PILOT, Role.FUNDER, Role.READER)


@router.get("/annuaire", name="directory")
def directory(request: Request) -> Response:
    """Who is who, and forms to keep it true."""
    with looking(request) as visit:
        return visit.page(
            "directory.html",
            organisations=organisations_with_contacts(visit.session, visit.contract.id),
            agents=agents_of(visit.session, visit.contract.id),
            offered=OFFERED,
            may_keep=visit.may("keep_directory"),
        )


@router.post("/annuaire", name="keep_directory")
def keep(request: Request, form: Posted) -> Response:
    """Add somebody or a role, a contact of an organisation, or ask nothing of somebody any more."""
    email = form.text("email")
    with acting(request) as visit:
        match form.text("intent"):
            case "person":
                role = form.text("role")
                if role not in set(OFFERED):
                    raise BadInput(_("Choisissez un rôle."))
                add_person(
                    visit.session, visit.contract.id, email, name=form.text("name"), role=role,
                    organisation=form.text("organisation") or None,
                )  # fmt: skip
            case "contact":
                head = form.text("head") == "yes"
                organisation = form.text("organisation")
                add_contact(visit.session, visit.contract.id, organisation, email, head=head)
            case "deactivate":
                if email == visit.person.email:
                    text = _("Vous ne pouvez pas vous désactiver vous-même.")
                    raise Refused([Reason("oneself", text)])
                deactivate(visit.session, email)
            case _:
                raise BadInput(_("Choisissez ce qu’il faut changer dans l’annuaire."))
    return RedirectResponse("/annuaire", SEE_OTHER)
