"""Agents as an identity provider knows them, tied to the persons that Jalon knows."""

import logging
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from models import AgentIdentity, Organisation, Person, SignInAttempt
from models.errors import Reason, Refused
from models.vocabulary import Role
from workflows.accounts.secrets import digest_of

logger = logging.getLogger(__name__)

LASTS = timedelta(minutes=10)
BYTES = 24  # 32 characters once written
SIREN = 9  # digits of a SIRET that name the body, whatever its address


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody whom the provider vouches for."""

    issuer: str
    subject: str
    email: str
    verified: bool = True
    name: str = ""
    siret: str | None = None
    provider: str = ""
    id_token: str = ""


def begin(session: Session, browser: str, now: datetime, after: str = "") -> tuple[str, str]:
    """The state and the nonce of a new attempt, for this browser only; raises nothing.

    `after` is the page of ours that it leads to, by default the home page.
    """
    session.execute(delete(SignInAttempt).where(SignInAttempt.expires_at < now))
    state, nonce = secrets.token_urlsafe(BYTES), secrets.token_urlsafe(BYTES)
    session.add(
        SignInAttempt(
            state_digest=digest_of(state),
            nonce=nonce,
            browser_digest=digest_of(browser),
            expires_at=now + LASTS,
            after=after or None,
        )
    )
    session.flush()
    return state, nonce


def come_back(session: Session, state: str, browser: str, now: datetime) -> tuple[str, str]:
    """The nonce of the attempt of that state, which is spent, and the page asked for before.

    Raises `Refused`.
    """
    found = session.execute(
        delete(SignInAttempt)
        .where(
            SignInAttempt.state_digest == digest_of(state),
            SignInAttempt.browser_digest == digest_of(browser),
            SignInAttempt.expires_at > now,
        )
        .returning(SignInAttempt.nonce, SignInAttempt.after)
    ).first()
    if found is None:
        text = _("Cette connexion a déjà servi, ou a trop duré : recommencez depuis cette page.")
        raise Refused([Reason("attempt_spent", text)])
    return found.nonce, found.after or ""


def person_of(session: Session, agent: Agent, now: datetime) -> Person:
    """The person that this agent is: known by subject, else tied by e-mail, with care.

    Raises `Refused`, in words, for somebody whom Jalon does not know, or cannot tell for sure.
    """
    known = session.scalar(
        select(AgentIdentity)
        .where(AgentIdentity.issuer == agent.issuer, AgentIdentity.subject == agent.subject)
        .options(joinedload(AgentIdentity.person))
        .with_for_update(of=AgentIdentity)
    )
    if known is None:
        known = _tied(session, agent, now)
    if not known.person.active:
        raise Refused([Reason("deactivated", _("Ce compte est désactivé : voyez un responsable."))])
    known.email, known.siret, known.id_token, known.used_at = (
        agent.email, agent.siret, agent.id_token, now,
    )  # fmt: skip
    session.flush()
    return known.person


def _tied(session: Session, agent: Agent, now: datetime) -> AgentIdentity:
    person = session.scalar(
        select(Person).where(Person.email == agent.email).options(selectinload(Person.grants))
    )
    if person is None or not agent.email or not agent.verified:
        raise Refused([Reason("unknown_agent", _unknown(session, agent))])
    if reason := _doubt(session, person, agent):
        logger.warning("agent not tied", extra={"person": person.id, "why": reason.code})
        raise Refused([reason])
    made = AgentIdentity(
        issuer=agent.issuer,
        subject=agent.subject,
        person=person,
        provider=agent.provider,
        email=agent.email,
        siret=agent.siret,
        linked_at=now,
        used_at=now,
    )
    session.add(made)
    logger.info("agent tied to a person", extra={"person": person.id})
    return made


def _doubt(session: Session, person: Person, agent: Agent) -> Reason | None:
    """Why the person at that address may not be this agent; None when nothing says so."""
    if not any(grant.role is not Role.GRANTEE for grant in person.grants):
        return Reason(
            "no_agent",
            _("Cette connexion est celle des agents : demandez plutôt un lien de connexion."),
        )
    same_source = select(AgentIdentity.id).where(
        AgentIdentity.person_id == person.id,
        AgentIdentity.issuer == agent.issuer,
        AgentIdentity.provider == agent.provider,
    )
    if session.scalar(same_source):  # an address that was given to somebody else since
        return Reason(
            "address_taken",
            _(
                "L’adresse {email} est déjà celle d’un autre agent du même service :"
                " demandez à un responsable de vérifier votre compte."
            ).format(email=agent.email),
        )
    return _other_body(session, person, agent)


def _other_body(session: Session, person: Person, agent: Agent) -> Reason | None:
    """Why the body that the provider tells is none of those that the person acts for; None otherwise."""
    held_for = {grant.organisation_id for grant in person.grants if grant.organisation_id}
    query = select(Organisation.siret).where(
        Organisation.id.in_(held_for), Organisation.siret.is_not(None)
    )
    bodies = {str(siret)[:SIREN] for siret in session.scalars(query)}
    if bodies and agent.siret and agent.siret[:SIREN] not in bodies:
        return Reason(
            "other_body",
            _(
                "Votre service d’identité vous dit d’un autre organisme (SIRET {siret}) que celui"
                " de vos rôles : demandez à un responsable de vérifier votre compte."
            ).format(siret=agent.siret),
        )
    return None


def _unknown(session: Session, agent: Agent) -> str:
    body = agent.siret and session.scalar(
        select(Organisation.name)
        .where(Organisation.siret == agent.siret, Organisation.contract_id.is_not(None))
        .limit(1)
    )
    whom = f"{agent.email} ({body})" if body else agent.email
    return _(
        "Jalon ne connaît pas {whom} : demandez à un responsable du programme de vous ajouter."
    ).format(whom=whom)


def hint_of(session: Session, person_id: int, issuer: str) -> str:
    """The identity token of a person's last sign-in with that issuer, else nothing; raises nothing."""
    query = (
        select(AgentIdentity.id_token)
        .where(AgentIdentity.person_id == person_id, AgentIdentity.issuer == issuer)
        .order_by(AgentIdentity.used_at.desc())
        .limit(1)
    )
    return session.scalar(query) or ""
