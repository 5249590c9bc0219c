"""The API over a season of its own, with a caller for each kind of person."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.settings import Settings
from models import Application, Contract, FichePilot, Person, RoleGrant
from models.program import Scope
from models.session import engine_for, transaction
from models.vocabulary import Role, State
from tests.web.server import serving
from tests.workflows.season import MANAGERS, READY, open_season, person
from tests.workflows.world import World, world_in
from web.app import create_app
from workflows.simulation import PEOPLE_AT, at
from workflows.tokens import create_token

NOW = at(READY, PEOPLE_AT)
ALL_SCOPES = [scope.value for scope in Scope]
MANAGER, PILOT, FUNDER, READER = MANAGERS[0], "p@pilote.example", "f@fin.example", "r@lit.example"
GRANTEE, STRANGER = "contact0@porteur.example", "x@nulle.example"


@contextmanager
def client_for(url: str, **settings: Any) -> Iterator[httpx.Client]:
    """A client of a real server over the database at `url`, at the moment of the season."""
    app = app_for(Settings(database_url=url, **settings), lambda: NOW)
    with serving(app) as address, httpx.Client(base_url=f"{address}/api/v1") as client:
        yield client


def app_for(settings: Settings, clock: Callable[[], datetime]) -> FastAPI:
    """The application of these settings."""
    return create_app(settings, clock)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A season, with somebody in every role."""
    found = open_season(tmp_path)
    populate(found)
    yield found
    engine_for(found).dispose()


def populate(url: str) -> None:
    """A pilot, a funder and a reader beside the managers and contacts of the season, and a stranger."""
    with transaction(url) as session:
        world = world_in(session)
        lead = session.scalars(
            select(FichePilot.organisation_id).where(FichePilot.fiche_id == world.fiche("1.3").id)
        ).first()
        state = world.organisations("État")["État"]
        for address, role, organisation in (
            (PILOT, Role.PILOT, lead),
            (FUNDER, Role.FUNDER, state),
            (READER, Role.READER, None),
        ):
            who = person(session, address)
            session.add(
                RoleGrant(
                    person_id=who.id,
                    role=role,
                    contract_id=world.call.contract_id,
                    organisation_id=organisation,
                )
            )
        person(session, STRANGER)


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with client_for(url) as opened:
        yield opened


def token(url: str, email: str = MANAGER, **changes: Any) -> dict[str, str]:
    """The header of a token with every scope, or as `changes` say."""
    with transaction(url) as session:
        contract_id = session.scalars(select(Contract.id)).one()
        values: dict[str, Any] = {"name": "essai", "scopes": ALL_SCOPES, "now": NOW} | changes
        _made, secret = create_token(session, contract_id, email, **values)
    return {"Authorization": f"Bearer {secret}"}


def reference_in(url: str, state: State, email: str | None = None) -> str:
    """The first application in that state, of that contact if one is named."""
    with Session(engine_for(url)) as session:
        query = select(Application.reference).where(Application.state == state)
        if email:
            who = select(Person.id).where(Person.email == email)
            query = query.where(Application.contact_id.in_(who))
        return session.scalars(query.order_by(Application.id)).first() or ""


@contextmanager
def world_at(url: str) -> Iterator[World]:
    """The world of a database, to change it by the engine."""
    with transaction(url) as session:
        yield world_in(session)
