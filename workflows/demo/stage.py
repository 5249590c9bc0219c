"""Where the demonstration happens, and who may act in each of its scenes."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from models import (
    Application,
    Fiche,
    FichePilot,
    Organisation,
    Qpv,
)
from models.errors import Refused
from models.vocabulary import Role, Trigger
from workflows.actors import Actor
from workflows.advance import advance, submit
from workflows.demo.cast import Part
from workflows.desk import Desk
from workflows.move import Given
from workflows.queries import get_call
from workflows.rules import Rules
from workflows.submission import Draft, build

PARIS = ZoneInfo("Europe/Paris")
PIECE = "Comptes approuvés du dernier exercice"


@dataclass(slots=True)
class Stage:
    """Where the play happens: the database, who manages, and the references given out."""

    url: str
    contract_id: int
    call_id: int
    manager: Actor
    rules: Rules
    references: dict[int, str] = field(default_factory=dict)
    turned_away: list[str] = field(default_factory=list)

    def submit(self, session: Session, part: Part, now: datetime) -> None:
        """File one application; one that the rules turn away is noted, and nothing of it is kept."""
        call = get_call(session, self.contract_id)
        application = build(session, call, draft_of(session, part, now, self.contract_id))
        grantee = Actor(((Role.GRANTEE, application.applicant.id),))
        admitted = bool(application.late_reason)
        try:
            submit(
                session, application, self.manager if admitted else grantee, now, rules=self.rules
            )
        except Refused as refused:
            session.rollback()
            self.turned_away.append(f"{part.title} : {refused}")
            return
        self.references[part.index] = application.reference


@dataclass(frozen=True, slots=True)
class Scene:
    """One application on one day, with who may act on it."""

    stage: Stage
    session: Session
    application: Application
    part: Part
    now: datetime

    @property
    def pilot(self) -> Organisation:
        """The organisation that leads the fiche."""
        return self.application.fiche.pilots[0].organisation

    def desk(self, role: Role) -> Desk:
        """The desk of the grantee, the pilot or the manager."""
        actors = {
            Role.GRANTEE: Actor(((Role.GRANTEE, self.application.applicant_id),), self.application.contact_id),
            Role.PILOT: Actor(((Role.PILOT, self.pilot.id),), name=self.pilot.name),
            Role.MANAGER: self.stage.manager,
            Role.FUNDER: Actor(((Role.FUNDER, self.application.lines[-1].funder_id),)),
        }  # fmt: skip
        return Desk(self.session, actors[role], self.now, self.stage.rules)

    def fire(self, trigger: Trigger, role: Role = Role.MANAGER, **given: object) -> None:
        """Fire a trigger as that role."""
        actor = self.desk(role).actor
        words = Given(**given)  # type: ignore[arg-type] # keywords of Given, written just below
        advance(
            self.session, self.application, trigger, actor, self.now, given=words, rules=self.stage.rules
        )  # fmt: skip


def draft_of(session: Session, part: Part, now: datetime, contract_id: int) -> Draft:
    """What the applicant typed; raises nothing."""
    funders = {
        o.name: o.id
        for o in session.scalars(
            select(Organisation).where(Organisation.contract_id == contract_id)
        )
    }
    late = "Panne du téléservice signalée le soir de la clôture."
    return Draft(
        title=part.title,
        fiche=_fiche(session, contract_id, part.fiche),
        applicant_name=part.applicant,
        asked={funders[name]: amount for name, amount in part.asked.items()},
        starts_on=part.starts_on,
        ends_on=part.ends_on,
        charges=part.charges,
        resources=part.charges,
        received_at=now,
        siret=part.siret,
        contact_name=part.contact,
        contact_email=part.email,
        external_reference=f"{21_000_000 + part.index:08d}",
        renewal=part.renewal,
        prior_report_on=date(2020, 10, 15) if part.renewal and part.index % 5 else None,
        late_reason=late if part.story == "late_admitted" else "",
        financial_year_ends_on=part.ends_on,
        qpvs=list(session.scalars(select(Qpv).where(Qpv.code == part.qpv))),
    )


def _fiche(session: Session, contract_id: int, number: str) -> Fiche:
    return session.scalars(
        select(Fiche)
        .where(Fiche.contract_id == contract_id, Fiche.number == number)
        .options(selectinload(Fiche.pilots).joinedload(FichePilot.organisation))
    ).one()
