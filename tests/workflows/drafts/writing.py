"""What an applicant types, and the person who types it."""

from typing import Any

from sqlalchemy.orm import Session

from models import Person, SavedDraft
from tests.workflows.world import World, day
from workflows.actors import Actor
from workflows.drafts.content import Content
from workflows.drafts.keeping import begin, get_draft, save

WRITTEN = day(2020, 12, 1)
TEXTS = {
    "fiche": "1.3",
    "title": "Ateliers du mercredi",
    "summary": "Des ateliers pour les enfants du quartier.",
    "applicant": "Association d’essai",
    "siret": "732 829 320 00074",
    "contact": "Inès Puech",
    "starts_on": "2021-01-04",
    "ends_on": "31/12/2021",
    "charges": "20 000",
    "own": "7 000",
}


def person_in(session: Session, email: str = "ines@porteur.example") -> Person:
    """Somebody known by an address alone."""
    made = Person(email=email, name=email)
    session.add(made)
    session.flush()
    return made


def typed(world: World, **changes: str) -> Content:
    """A sound form on fiche 1.3; `changes` spoil or vary its texts."""
    funders = world.organisations("État", "Ville")
    asks = {funders["État"]: "8000", funders["Ville"]: "5 000,00"}
    return Content(TEXTS | changes, asks, ("QP034005",))


def draft_in(world: World, content: Content | None = None, **of: Any) -> tuple[SavedDraft, Actor]:
    """A draft with that content, read back as a page would, and who writes it."""
    person = of.get("person") or person_in(world.session)
    draft = begin(world.session, world.call, person, WRITTEN)
    save(draft, content or typed(world), seen_revision=draft.revision, now=WRITTEN)
    world.session.flush()
    number = draft.id
    world.session.expire_all()
    return get_draft(world.session, person.id, number), Actor((), person_id=person.id)
