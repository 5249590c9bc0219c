"""A contract with its shipped catalogue and an open call, and applications brought to any state by the engine."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import Application, Call, Fiche, FichePilot, Organisation
from models.vocabulary import Act, ReportKind, Role, State, Trigger, Verdict
from workflows.actors import OPERATOR, SYSTEM, Actor
from workflows.acts import give_opinion
from workflows.advance import Done, advance, submit
from workflows.calls import open_call
from workflows.catalogue.apply import load_shipped
from workflows.desk import Desk
from workflows.grants import receive_report, review_report
from workflows.move import Given
from workflows.queries import get_application, get_call, get_contract
from workflows.submission import Draft, build

OPENS, CLOSES, SESSION = date(2020, 11, 25), date(2021, 1, 4), date(2021, 3, 18)
SIRETS = ("73282932000074", "35600000049837", "35600000000048", "38047555800058")


def day(year: int, month: int, number: int, hour: int = 10) -> datetime:
    """That hour of that day, as an instant."""
    return datetime(year, month, number, hour, tzinfo=UTC)


FILED, CHECKED, GIVEN_ON = day(2020, 12, 10), day(2021, 1, 12), day(2021, 2, 10)
REFERRED, DECIDED = day(2021, 3, 12), day(2021, 3, 19)
ENDED, REPORTED, REVIEWED = day(2022, 1, 3), day(2022, 5, 2), day(2022, 5, 20)


@dataclass
class World:
    """One call, and shortcuts to act in it."""

    session: Session
    call: Call
    manager: Actor = OPERATOR
    filed: int = field(default=0)

    def draft(self, **changes: Any) -> Draft:
        """A sound draft on fiche 1.3, with two funders; `changes` spoil or vary it."""
        funders = self.organisations("État", "Ville")
        self.filed += 1
        values: dict[str, Any] = {
            "title": f"Ateliers n° {self.filed}",
            "fiche": self.fiche("1.3"),
            "applicant_name": "Association d’essai",
            "asked": {funders["État"]: Decimal(8000), funders["Ville"]: Decimal(5000)},
            "starts_on": date(2021, 1, 4),
            "ends_on": date(2021, 12, 31),
            "charges": Decimal(20000),
            "resources": Decimal(20000),
            "received_at": FILED,
            "siret": SIRETS[0],
            "contact_name": "Inès Puech",
            "contact_email": "ines@porteur.example",
        }
        return Draft(**(values | changes))

    def organisations(self, *names: str) -> dict[str, int]:
        rows = self.session.scalars(
            select(Organisation).where(
                Organisation.contract_id == self.call.contract_id, Organisation.name.in_(names)
            )
        )
        return {row.name: row.id for row in rows}

    def fiche(self, number: str) -> Fiche:
        return self.session.scalars(
            select(Fiche)
            .where(Fiche.number == number)
            .options(selectinload(Fiche.pilots).joinedload(FichePilot.organisation))
        ).one()

    def submitted(self, actor: Actor | None = None, **changes: Any) -> Application:
        """A new application, read back whole."""
        now = changes.get("received_at", FILED)
        self.call = get_call(self.session, self.call.contract_id, self.call.year)
        application = build(self.session, self.call, self.draft(**changes))
        submit(self.session, application, actor or self.manager, now)
        return self.again(application)

    def again(self, application: Application) -> Application:
        """The same application, loaded whole as a new transaction would."""
        self.session.flush()
        reference = application.reference
        self.session.expire_all()
        return get_application(self.session, reference)

    def fire(self, application: Application, trigger: Trigger, now: datetime, **given: Any) -> Done:
        actor = given.pop("actor", self.manager)
        return advance(self.session, application, trigger, actor, now, given=Given(**given))

    def desk(self, now: datetime, actor: Actor | None = None) -> Desk:
        return Desk.at(self.session, actor or self.manager, now)

    def brought_to(self, state: State, **changes: Any) -> Application:
        """An application walked to `state` by the table's own triggers."""
        application = self.submitted(**changes)
        for reached, walk in WALK.items():
            if application.state is state:
                break
            walk(self, application)
            application = self.again(application)
            assert application.state is reached
        return application

    def pilot_actor(self, application: Application) -> Actor:
        return Actor(((Role.PILOT, application.fiche.pilots[0].organisation_id),))

    def actors(self, application: Application) -> dict[Role, Actor]:
        """Somebody in each role who has to do with this application."""
        return {
            Role.ADMINISTRATOR: Actor(((Role.ADMINISTRATOR, None),)),
            Role.MANAGER: OPERATOR,
            Role.PILOT: self.pilot_actor(application),
            Role.FUNDER: Actor(((Role.FUNDER, application.lines[0].funder_id),)),
            Role.GRANTEE: Actor(((Role.GRANTEE, application.applicant_id),)),
            Role.READER: Actor(((Role.READER, None),)),
            Role.SYSTEM: SYSTEM,
            Role.IMPORT: Actor(((Role.IMPORT, None),)),
        }


def fill(session: Session) -> None:
    """The shipped catalogue of Montpellier and its 2021 call, with two committee days."""
    load_shipped(session, now=day(2020, 11, 1))
    contract = get_contract(session)
    open_call(
        session,
        contract,
        2021,
        opens_on=OPENS,
        closes_on=CLOSES,
        committee=[SESSION, SESSION + timedelta(days=28)],
        actor=OPERATOR,
        now=day(2020, 11, 20),
    )


def world_in(session: Session) -> World:
    """The world of a database that `fill` filled."""
    return World(session, get_call(session, get_contract(session).id, 2021))


def _eligible(world: World, application: Application) -> None:
    world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)


def _committee(world: World, application: Application) -> None:
    pilot = application.fiche.pilots[0].organisation
    give_opinion(world.desk(GIVEN_ON), application, pilot, Verdict.FAVOURABLE)
    world.fire(application, Trigger.REFER, REFERRED, session_id=application.call.sessions[0].id)


def _funded(world: World, application: Application) -> None:
    award(world, application)


def award(world: World, application: Application, *amounts: int) -> Done:
    """Award what is asked, or `amounts` line by line."""
    given = {
        line.id: Decimal(amounts[i]) if amounts else line.asked
        for i, line in enumerate(application.lines)
    }
    return world.fire(
        application,
        Trigger.AWARD,
        DECIDED,
        amounts=given,
        decision_reference="Délibération 2021-31",
        decided_on=SESSION,
    )


def _reporting(world: World, application: Application) -> None:
    world.fire(application, Trigger.START_REPORTING, ENDED, actor=SYSTEM)


def _closed(world: World, application: Application) -> None:
    receive_report(world.desk(REPORTED), application, ReportKind.FINAL, spent=Decimal(13000))
    review_report(world.desk(REVIEWED), application, accept=True)
    world.fire(application, Trigger.ACCEPT_REPORT, REVIEWED)


WALK = {
    State.ELIGIBLE: _eligible,
    State.COMMITTEE: _committee,
    State.FUNDED: _funded,
    State.REPORTING: _reporting,
    State.CLOSED: _closed,
}
NOT_ACTS = {  # nobody does these to an application
    Act.ADOPT,
    Act.OPEN_CALL,
    Act.CLOSE_CALL,
    Act.PLAN_SESSION,
    Act.IMPORT_CATALOGUE,
    Act.KEEP_ORGANISATION,
    Act.MERGE_ORGANISATIONS,
    Act.KEEP_CONTACT,
    Act.KEEP_PERSON,
    Act.GIVE_ROLE,
    Act.WITHDRAW_ROLE,
    Act.KEEP_CALENDAR,
    Act.NOTE_LATE,
    Act.ESCALATE,
    Act.EMERGENCY_SIGN_IN,
}
