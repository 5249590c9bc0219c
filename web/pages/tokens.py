"""The programs that may use the API: who they act for, what each may do; one made, one ended."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from config.i18n import later
from config.labels import role_label, scope_label
from models.errors import BadInput, JalonError, NotFound, Problem
from models.program import Scope
from models.vocabulary import Role
from web.delay import beside_the_form
from web.draft_form import by_field
from web.errors import answer_of
from web.forms import Form, Posted
from web.visit import Visit, acting, looking
from workflows.actors import actor_for
from workflows.tokens import create_token, list_tokens, revoke_token

logger = logging.getLogger(__name__)
router = APIRouter()
ADDRESS, SEE_OTHER = "/reglages/jetons", 303
SHOWN, LONGEST_NAME = 200, 100
LASTING = {
    "30": later("30 jours"),
    "90": later("90 jours"),
    "365": later("un an"),
    "0": later("sans terme"),
}
ROLES = tuple(role for role in Role if role not in {Role.SYSTEM, Role.IMPORT})


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    name: str = ""
    email: str = ""
    scopes: tuple[str, ...] = (Scope.READ.value,)
    roles: tuple[str, ...] = ()
    days: str = "365"


@router.get(ADDRESS, name="tokens")
def tokens(request: Request, fait: str = "") -> Response:
    """Every token, and the form of a new one."""
    with looking(request) as visit:
        return _page(visit, done=fait == "revoque")


@router.post(ADDRESS, name="keep_tokens")
def keep(request: Request, form: Posted) -> Response:
    """Make a token, whose secret is on the answer and nowhere else; or end one."""
    try:
        with acting(request) as visit:
            if form.text("intent") == "create":
                return _page(visit, secret=_made(visit, _typed(form)))
            _end(visit, form)
    except (BadInput, NotFound) as error:
        typed = _typed(form) if form.text("intent") == "create" else Typed()
        with looking(request) as visit:
            return _page(visit, typed=typed, error=error)
    return RedirectResponse(f"{ADDRESS}?fait=revoque", SEE_OTHER)


def _typed(form: Form) -> Typed:
    return Typed(
        form.text("name"),
        form.text("email"),
        tuple(form.texts("scopes")),
        tuple(form.texts("roles")),
        form.text("days"),
    )


def _made(visit: Visit, typed: Typed) -> str:
    """The secret of the new token; raises `BadInput` with each field to mend."""
    problems = list(_faults(visit, typed))
    if problems:
        raise BadInput(problems)
    lasts = timedelta(days=int(typed.days)) if typed.days != "0" else None
    try:
        made, secret = create_token(
            visit.session, visit.contract.id, typed.email, name=typed.name, scopes=typed.scopes,
            roles=typed.roles, lasts=lasts, now=visit.now,
        )  # fmt: skip
    except BadInput as error:  # a role that the person does not hold
        said = [Problem(problem.text, column="roles") for problem in error.problems]
        raise BadInput(said) from error
    who = {"token": made.start, "person": made.person_id, "by": visit.person.id}
    logger.info("API token made", extra=who)
    return secret


def _faults(visit: Visit, typed: Typed) -> list[Problem]:
    found = []
    if not typed.name or len(typed.name) > LONGEST_NAME:
        said = _("Nommez le programme qui portera ce jeton, en {most} caractères au plus.")
        found.append(Problem(said.format(most=LONGEST_NAME), column="name"))
    try:
        actor_for(visit.session, typed.email, visit.contract.id)
    except NotFound:
        said = _("Personne d’actif n’a l’adresse « {email} » dans l’annuaire : ajoutez-la d’abord.")
        found.append(Problem(said.format(email=typed.email), column="email"))
    if not typed.scopes or set(typed.scopes) - set(Scope):
        found.append(Problem(_("Cochez ce que ce jeton permet."), column="scopes"))
    if typed.days not in LASTING:
        found.append(Problem(_("Choisissez combien de temps il sert."), column="days"))
    return found


def _end(visit: Visit, form: Form) -> None:
    if form.text("intent") != "revoke":
        raise BadInput(_("Choisissez de créer un jeton ou d’en révoquer un."))
    try:
        ended = revoke_token(visit.session, visit.contract.id, form.text("start"), visit.now)
    except NotFound as error:
        raise NotFound(_("Ce jeton n’existe plus : relisez la liste.")) from error
    logger.info("API token revoked", extra={"token": ended.start, "by": visit.person.id})


def _page(
    visit: Visit,
    *,
    typed: Typed = Typed(),  # it cannot change
    secret: str = "",
    error: JalonError | None = None,
    done: bool = False,
) -> Response:
    problems = error.problems if isinstance(error, BadInput) else ()
    return visit.page(
        "tokens.html",
        answer_of(error).status if error else 200,
        found=list_tokens(visit.session, visit.contract.id, limit=SHOWN + 1),
        shown=SHOWN,
        now=visit.now,
        scopes_said={scope.value: scope_label(scope) for scope in Scope},
        roles_said={role.value: role_label(role) for role in ROLES},
        lasting={days: _(said) for days, said in LASTING.items()},
        typed=typed,
        secret=secret,
        reasons=beside_the_form(error) if error else [],
        wrong=by_field((p.column, p.text) for p in problems if p.column),
        done=done,
    )
