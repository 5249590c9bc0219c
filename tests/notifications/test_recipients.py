"""Who gets a mail: the right persons, each once, and never nobody."""

import pytest

from models import Contact, Person, RoleGrant
from models.vocabulary import Role, Trigger
from notifications.cause import Audience
from notifications.recipients import addressees, audience_of, contacts_of, managers_of
from tests.notifications.world import World


def test_the_contact_of_the_application_comes_first(world: World) -> None:
    world.session.add(
        Contact(organisation_id=world.application.applicant.id, person_id=world.pilot.id)
    )
    cause = world.cause(Trigger.AWARD)
    assert audience_of(world.session, cause, Audience.GRANTEE) == [world.grantee]


@pytest.mark.parametrize("active", [True, False])
def test_without_a_contact_the_applicant_is_written_to(world: World, *, active: bool) -> None:
    world.grantee.active = active
    if active:
        world.application.contact = None
    board = [Person(email=f"{n}@asso.example", name=n) for n in ("ana", "bob", "parti")]
    board[2].active = False
    world.session.add_all(board)
    world.session.flush()
    organisation = world.application.applicant.id
    world.session.add_all(Contact(organisation_id=organisation, person_id=p.id) for p in board)
    world.session.flush()

    found = audience_of(world.session, world.cause(Trigger.AWARD), Audience.GRANTEE)
    assert [person.name for person in found] == ["ana", "bob"]


def test_heads_of_the_pilot_hear_only_when_nobody_else_can(world: World) -> None:
    cause = world.cause(Trigger.DECLARE_ELIGIBLE)
    assert audience_of(world.session, cause, Audience.LEAD_PILOT) == [world.pilot]
    world.pilot.active = False
    world.session.flush()
    assert audience_of(world.session, cause, Audience.LEAD_PILOT) == [world.head]


def test_a_mail_for_nobody_goes_to_the_managers_and_says_for_whom(world: World) -> None:
    for person in (world.grantee, world.pilot, world.head):
        person.active = False
    world.session.flush()
    cause = world.cause(Trigger.AWARD)
    assert addressees(world.session, cause, Audience.GRANTEE) == (
        [world.manager],
        "Les Mains vertes",
    )
    assert addressees(world.session, cause, Audience.LEAD_PILOT) == ([world.manager], "Métropole")
    world.application.fiche.pilots = []
    assert "fiche 1.10" in addressees(world.session, cause, Audience.LEAD_PILOT).instead_of


def test_without_a_manager_the_administrators_are_told(world: World) -> None:
    world.manager.active = False
    admin = Person(email="admin@ville.example", name="Ada")
    world.session.add(admin)
    world.session.flush()
    world.session.add(RoleGrant(person_id=admin.id, role=Role.ADMINISTRATOR))
    world.session.flush()
    cause = world.cause(Trigger.WITHDRAW)
    assert audience_of(world.session, cause, Audience.MANAGERS) == [admin]


def test_managers_of_this_contract_and_of_all_but_not_of_another(world: World) -> None:
    everywhere = Person(email="partout@ville.example", name="Partout")
    elsewhere = Person(email="ailleurs@ville.example", name="Ailleurs")
    world.session.add_all([everywhere, elsewhere])
    world.session.flush()
    world.session.add_all([
        RoleGrant(person_id=everywhere.id, role=Role.MANAGER),
        RoleGrant(person_id=world.manager.id, role=Role.MANAGER),  # twice a manager, one mail
        RoleGrant(person_id=elsewhere.id, role=Role.PILOT, contract_id=world.contract.id),
    ])  # fmt: skip
    world.session.flush()
    assert managers_of(world.session, world.contract.id) == [world.manager, everywhere]
    assert managers_of(world.session, world.contract.id + 1) == [world.manager, everywhere]


def test_contacts_come_for_every_organisation_asked(world: World) -> None:
    lead, asso = world.application.fiche.pilots[0].organisation_id, world.application.applicant.id
    found = contacts_of(world.session, [lead, asso])
    assert [contact.person.name for contact in found[lead]] == ["Hélène Chef", "Paul Pilote"]
    assert found[asso] == []
    assert contacts_of(world.session, []) == {}
