"""Tokens of the API: a program that acts for a person, in one contract, within what that person may."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import ApiToken, Person
from models.errors import BadInput, NotFound
from models.program import Scope
from models.vocabulary import Role
from workflows.actors import Actor, actor_for

PREFIX = "jalon_"
SHOWN = len(PREFIX) + 8  # characters that tell a token in a list
NOTED_EVERY = timedelta(minutes=5)  # how exactly « last used » is known


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token in a list; its secret is not known any more."""

    start: str
    name: str
    email: str
    contract: str
    scopes: tuple[str, ...]
    roles: tuple[str, ...]
    made: datetime
    expires: datetime | None
    used: datetime | None
    revoked: datetime | None


def create_token(
    session: Session,
    contract_id: int,
    email: str,
    *,
    name: str,
    scopes: Sequence[str] = (Scope.READ,),
    roles: Sequence[str] = (),
    lasts: timedelta | None = None,
    now: datetime,
) -> tuple[ApiToken, str]:
    """A token for the person at `email` and its secret, which is shown this once.

    Raises `NotFound` when nobody active has that address, `BadInput` without a name, for an unknown
    scope, or for a role that the person does not hold.
    """
    actor = actor_for(session, email, contract_id)
    if not name.strip():
        raise BadInput(_("Nommez le programme qui portera ce jeton : ajoutez --name."))
    _check_scopes(scopes)
    _check_roles(actor, roles)
    secret = PREFIX + secrets.token_urlsafe(32)
    made = ApiToken(
        person_id=actor.person_id,
        contract_id=contract_id,
        name=name.strip()[:100],
        digest=digest_of(secret),
        start=secret[:SHOWN],
        scopes=sorted(set(scopes)),
        roles=sorted(set(roles)),
        made_at=now,
        expires_at=now + lasts if lasts else None,
    )
    session.add(made)
    session.flush()
    return made, secret


def _check_scopes(scopes: Sequence[str]) -> None:
    known = [scope.value for scope in Scope]
    if not scopes or (unknown := [scope for scope in scopes if scope not in known]):
        raise BadInput(
            _("« {scope} » n’est pas une portée ; attendu : {known}.").format(
                scope=unknown[0] if scopes else "", known=", ".join(known)
            )
        )


def _check_roles(actor: Actor, roles: Sequence[str]) -> None:
    held = sorted({role.value for role, _organisation in actor.grants})
    if missing := [role for role in roles if role not in held]:
        raise BadInput(
            _("{name} n’a pas le rôle « {role} » ; ses rôles : {held}.").format(
                name=actor.name, role=missing[0], held=", ".join(held) or _("aucun")
            )
        )


def digest_of(secret: str) -> str:
    """What is kept of a secret; raises nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_of(session: Session, secret: str, now: datetime) -> ApiToken | None:
    """The token of that secret with its person and contract, while it is good; raises nothing."""
    found = session.scalar(
        select(ApiToken)
        .where(ApiToken.digest == digest_of(secret))
        .options(joinedload(ApiToken.person), joinedload(ApiToken.contract))
        .execution_options(populate_existing=True)
    )
    if found is None or found.revoked_at or not found.person.active:
        return None
    return None if found.expires_at and found.expires_at <= now else found


def actor_of_token(session: Session, token: ApiToken) -> Actor:
    """Who acts through a token: its person, as the roles that the token keeps; raises `NotFound`."""
    actor = actor_for(session, token.person.email, token.contract_id)
    if not token.roles:
        return actor
    kept = tuple((role, org) for role, org in actor.grants if role.value in token.roles)
    as_contact = Role.GRANTEE.value in token.roles
    return Actor(kept, actor.person_id, actor.name, contact=as_contact)


def is_stale(token: ApiToken, now: datetime) -> bool:
    """Whether « last used » is to be written again; raises nothing."""
    return token.used_at is None or now - token.used_at >= NOTED_EVERY


def note_used(session: Session, token_id: int, now: datetime) -> None:
    """The token served at `now`; raises nothing."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def list_tokens(session: Session, contract_id: int, *, limit: int | None = None) -> list[TokenRow]:
    """The tokens of a contract, those not revoked first, then the latest; raises nothing."""
    found = session.execute(
        select(ApiToken, Person.email)
        .join(Person, Person.id == ApiToken.person_id)
        .where(ApiToken.contract_id == contract_id)
        .options(joinedload(ApiToken.contract))
        .order_by(ApiToken.revoked_at.is_not(None), ApiToken.id.desc())
        .limit(limit)
    )
    return [
        TokenRow(
            t.start, t.name, email, t.contract.code, tuple(t.scopes), tuple(t.roles),
            t.made_at, t.expires_at, t.used_at, t.revoked_at,
        )
        for t, email in found
    ]  # fmt: skip


def revoke_token(session: Session, contract_id: int, start: str, now: datetime) -> ApiToken:
    """End a token, named by its first characters; raises `NotFound`, `BadInput` when it has ended."""
    found = session.scalar(
        select(ApiToken).where(
            ApiToken.start == start.strip()[:SHOWN], ApiToken.contract_id == contract_id
        )
    )
    if found is None:
        raise NotFound(
            _("Aucun jeton ne commence par « {start} » : « jalon tokens list » les donne.").format(
                start=start[:SHOWN]
            )
        )
    if found.revoked_at:
        raise BadInput(_("Le jeton {start} est déjà révoqué.").format(start=found.start))
    found.revoked_at = now
    session.flush()
    return found
