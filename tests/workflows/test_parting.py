"""What leaving would change, as it is shown before, is what reminders do after."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from config.vocabulary import Audience
from models import Application, Contact, Obligation, Organisation, Person, RoleGrant
from models.session import engine_for, transaction
from models.vocabulary import Role
from tests.workflows.season import MANAGERS, READY, open_season, person
from workflows.actors import OPERATOR
from workflows.audiences import told_of
from workflows.contacts import drop_contact
from workflows.keeper import Keeper, keeper_of
from workflows.obligations import LIVE
from workflows.parting import Parting, without_contact, without_person, without_role
from workflows.people import add_person, deactivate, person_of
from workflows.queries import get_contract
from workflows.reminder_book import book_of
from workflows.roles import role_of
from workflows.simulation import PEOPLE_AT, at


@pytest.fixture
def keeper(tmp_path: Path) -> Iterator[Keeper]:
    url = open_season(tmp_path)
    with transaction(url) as session:
        yield keeper_of(session, get_contract(session).id, OPERATOR, at(READY, PEOPLE_AT))
        session.rollback()
    engine_for(url).dispose()


def stood_in(session: Session) -> set[int]:
    """The live duties that are recalled to managers instead of who owes them, by the real rules."""
    session.flush()
    session.expire_all()
    numbers = session.scalars(select(Obligation.id).where(Obligation.status.in_(LIVE))).all()
    book = book_of(session, numbers)
    return {
        owed.id
        for owed in book.obligations
        if any(told.instead_of for told in told_of(book, owed, [Audience.OWNER]))
    }


def everybody(keeper: Keeper) -> list[int]:
    return list(keeper.session.scalars(select(Person.id).order_by(Person.id)))


def _checked(keeper: Keeper, parting: Parting, before: set[int]) -> int:
    lost = stood_in(keeper.session) - before
    assert parting.many == len(lost)
    assert len(parting.duties) == min(parting.many, 20)
    return parting.many


def test_what_is_shown_of_each_departure_is_what_comes(keeper: Keeper) -> None:
    session = keeper.session
    helper = person(session, "aide@pilote.example")
    piloted = session.scalars(select(Contact.organisation_id).order_by(Contact.id)).first()
    session.add(Contact(organisation_id=piloted, person_id=helper.id))
    before, found = stood_in(session), []
    for number in everybody(keeper):
        who = keeper.person(number)
        if who.email in MANAGERS:
            continue
        with session.begin_nested() as point:
            parting = without_person(keeper, who)
            deactivate(keeper, who)
            found.append(_checked(keeper, parting, before))
            point.rollback()
        session.expire_all()
    assert sum(found) > 0, "somebody is alone somewhere"


def test_the_last_contact_leaves_their_duties_to_the_managers(keeper: Keeper) -> None:
    session, before = keeper.session, stood_in(keeper.session)
    owed = session.scalars(
        select(Obligation.organisation_id).where(
            Obligation.owed_by == Role.PILOT, Obligation.status.in_(LIVE)
        )
    ).first()
    lead = session.get_one(Organisation, owed)
    first, second = session.scalars(
        select(Contact.person_id).where(Contact.organisation_id == lead.id)
    ).all()
    kept = without_contact(keeper, keeper.person(first), lead)
    assert (kept.many, "qui restent" in kept.effects[0]) == (0, True)
    drop_contact(keeper, lead, keeper.person(first))
    last = without_contact(keeper, keeper.person(second), lead)
    assert "Plus personne à qui écrire" in last.effects[0]
    drop_contact(keeper, lead, keeper.person(second))
    assert _checked(keeper, last, before) > 0


def test_the_last_pilot_is_said_to_be_the_last(keeper: Keeper) -> None:
    lea = add_person(keeper, "lea@caf.example", name="Léa", role="pilot", organisation="CAF")
    alone = without_role(keeper, lea, role_of(keeper, lea, "pilot", "CAF"))
    assert [effect.partition(".")[0] for effect in alone.effects] == [
        "Plus personne ne pourra donner d’avis ni relire de bilans pour CAF",
        "Plus aucun rôle : Léa ne verra plus que ses propres demandes",
    ]
    add_person(keeper, "tom@caf.example", name="Tom", role="pilot", organisation="CAF")
    beside = without_role(keeper, lea, role_of(keeper, lea, "pilot", "CAF"))
    assert beside.effects[0] == "Pilotes qui restent pour CAF : Tom."
    deactivate(keeper, person_of(keeper.session, "tom@caf.example"))
    again = without_role(keeper, lea, role_of(keeper, lea, "pilot", "CAF"))
    assert again.effects == alone.effects, "who is deactivated does nothing for anybody"


def test_each_role_says_what_it_leaves_behind(keeper: Keeper) -> None:
    lea = add_person(keeper, "lea@caf.example", name="Léa", role="funder", organisation="CAF")
    for role in ("administrator", "reader", "manager"):
        add_person(keeper, lea.email, role=role)
    said = {
        role: " ".join(without_role(keeper, lea, role_of(keeper, lea, role, whose)).effects)
        for role, whose in (("funder", "CAF"), ("administrator", None), ("manager", None))
    }
    assert "Plus personne n’agira comme financeur pour CAF" in said["funder"]
    assert "Plus aucun administrateur" in said["administrator"]
    assert "Responsables qui restent" in said["manager"]
    for address in MANAGERS:
        deactivate(keeper, person_of(keeper.session, address))
    last = without_role(keeper, lea, role_of(keeper, lea, "manager"))
    assert "iront aux administrateurs (Léa)" in last.effects[-1]
    assert without_role(keeper, lea, role_of(keeper, lea, "reader")).effects == []


def test_of_somebody_deactivated_nothing_changes(keeper: Keeper) -> None:
    lea = add_person(keeper, "lea@caf.example", name="Léa", role="pilot", organisation="CAF")
    deactivate(keeper, lea)
    held = keeper.session.scalars(select(RoleGrant).where(RoleGrant.person_id == lea.id)).one()
    assert "rien ne change" in without_role(keeper, lea, held).effects[0]
    assert "rien ne change" in without_person(keeper, lea).effects[0]


def test_who_stands_beside_the_contact_of_an_application_is_the_last_once_that_one_left(
    keeper: Keeper,
) -> None:
    session = keeper.session
    query = select(Obligation.organisation_id, Application.contact_id).join(
        Application, Application.id == Obligation.application_id
    )
    live = query.where(Obligation.owed_by == Role.GRANTEE, Obligation.status.in_(LIVE))
    number, contact = session.execute(live).first() or (0, 0)
    treasurer = person(session, "tresorier@porteur.example")
    session.add(Contact(organisation_id=number, person_id=treasurer.id))
    session.flush()
    applicant = session.get_one(Organisation, number)
    assert without_contact(keeper, treasurer, applicant).many == 0
    assert without_person(keeper, keeper.person(contact or 0)).many == 0

    deactivate(keeper, keeper.person(contact or 0))
    before = stood_in(session)
    parting = without_contact(keeper, treasurer, applicant)
    drop_contact(keeper, applicant, treasurer)
    assert _checked(keeper, parting, before) > 0
