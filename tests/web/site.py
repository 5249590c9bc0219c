"""A real server on a copy of the season, and people who are signed in there."""

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from models import Application, Organisation, Person, RoleGrant
from models.account import Means
from models.session import engine_for, transaction
from models.vocabulary import Role
from tests.web.server import InHand
from tests.workflows.attachments.samples import PDF
from tests.workflows.season import open_season
from tests.workflows.world import world_in
from web.app import create_app
from web.serving import served
from workflows.accounts.visits import Limits, open_session
from workflows.attachments.inspecting import inspect
from workflows.attachments.keeping import Owner, keep
from workflows.drafts.keeping import begin
from workflows.queries import get_call, get_contract

NOW = datetime(2021, 3, 20, 8, tzinfo=UTC)
LIMITS = Limits(timedelta(hours=2), timedelta(hours=12))
CONTEXT = ssl.create_default_context()  # once: each reads every authority of the machine
OWN = "CV112-2021-0008"  # submitted, on a fiche that Bpifrance leads among others
OTHER = "CV112-2021-0011"  # nothing to do with the people of the first
HELD_FOR = {Role.PILOT: "Bpifrance", Role.FUNDER: "État", Role.GRANTEE: "Association n° 3"}


@dataclass
class Site:
    """The server, its database, its clock (which a test may move)."""

    address: str
    url: str
    settings: Settings
    now: datetime = NOW
    woken: int = 0
    app: FastAPI = field(default_factory=FastAPI)
    in_hand: InHand = field(default_factory=lambda: InHand(FastAPI()))

    def wake(self) -> None:
        """What the pages call when a mail must not wait."""
        self.woken += 1

    def settle(self) -> None:
        """Wait for what an answer left to do afterwards."""
        self.in_hand.settle()

    def forget_limits(self) -> None:
        """As if nobody had asked for anything lately."""
        self.app.state.limits.forget()

    def client(self, secret: str = "") -> httpx.Client:
        """A browser without a screen, signed in when it has a session's secret."""
        cookies = {"jalon": secret} if secret else {}
        return httpx.Client(base_url=self.address, cookies=cookies, timeout=60, verify=CONTEXT)

    def signed_in(self, email: str) -> str:
        """The secret of a new session of that person."""
        with transaction(self.url) as session:
            person = session.scalars(select(Person).where(Person.email == email)).one()
            return open_session(session, person, Means.LINK, "Firefox, Linux", self.now, LIMITS)

    def as_role(self, role: Role) -> str:
        """The secret of somebody who holds that role alone, for what `OWN` is about."""
        return self.signed_in(f"{role.value}@essai.example")


@contextmanager
def open_site(folder: Path, **changes: Any) -> Iterator[Site]:
    """The pages on a copy of the season in `folder`."""
    path = folder / "site.sqlite3"
    path.write_bytes(prepared())
    url = f"sqlite:///{path}"
    site = Site("", url, Settings(database_url=url, **changes))
    site.app = create_app(site.settings, lambda: site.now, site.wake)
    site.in_hand = InHand(site.app)
    with served(site.in_hand, "127.0.0.1:0") as port:
        site.address = f"http://localhost:{port}"
        yield site
    engine_for(url).dispose()


@cache
def prepared() -> bytes:
    """The season, an application of others, and one person for each role."""
    with tempfile.TemporaryDirectory() as folder:
        url = open_season(Path(folder))
        with transaction(url) as session:
            world = world_in(session)
            funders = world.organisations("CAF")
            world.submitted(
                title="Atelier d’écriture",
                fiche=world.fiche("2.8"),
                applicant_name="Association d’ailleurs",
                siret="55210055400013",
                contact_email="ailleurs@porteur.example",
                asked={funders["CAF"]: Decimal(3000)},
            )
            for role in Role:
                if role not in {Role.SYSTEM, Role.IMPORT}:
                    _add(session, role, world.call.contract_id)
            _write(session)
        engine_for(url).dispose()
        return (Path(folder) / "season.sqlite3").read_bytes()


def _add(session: Session, role: Role, contract_id: int) -> None:
    person = Person(email=f"{role.value}@essai.example", name=f"Camille {role.value.title()}")
    session.add(person)
    session.flush()
    organisation = None
    if role in HELD_FOR:
        named = select(Organisation.id).where(Organisation.name == HELD_FOR[role])
        organisation = session.scalars(named).one()
    session.add(
        RoleGrant(
            person_id=person.id, role=role, contract_id=contract_id, organisation_id=organisation
        )
    )


def _write(session: Session) -> None:
    """Two drafts of the grantee, a file with the first, another with their application."""
    writer = session.scalars(select(Person).where(Person.email == "grantee@essai.example")).one()
    call = get_call(session, get_contract(session).id, 2021)
    drafts = [begin(session, call, writer, NOW) for _n in range(2)]
    application = session.scalars(select(Application).where(Application.reference == OWN)).one()
    for owner in (Owner(draft_id=drafts[0].id), Owner(application_id=application.id)):
        file = inspect("budget.pdf", PDF, most_bytes=10**6)
        keep(session, file, owner, given_by=writer.id, now=NOW)


def references(url: str) -> list[str]:
    """Every application there is."""
    with transaction(url) as session:
        return list(session.scalars(select(Application.reference)))
