"""A visit: who asks, what they may see, the transaction they are in. The only way from a page to data."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from config.i18n import gettext as _
from config.i18n import speaking
from config.labels import role_label
from config.settings import Settings
from models import Contract, Person, WebSession
from models.session import reading, transaction
from models.vocabulary import Role
from web.access import LINES, Forbidden, Line, Reach, SignInFirst
from web.cookies import language_of, session_secret
from web.navigation import foot_for, tabs_for
from web.templating import page
from workflows.accounts.sight import Sight, sight_of
from workflows.accounts.visits import Limits, is_stale, note_seen, session_and_contract
from workflows.actors import Actor, actor_of
from workflows.deadlines import civil_date
from workflows.queries import get_contract


@dataclass(frozen=True)
class Visit:
    """One request of somebody signed in."""

    request: Request
    session: Session
    contract: Contract
    person: Person
    web_session: WebSession
    actor: Actor
    roles: frozenset[Role]
    sight: Sight
    now: datetime

    @property
    def today(self) -> date:
        """The civil date in Paris."""
        return civil_date(self.now)

    @property
    def settings(self) -> Settings:
        """The settings of this installation."""
        return settings_of(self.request)

    def may(self, route: str) -> bool:
        """Whether the person's roles open that route."""
        return LINES[route].of(self.roles) is not Reach.NO

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page of the application, with its navigation."""
        shared = {
            "me": self.person,
            "roles": self.roles,
            "my_roles": [role_label(role) for role in self.roles],
            "contract": self.contract,
            "tabs": tabs_for(self.roles, self.request.url.path),
            "today": self.today,
            "foot": foot_for(self.roles, self.request.url.path),
        }
        return page(self.request, template, shared | values, status)


@contextmanager
def looking(request: Request) -> Iterator[Visit]:
    """A visit that changes nothing. Raises `SignInFirst`, `Forbidden`."""
    with reading(settings_of(request).database_url) as session:
        visit = _visit(request, session)
        seen = visit.web_session.id if is_stale(visit.web_session, visit.now) else None
        with _speaking_to(visit):
            yield visit
    if seen is not None:
        with transaction(visit.settings.database_url) as session:
            note_seen(session, seen, visit.now)


@contextmanager
def acting(request: Request) -> Iterator[Visit]:
    """A visit whose work is kept when the block ends; its form was checked by `posted`.

    Raises `SignInFirst`, `Forbidden`.
    """
    with transaction(settings_of(request).database_url) as session:
        visit = _visit(request, session)
        note_seen(session, visit.web_session.id, visit.now)
        with _speaking_to(visit):
            yield visit


@contextmanager
def trying(request: Request) -> Iterator[Visit]:
    """A visit that does things to see what would come of it; nothing of it is kept."""
    with transaction(settings_of(request).database_url) as session:
        visit = _visit(request, session)
        with _speaking_to(visit):
            yield visit
        session.rollback()


def settings_of(request: Request) -> Settings:
    """The settings of this installation."""
    found: Settings = request.app.state.settings
    return found


def now_of(request: Request) -> datetime:
    """The instant of this request: read once, so that all of it happens at the same time."""
    if not hasattr(request.state, "now"):
        request.state.now = request.app.state.clock()
    found: datetime = request.state.now
    return found


def limits_of(settings: Settings) -> Limits:
    """How long a session lasts here."""
    return Limits(
        timedelta(minutes=settings.session_idle_minutes), timedelta(hours=settings.session_hours)
    )


def contract_of(session: Session, settings: Settings) -> Contract:
    """The contract that this installation follows; raises `NotFound`."""
    return get_contract(session, settings.contract)


def line_of(request: Request) -> Line:
    """The line of the table for this route; raises `Forbidden` for a route without one."""
    line = LINES.get(request.scope["route"].name)
    if line is None:
        raise Forbidden(_("Cette page n’est ouverte à personne."))
    return line


def _visit(request: Request, session: Session) -> Visit:
    settings, now = settings_of(request), now_of(request)
    secret = session_secret(request)
    limits = limits_of(settings)
    code = settings.contract
    known = session_and_contract(session, secret, code, now, limits) if secret else None
    if known is None:
        raise SignInFirst(_("Connectez-vous pour voir cette page."))
    found, contract = known
    actor = actor_of(session, found.person, contract.id)
    roles = frozenset({role for role, _organisation in actor.grants} | {Role.GRANTEE})
    reach = line_of(request).reach
    within = frozenset(role for role in roles if reach.get(role, Reach.NO) is not Reach.NO)
    if not within:
        raise Forbidden(_("Cette page n’est pas ouverte à votre rôle."))
    sight = sight_of(actor, contract.id, within)
    return Visit(request, session, contract, found.person, found, actor, roles, sight, now)


@contextmanager
def _speaking_to(visit: Visit) -> Iterator[None]:
    """In the language chosen in this browser, else in the person's own."""
    if language_of(visit.request):
        yield
        return
    with speaking(visit.person.language):
        yield
