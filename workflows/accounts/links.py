"""One-time links: asked for by somebody known, or printed on the machine; each signs in once."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import Contract, Person, RoleGrant, SignInLink
from models.account import Means
from models.errors import NotFound, Reason, Refused
from models.vocabulary import Role
from notifications.outbox import owe
from notifications.signing_in import SignIn
from workflows.accounts.secrets import digest_of, new_secret
from workflows.actors import SYSTEM
from workflows.keeper import Keeper
from workflows.people import add_person
from workflows.people_rules import STAFF
from workflows.roles import give_role

LASTS = timedelta(minutes=10)
FIRST_LASTS = timedelta(days=1)
AT_MOST = 3  # links that one person may have waiting at a time


class Used(NamedTuple):
    """Who a link signs in, by which means, and the page of ours they wanted (empty: the home page)."""

    person: Person
    means: Means
    after: str


def ask_link(
    session: Session,
    contract: Contract,
    email: str,
    browser: str,
    now: datetime,
    public_url: str,
    *,
    after: str = "",
) -> bool:
    """Owe a link to whoever has that address, bound to the browser; whether one was owed.

    `after`, a page of ours, is where it leads to, by default the home page: kept here, so that the
    mailed address tells nothing of it. Whoever asks is told the same thing in both cases. Raises
    nothing.
    """
    session.execute(delete(SignInLink).where(SignInLink.expires_at < now))
    person = session.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.active)
    )
    if person is None or _waiting(session, person.id) >= AT_MOST:
        return False
    secret = new_secret()
    link = _keep(session, secret, now, LASTS, person_id=person.id, browser=browser, after=after)
    owe(
        session,
        key=f"sign_in:{link.id}:{link.digest[:12]}",
        template="sign_in",
        context=SignIn(
            contract_code=contract.code,
            contract_name=contract.name,
            address=f"{public_url}/connexion/lien/{secret}",
            minutes=int(LASTS.total_seconds()) // 60,
        ),
        person=person,
        contract_id=contract.id,
        now=now,
    )
    return True


def operator_link(session: Session, email: str, now: datetime) -> str:
    """The secret of a link for that person, to be opened in any browser; raises `NotFound`."""
    person = session.scalar(
        select(Person).where(Person.email == email.strip().lower(), Person.active)
    )
    if person is None:
        raise NotFound(
            _("Personne n’a l’adresse « {email} » : ajoutez-la avec « jalon people add ».").format(
                email=email
            )
        )
    secret = new_secret()
    _keep(session, secret, now, LASTS, person_id=person.id)
    return secret


def first_link(session: Session, now: datetime) -> str | None:
    """The secret of the link of a fresh installation; None once there is a manager. Raises nothing."""
    if has_manager(session):
        return None
    session.execute(delete(SignInLink).where(SignInLink.person_id.is_(None)))
    secret = new_secret()
    _keep(session, secret, now, FIRST_LASTS)
    return secret


def has_manager(session: Session) -> bool:
    """Whether somebody active may run the programme; raises nothing."""
    query = select(RoleGrant.id).join(Person, Person.id == RoleGrant.person_id)
    return bool(session.scalar(query.where(Person.active, RoleGrant.role.in_(STAFF)).limit(1)))


def link_of(session: Session, secret: str, browser: str, now: datetime) -> SignInLink:
    """The link of that secret, still good in that browser; raises `Refused` in words."""
    link = session.scalar(
        select(SignInLink)
        .where(SignInLink.digest == digest_of(secret))
        .options(joinedload(SignInLink.person))
    )
    if link is None or link.used_at or link.expires_at <= now or _person_gone(link):
        text = _("Ce lien a déjà servi ou n’est plus valable : demandez-en un autre.")
        raise Refused([Reason("link_spent", text)])
    if link.browser_digest not in {None, digest_of(browser)}:
        text = _(
            "Ce lien ne s’ouvre que dans le navigateur où il a été demandé :"
            " ouvrez-le là, ou demandez-en un autre ici."
        )
        raise Refused([Reason("other_browser", text)])
    return link


def use_link(session: Session, secret: str, browser: str, now: datetime) -> Used:
    """Spend the link of a person, once whatever the number of clicks; raises `Refused`."""
    link = link_of(session, secret, browser, now)
    if link.person is None:
        raise Refused([Reason("link_spent", _("Ce lien est celui d’une première connexion."))])
    _spend(session, link, now)
    means = Means.LINK if link.browser_digest else Means.OPERATOR
    return Used(link.person, means, link.after or "")


def become_first_manager(
    session: Session, contract: Contract, secret: str, email: str, name: str, now: datetime
) -> Person:
    """Make the first manager, who administers too; raises `Refused`, `BadInput`."""
    link = link_of(session, secret, "", now)
    if link.person_id is not None or has_manager(session):
        text = _("Jalon a déjà un responsable : demandez un lien de connexion.")
        raise Refused([Reason("not_fresh", text)])
    keeper = Keeper(session, contract.id, SYSTEM, now)
    person = add_person(keeper, email, name=name, role=Role.ADMINISTRATOR.value)
    give_role(keeper, person, Role.MANAGER.value)
    _spend(session, link, now)
    return person


def _keep(
    session: Session,
    secret: str,
    now: datetime,
    lasts: timedelta,
    *,
    person_id: int | None = None,
    browser: str = "",
    after: str = "",
) -> SignInLink:
    link = SignInLink(
        digest=digest_of(secret),
        person_id=person_id,
        browser_digest=digest_of(browser) if browser else None,
        made_at=now,
        expires_at=now + lasts,
        after=after or None,
    )
    session.add(link)
    session.flush()
    return link


def _spend(session: Session, link: SignInLink, now: datetime) -> None:
    spent = session.execute(
        update(SignInLink)
        .where(SignInLink.id == link.id, SignInLink.used_at.is_(None))
        .values(used_at=now)
        .execution_options(synchronize_session=False)
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined] # an UPDATE counts its rows
        raise Refused([Reason("link_spent", _("Ce lien a déjà servi : demandez-en un autre."))])


def _waiting(session: Session, person_id: int) -> int:
    query = select(func.count()).where(
        SignInLink.person_id == person_id, SignInLink.used_at.is_(None)
    )
    return session.scalar(query) or 0


def _person_gone(link: SignInLink) -> bool:
    return link.person is not None and not link.person.active
