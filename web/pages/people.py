"""The sheet of a person, kept true by managers; what leaving changes is shown before it is done."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Organisation, Person
from models.errors import BadInput, JalonError, NotFound
from models.vocabulary import Role
from web.errors import answer_of, sentences_of
from web.forms import BIGGEST, Form, Posted
from web.visit import Visit, acting, looking, trying
from workflows.addresses import correct_address
from workflows.contacts import drop_contact, keep_contact
from workflows.directory import organisations_with_contacts
from workflows.keeper import Keeper, keeper_of
from workflows.parting import Parting, without_contact, without_person, without_role
from workflows.people import deactivate, reactivate, rename_person
from workflows.people_rules import may_name_administrators
from workflows.person_sheet import changes_of, person_sheet
from workflows.roles import give_role, role_numbered, role_told, withdraw_role

router = APIRouter()
SEE_OTHER = 303
DONE = ("oui", "adresse")  # what an address may say was done
ADDRESS = "/annuaire/personnes"
OFFERED = (Role.PILOT, Role.FUNDER, Role.MANAGER, Role.READER)
LEAVING = frozenset({"withdraw", "drop_contact", "deactivate"})  # shown before they are done
TYPED = ("intent", "name", "email", "function", "role", "for_whom", "organisation")  # shown again
Number = Annotated[int, Path(ge=1, le=BIGGEST)]


def offered_to(visit: Visit) -> tuple[Role, ...]:
    """The roles that whoever asks may give."""
    more = (Role.ADMINISTRATOR,) if may_name_administrators(visit.actor) else ()
    return OFFERED + more


@router.get(ADDRESS + "/{number}", name="person")
def person(request: Request, number: Number, fait: str = "") -> Response:
    """What is kept of one, and the forms that change it."""
    with looking(request) as visit:
        return _page(visit, number, done=fait)


@router.post(ADDRESS + "/{number}", name="keep_person")
def keep(request: Request, number: Number, form: Posted) -> Response:
    """Change one thing, or see first what leaving changes; what cannot be is told on the sheet."""
    intent = form.text("intent")
    try:
        if intent in LEAVING and form.text("confirmed") != "yes":
            return _preview(request, number, form)
        with acting(request) as visit:
            keeper = _keeper(visit)
            _change(keeper, keeper.person(number), form)
    except JalonError as error:
        return _told(request, number, form, error)
    return RedirectResponse(_after(number, form), SEE_OTHER)


def _preview(request: Request, number: int, form: Form) -> Response:
    with trying(request) as visit:
        keeper = _keeper(visit)
        found = keeper.person(number)
        parting, about = _parting(keeper, found, form)
        _change(keeper, found, form)
    with looking(request) as visit:
        return visit.page(
            "parting.html",
            sheet=person_sheet(visit.session, visit.contract.id, number),
            parting=parting,
            about=about,
            intent=form.text("intent"),
            sent={name: form.text(name) for name in ("grant", "organisation", "from")},
            back=_after(number, form).partition("?")[0],
        )


def _parting(keeper: Keeper, found: Person, form: Form) -> tuple[Parting, str]:
    """What changes, and the organisation or the role that it is about."""
    match form.text("intent"):
        case "withdraw":
            held = role_numbered(keeper, found, form.number("grant") or 0)
            return without_role(keeper, found, held), role_told(keeper.session, held)
        case "drop_contact":
            organisation = _organisation(keeper, form)
            return without_contact(keeper, found, organisation), organisation.name
    return without_person(keeper, found), ""


def _organisation(keeper: Keeper, form: Form) -> Organisation:
    """The one chosen, of the directory or an applicant."""
    found = keeper.session.get(Organisation, form.number("organisation") or 0)
    if found is None or found.contract_id not in {None, keeper.contract_id}:
        raise NotFound(_("Choisissez un organisme de la liste."))
    return found


def _change(keeper: Keeper, found: Person, form: Form) -> None:
    change = CHANGES.get(form.text("intent"))
    if change is None:
        raise BadInput(_("Choisissez ce qu’il faut changer dans l’annuaire."))
    change(keeper, found, form)


def _withdraw(keeper: Keeper, found: Person, form: Form) -> None:
    withdraw_role(keeper, found, role_numbered(keeper, found, form.number("grant") or 0))


def _contact(keeper: Keeper, found: Person, form: Form) -> None:
    organisation, head = _organisation(keeper, form), form.text("head") == "yes"
    keep_contact(keeper, organisation, found.email, head=head, function=form.text("function"))


CHANGES: dict[str, Callable[[Keeper, Person, Form], object]] = {  # what a form of the sheet asks
    "role": lambda k, p, form: give_role(k, p, form.text("role"), form.text("for_whom") or None),
    "withdraw": _withdraw,
    "contact": _contact,
    "drop_contact": lambda k, p, form: drop_contact(k, _organisation(k, form), p),
    "rename": lambda k, p, form: rename_person(k, p, form.text("name")),
    "correct": lambda k, p, form: correct_address(k, p, form.text("email")),
    "deactivate": lambda k, p, _form: deactivate(k, p),
    "reactivate": lambda k, p, _form: reactivate(k, p),
}


def _after(number: int, form: Form) -> str:
    """Where to go next: the sheet, or that of the organisation that the contact was dropped from."""
    if (form.text("intent"), form.text("from")) == ("drop_contact", "organisation"):
        return f"/annuaire/organismes/{form.number('organisation')}?fait=oui"
    return f"{ADDRESS}/{number}?fait={'adresse' if form.text('intent') == 'correct' else 'oui'}"


def _told(request: Request, number: int, form: Form, error: JalonError) -> Response:
    with looking(request) as visit:
        return _page(visit, number, form=form, error=error)


def _page(
    visit: Visit,
    number: int,
    *,
    form: Form | None = None,
    error: JalonError | None = None,
    done: str = "",
) -> Response:
    session, contract, may_keep = visit.session, visit.contract.id, visit.may("keep_person")
    listed = organisations_with_contacts(session, contract) if may_keep else []
    return visit.page(
        "person.html",
        answer_of(error).status if error else 200,
        sheet=person_sheet(session, contract, number),
        changes=changes_of(session, contract, number) if may_keep else [],
        organisations=[(one.number, one.name) for one in listed],
        offered=offered_to(visit),
        may_name=may_name_administrators(visit.actor),
        may_keep=may_keep,
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in TYPED},
        done=done if done in DONE else "",
    )


def _keeper(visit: Visit) -> Keeper:
    return keeper_of(visit.session, visit.contract.id, visit.actor, visit.now)
