"""A whole season on disk, built once per process: applications at every stage, and people to remind."""

import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Contact, Organisation, Person, RoleGrant
from models.schema import upgrade
from models.session import engine_for, transaction
from models.vocabulary import Role, State
from tests.workflows.world import FILED, SIRETS, World, award, day, fill, world_in
from workflows.acts import ask_piece

READY = date(2021, 3, 20)  # the season stands as it was on this morning
MANAGERS = ("claire@contrat.example", "malik@contrat.example")


def open_season(folder: Path) -> str:
    """A copy of the season in `folder`; its database address."""
    path = folder / "season.sqlite3"
    url = f"sqlite:///{path}"
    engine_for(url).dispose()  # of a season that was there before
    for left in folder.glob(f"{path.name}*"):
        left.unlink()
    path.write_bytes(_season())
    return url


@cache
def _season() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "season.sqlite3"
        url = f"sqlite:///{path}"
        upgrade(url)
        play(url)
        engine_for(url).dispose()
        return path.read_bytes()


def play(url: str) -> None:
    """Play the season in the (migrated, empty) database at `url`."""
    with transaction(url) as session:
        fill(session)
        world = world_in(session)
        people(session, world.call.contract_id)
        for number, state in enumerate(4 * [State.FUNDED] + 2 * [State.ELIGIBLE, State.SUBMITTED]):
            world.brought_to(state, **grantee(number))
        _with_an_agreement(world)
        _without_a_piece(world)


def grantee(number: int) -> dict[str, Any]:
    """One of four applicants, each with a contact of its own."""
    return {
        "applicant_name": f"Association n° {number % 4}",
        "siret": SIRETS[number % 4],
        "contact_name": f"Contact n° {number % 4}",
        "contact_email": f"contact{number % 4}@porteur.example",
    }


def people(session: Session, contract_id: int) -> None:
    """Two managers, and for each pilot organisation a contact and a head of service."""
    for address in MANAGERS:
        manager = person(session, address)
        session.add(RoleGrant(person_id=manager.id, role=Role.MANAGER, contract_id=contract_id))
    for pilot in session.scalars(
        select(Organisation).where(Organisation.contract_id == contract_id)
    ).all():
        for head in (False, True):
            whom = person(session, f"{'direction' if head else 'suivi'}{pilot.id}@pilote.example")
            session.add(Contact(organisation_id=pilot.id, person_id=whom.id, head=head))
    session.flush()


def person(session: Session, address: str, **values: object) -> Person:
    """Somebody with that address."""
    made = Person(email=address, name=address.partition("@")[0], **values)
    session.add(made)
    session.flush()
    return made


def _with_an_agreement(world: World) -> None:
    application = world.brought_to(State.COMMITTEE, **grantee(1))
    award(world, application, 30_000, 0)


def _without_a_piece(world: World) -> None:
    application = world.submitted(**grantee(2), received_at=FILED)
    ask_piece(world.desk(day(2021, 3, 18)), application, "Comptes approuvés")
