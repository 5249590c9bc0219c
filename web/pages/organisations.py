"""The sheet of an organisation, kept true by managers: names, services, contacts, and merging two in one."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput, JalonError
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.pages.directory import directory_page
from web.visit import Visit, acting, looking, trying
from workflows.contacts import keep_contact
from workflows.directory import organisation_sheet, organisations_with_contacts
from workflows.keeper import Keeper, keeper_of
from workflows.merging import merge
from workflows.organisations import (
    add_organisation,
    add_spelling,
    drop_spelling,
    place_under,
    rename_organisation,
)

router = APIRouter()
SEE_OTHER = 303
ADDRESS = "/annuaire/organismes"
TYPED = ("intent", "name", "alias", "email", "function")  # what a form shows again


@router.post(ADDRESS, name="add_organisation")
def add(request: Request, form: Posted) -> Response:
    """A new organisation, then its sheet; what cannot be is told on the directory."""
    try:
        with acting(request) as visit:
            made = add_organisation(_keeper(visit), form.text("name"), form.number("parent")).id
    except JalonError as error:
        with looking(request) as visit:
            return directory_page(visit, form, error)
    return RedirectResponse(f"{ADDRESS}/{made}?fait=oui", SEE_OTHER)


@router.get(ADDRESS + "/{number}", name="organisation")
def organisation(request: Request, number: int, fait: str = "") -> Response:
    """What is kept of one, and the forms that change it."""
    with looking(request) as visit:
        return _page(visit, number, done=fait == "oui")


@router.post(ADDRESS + "/{number}", name="keep_organisation")
def keep(request: Request, number: int, form: Posted) -> Response:
    """Change one thing; what cannot be is told on the sheet, with what was typed."""
    try:
        with acting(request) as visit:
            _change(_keeper(visit), number, form)
    except JalonError as error:
        return _told(request, number, form, error)
    return RedirectResponse(f"{ADDRESS}/{number}?fait=oui", SEE_OTHER)


@router.post(ADDRESS + "/{number}/reunir", name="merge_organisation")
def unite(request: Request, number: int, form: Posted) -> Response:
    """What would go to the other; then, confirmed, do it."""
    target = form.number("target") or 0
    try:
        if form.text("intent") == "merge":
            with acting(request) as visit:
                merge(_keeper(visit), number, target)
            return RedirectResponse(f"{ADDRESS}/{target}?fait=oui", SEE_OTHER)
        with trying(request) as visit:
            merged = merge(_keeper(visit), number, target)
        with looking(request) as visit:
            return visit.page("merging.html", merged=merged, number=number, target=target)
    except JalonError as error:
        return _told(request, number, form, error)


def _change(keeper: Keeper, number: int, form: Form) -> None:
    match form.text("intent"):
        case "rename":
            rename_organisation(keeper, number, form.text("name"))
        case "alias":
            add_spelling(keeper, number, form.text("alias"))
        case "drop_alias":
            drop_spelling(keeper, number, form.text("alias"))
        case "parent":
            place_under(keeper, number, form.number("parent"))
        case "contact":
            head, function = form.text("head") == "yes", form.text("function")
            found = keeper.organisation(number)
            keep_contact(keeper, found, form.text("email"), head=head, function=function)
        case _:
            raise BadInput(_("Choisissez ce qu’il faut changer dans l’annuaire."))


def _told(request: Request, number: int, form: Form, error: Exception) -> Response:
    with looking(request) as visit:
        return _page(visit, number, form=form, error=error)


def _page(
    visit: Visit,
    number: int,
    *,
    form: Form | None = None,
    error: Exception | None = None,
    done: bool = False,
) -> Response:
    contract = visit.contract.id
    everyone = organisations_with_contacts(visit.session, contract)
    return visit.page(
        "organisation.html",
        answer_of(error).status if error else 200,
        sheet=organisation_sheet(visit.session, contract, number),
        others=[(one.number, one.name) for one in everyone if one.number != number],
        may_keep=visit.may("keep_organisation"),
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in TYPED},
        done=done,
    )


def _keeper(visit: Visit) -> Keeper:
    return keeper_of(visit.session, visit.contract.id, visit.actor, visit.now)
