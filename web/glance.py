"""A look at a public page, by anybody: signed in or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import HTMLResponse

from models import Contract, Person
from models.session import reading
from models.vocabulary import Role
from web.cookies import session_secret
from web.navigation import foot_for, tabs_for
from web.templating import page
from web.visit import contract_of, limits_of, now_of, settings_of
from workflows.accounts.visits import session_of
from workflows.actors import actor_of
from workflows.deadlines import civil_date


@dataclass(frozen=True)
class Glance:
    """One request for a public page; `person` is whoever is signed in, if anybody is."""

    request: Request
    session: Session
    contract: Contract
    person: Person | None
    roles: frozenset[Role]
    now: datetime

    @property
    def today(self) -> date:
        """The civil date in Paris."""
        return civil_date(self.now)

    def page(self, template: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page, with the navigation of whoever is signed in."""
        path = self.request.url.path
        shared = {
            "me": self.person,
            "roles": self.roles,
            "contract": self.contract,
            "tabs": tabs_for(self.roles, path) if self.person else (),
            "foot": foot_for(self.roles, path) if self.person else (),
            "today": self.today,
        }
        return page(self.request, template, shared | values, status)


@contextmanager
def glancing(request: Request) -> Iterator[Glance]:
    """A look that changes nothing, and asks nobody who they are."""
    settings, now = settings_of(request), now_of(request)
    with reading(settings.database_url) as session:
        secret = session_secret(request)
        found = session_of(session, secret, now, limits_of(settings)) if secret else None
        contract = contract_of(session, settings)
        roles: frozenset[Role] = frozenset()
        if found is not None:
            actor = actor_of(session, found.person, contract.id)
            roles = frozenset({role for role, _for in actor.grants} | {Role.GRANTEE})
        person = found.person if found else None
        yield Glance(request, session, contract, person, roles, now)
