"""Who calls: the bearer token of a request, what its person may do here, checked before all else."""

from dataclasses import dataclass
from datetime import datetime

from starlette.requests import Request

from config.i18n import gettext as _
from models.program import ApiToken, Scope
from models.session import reading, transaction
from models.vocabulary import Role
from web.access import LINES, Forbidden, Reach, SignInFirst
from web.limits import count
from web.visit import now_of, settings_of
from workflows.accounts.sight import Sight, sight_of
from workflows.actors import Actor
from workflows.tokens import actor_of_token, is_stale, note_used, token_of


@dataclass(frozen=True, slots=True)
class Credentials:
    """A caller, in plain values: they outlive the session that they were read in."""

    token_id: int
    name: str
    scopes: frozenset[str]
    expires_at: datetime | None
    contract_id: int
    contract_code: str
    actor: Actor
    email: str
    roles: frozenset[Role]
    sight: Sight


def check(request: Request, scope: Scope) -> None:
    """Find out who calls, and keep it with the request.

    Raises `SignInFirst` without a good token, `TooOften`, `Forbidden` for the scope or the role.
    """
    secret = bearer_of(request)
    now, url = now_of(request), settings_of(request).database_url
    with reading(url) as session:
        token = token_of(session, secret, now) if secret else None
        if token is None:
            count(request, "unknown")
            raise SignInFirst(_("Il faut un jeton valable : Authorization: Bearer jalon_…"))
        count(request, "api", str(token.id))
        actor = actor_of_token(session, token)
        found = _credentials(request, token, actor)
        stale = is_stale(token, now)
    if scope not in found.scopes:
        raise Forbidden(
            _("Ce jeton n’a pas la portée « {scope} » ; il a : {held}.").format(
                scope=scope, held=", ".join(sorted(found.scopes))
            )
        )
    request.state.credentials = found
    if stale:
        with transaction(url) as session:
            note_used(session, found.token_id, now)


def bearer_of(request: Request) -> str:
    """The secret after « Bearer »; empty without one."""
    kind, _space, secret = request.headers.get("authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def _credentials(request: Request, token: ApiToken, actor: Actor) -> Credentials:
    held = {role for role, _organisation in actor.grants}
    roles = frozenset(held | ({Role.GRANTEE} if actor.contact else set()))
    line = LINES.get(request.scope["route"].name)
    reach = line.reach if line else {}
    within = frozenset(role for role in roles if reach.get(role, Reach.NO) is not Reach.NO)
    if not within:
        raise Forbidden(_("Ce n’est pas ouvert à votre rôle."))
    return Credentials(
        token_id=token.id,
        name=token.name,
        scopes=frozenset(token.scopes),
        expires_at=token.expires_at,
        contract_id=token.contract_id,
        contract_code=token.contract.code,
        actor=actor,
        email=token.person.email,
        roles=roles,
        sight=sight_of(actor, token.contract_id, within),
    )


def caller_of(request: Request) -> Credentials:
    """Who calls, once checked."""
    found: Credentials = request.state.credentials
    return found
