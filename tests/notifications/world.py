"""A small contract: one fiche led by the Métropole, one application of the Mains vertes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import (
    Application,
    Call,
    CommitteeSession,
    Contact,
    Contract,
    Enjeu,
    Fiche,
    FichePilot,
    FunderLine,
    JournalEntry,
    Message,
    Obligation,
    Organisation,
    Person,
    RoleGrant,
)
from models.vocabulary import Act, Role, State, Trigger
from notifications.cause import Cause
from notifications.outbox import owe
from notifications.samples import AWARD

NOW = datetime(2021, 2, 15, 9, 30, tzinfo=UTC)


@dataclass
class World:
    """What the tests reach for."""

    session: Session
    contract: Contract
    application: Application
    grantee: Person
    pilot: Person
    head: Person
    manager: Person
    entries: int = field(default=0)

    def entry(
        self,
        action: Trigger | Act,
        source: State | None = None,
        facts: dict[str, Any] | None = None,
    ) -> JournalEntry:
        """One more line of the journal."""
        self.entries += 1
        entry = JournalEntry(
            contract_id=self.contract.id,
            seq=self.entries,
            application_id=self.application.id,
            action=str(action),
            source=source,
            dest=None,
            actor_role=Role.MANAGER,
            at=NOW,
            facts=facts or {},
            previous_hash="0" * 64,
            hash=f"{self.entries:064}",
        )
        self.session.add(entry)
        self.session.flush()
        return entry

    def cause(
        self,
        action: Trigger | Act,
        *obligations: Obligation,
        reason: str = "",
        source: State | None = None,
        corrected: Sequence[Message] = (),
        facts: dict[str, Any] | None = None,
    ) -> Cause:
        """Something that happens to the application."""
        entry = self.entry(action, source, facts)
        return Cause(self.application, action, entry, obligations, reason, NOW, corrected)

    def award(self, key: str = "award:1:1") -> Message:
        """A mail owed to the grantee."""
        return owe(
            self.session,
            key=key,
            template="award",
            context=AWARD,
            person=self.grantee,
            contract_id=self.contract.id,
            application_id=self.application.id,
            now=NOW,
        )

    def owes(
        self, duty: Duty, due: date, *, about: str = "", rule: str = "P1M after decision"
    ) -> Obligation:
        """Something owed by the applicant, due on a day."""
        obligation = Obligation(
            key=f"{self.application.reference}:{duty}:{about}",
            application=self.application,
            duty=duty,
            owed_by=Role.GRANTEE,
            organisation=self.application.applicant,
            about=about,
            rule=rule,
            nominal_on=due,
            effective_on=due,
            opened_on=NOW.date(),
        )
        self.session.add(obligation)
        self.session.flush()
        return obligation


def a_world(session: Session) -> World:
    """The world, flushed, in `session`."""
    contract = Contract(
        code="CV112",
        name="Contrat de ville de Montpellier",
        starts_on=date(2015, 1, 1),
        ends_on=date(2022, 12, 31),
    )
    session.add(contract)
    session.flush()
    grantee, pilot, head, manager = (
        Person(email=f"{name}@ville.example", name=label)
        for name, label in {
            "claire": "Claire Née-Martin",
            "paul": "Paul Pilote",
            "helene": "Hélène Chef",
            "manon": "Manon Gérante",
        }.items()
    )
    session.add_all([grantee, pilot, head, manager])
    session.flush()
    application = _application(session, contract, grantee)
    lead = application.fiche.pilots[0].organisation
    session.add_all([
        Contact(organisation_id=lead.id, person_id=head.id, head=True),
        Contact(organisation_id=lead.id, person_id=pilot.id),
        RoleGrant(person_id=manager.id, role=Role.MANAGER, contract_id=contract.id),
    ])  # fmt: skip
    session.flush()
    return World(session, contract, application, grantee, pilot, head, manager)


def _application(session: Session, contract: Contract, contact: Person) -> Application:
    call = Call(
        contract=contract,
        year=2021,
        title="Appel à projets 2021",
        opens_on=date(2020, 11, 25),
        closes_on=date(2021, 1, 4),
        form_version="12156*05",
    )
    application = Application(
        reference="CV112-2021-0001",
        call=call,
        fiche=_fiche(session, contract),
        applicant=Organisation(name="Les Mains vertes", siret="73282932000074"),
        contact=contact,
        session=CommitteeSession(call_id=0, held_on=date(2021, 4, 1), label="Séance d’avril"),
        title="Jardins partagés",
        form_version="12156*05",
        received_at=datetime(2021, 1, 3, 10, tzinfo=UTC),
        starts_on=date(2021, 3, 1),
        ends_on=date(2021, 12, 31),
        financial_year_ends_on=date(2021, 12, 31),
        charges=Decimal(20000),
        resources=Decimal(20000),
        requested=Decimal(12000),
        voted=Decimal(9000),
        lines=[FunderLine(funder=Organisation(name="Ville", contract_id=contract.id), asked=12000)],
        pieces=[],
        opinions=[],
        reports=[],
        state=State.SUBMITTED,
        state_since=NOW,
        changed_at=NOW,
    )
    session.add(call)
    session.flush()
    assert application.session is not None
    application.session.call_id = call.id
    session.add(application)
    session.flush()
    return application


def _fiche(session: Session, contract: Contract) -> Fiche:
    lead = Organisation(name="Métropole", contract_id=contract.id, leads=True)
    enjeu = Enjeu(contract_id=contract.id, number=1, title="Emploi")
    session.add_all([lead, enjeu])
    session.flush()
    return Fiche(
        contract_id=contract.id,
        enjeu=enjeu,
        number="1.10",
        position=10,
        title="Initiative des habitants",
        objectives=[],
        objectives_source="",
        in_call=True,
        pilots_source="3M",
        pilots=[FichePilot(organisation=lead, position=1, spelling="3M")],
    )
