"""The demonstration from an empty database: the stage set, then every day of the call played."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import Contact, Contract, Fiche, FichePilot, Organisation, Person, Qpv, RoleGrant
from models.schema import upgrade
from models.session import transaction
from models.vocabulary import Role
from notifications.relay import Relay
from workflows.actors import actor_for
from workflows.calls import open_call, open_fiches
from workflows.catalogue.apply import load_shipped
from workflows.demo.cast import cast, words
from workflows.demo.scenes import play
from workflows.demo.script import CLOSES, LAST_DAY, OPENS, SESSIONS, Cue, cues
from workflows.demo.stage import Stage
from workflows.queries import get_contract
from workflows.rules import rules_of
from workflows.simulation import Played, at, replay

YEAR = 2021
MANAGERS = (
    ("responsable@contrat-de-ville.example", "Claire Montels"),
    ("adjoint@contrat-de-ville.example", "Malik Ferrand"),
)


def set_stage(url: str) -> tuple[Stage, list[Cue]]:
    """Create the database, the catalogue, the people and the call; return the cues to play.

    Raises what the engine raises.
    """
    upgrade(url)
    now = at(OPENS, time(8))
    with transaction(url) as session:
        load_shipped(session, now=now)
        contract = get_contract(session)
        _people(session, contract)
        manager = actor_for(session, MANAGERS[0][0], contract.id)
        call = open_call(
            session,
            contract,
            YEAR,
            opens_on=OPENS,
            closes_on=CLOSES,
            committee=SESSIONS,
            actor=manager,
            now=now,
        )
        stage = Stage(url, contract.id, call.id, manager, rules_of())
        fiches = [
            (f.number, int(f.number.split(".")[0])) for f in open_fiches(session, contract.id)
        ]
        codes = list(session.scalars(select(Qpv.code).order_by(Qpv.code)))
    return stage, cues(cast(fiches, codes))


def play_all(
    stage: Stage, told: list[Cue], relay: Relay, each_day: Callable[[date], None]
) -> Played:
    """Play every cue on its day, the clock's own work each morning, until nothing is left to do.

    Raises what the engine raises.
    """
    by_day: dict[date, list[Cue]] = defaultdict(list)
    for cue in told:
        by_day[cue.day].append(cue)

    def people(day: date, now: datetime) -> None:
        for cue in by_day[day]:
            play(stage, cue, now)

    last = min(max(by_day), LAST_DAY)
    return replay(stage.url, OPENS, last, relay, people=people, each_day=each_day)


def days_to_play(told: list[Cue]) -> int:
    """How many days the play lasts; raises nothing."""
    return (max(cue.day for cue in told) - OPENS).days + 1


def _people(session: Session, contract: Contract) -> None:
    """Managers, and for every pilot organisation somebody who answers and a head of service."""
    for email, name in MANAGERS:
        person = Person(email=email, name=name)
        session.add(person)
        session.flush()
        session.add(RoleGrant(person_id=person.id, role=Role.MANAGER, contract_id=contract.id))
    for position, organisation in enumerate(_pilots(session, contract.id)):
        _pilot_people(session, contract, organisation, position)
    session.flush()


def _pilots(session: Session, contract_id: int) -> list[Organisation]:
    rows = session.scalars(
        select(FichePilot)
        .join(Fiche)
        .where(Fiche.contract_id == contract_id)
        .options(joinedload(FichePilot.organisation))
        .order_by(Fiche.position, FichePilot.position)
    )
    return list(dict.fromkeys(row.organisation for row in rows))


def _pilot_people(
    session: Session, contract: Contract, organisation: Organisation, position: int
) -> None:
    kept = words()
    for head in (False, True):
        first = kept["first_names"][(position * 2 + head) % 25]
        last = kept["last_names"][(position * 5 + head) % 25]
        kind = "direction" if head else "pilote"
        person = Person(email=f"{kind}{position:02d}@pilote.example", name=f"{first} {last}")
        session.add(person)
        session.flush()
        function = "Direction" if head else "Suivi du contrat de ville"
        session.add(
            Contact(
                organisation_id=organisation.id, person_id=person.id, head=head, function=function
            )
        )
        session.add(
            RoleGrant(
                person_id=person.id,
                role=Role.PILOT,
                contract_id=contract.id,
                organisation_id=organisation.id,
            )
        )
