"""The directory kept true: names, aliases, services, contacts; two organisations that were one."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from models import (
    Contact,
    FunderLine,
    FunderTally,
    JournalEntry,
    Obligation,
    Organisation,
    OrganisationAlias,
    Person,
    RoleGrant,
    SavedDraft,
    SavedView,
)
from models.errors import BadInput, NotFound, Refused
from models.vocabulary import Act, Role, State, Trigger
from tests.workflows.world import World, award, day
from workflows.actors import Actor
from workflows.contacts import drop_contact, keep_contact
from workflows.drafts.content import Content
from workflows.keeper import Keeper, keeper_of
from workflows.merging import merge
from workflows.organisations import (
    add_organisation,
    add_spelling,
    drop_spelling,
    place_under,
    rename_organisation,
)
from workflows.spellings import organisation_id

NOW = day(2021, 2, 1)


@pytest.fixture
def keeper(world: World) -> Keeper:
    return keeper_of(world.session, world.call.contract_id, world.manager, NOW)


def number(keeper: Keeper, spelling: str) -> int:
    return organisation_id(keeper.session, keeper.contract_id, spelling)


def written(keeper: Keeper, act: Act) -> list[dict[str, object]]:
    query = select(JournalEntry.facts).where(JournalEntry.action == act)
    return list(keeper.session.scalars(query.order_by(JournalEntry.seq)))


def test_a_renamed_organisation_still_goes_by_its_former_name(keeper: Keeper) -> None:
    caf = number(keeper, "CAF")
    rename_organisation(keeper, caf, "  Caf de  l’Hérault ")
    assert number(keeper, "caf de l'herault") == number(keeper, "CAF") == caf
    assert written(keeper, Act.KEEP_ORGANISATION) == [
        {"organisation": caf, "name": "Caf de l’Hérault", "instead_of": "CAF"}
    ]
    rename_organisation(keeper, caf, "CAF")
    assert number(keeper, "Caf de l’Hérault") == caf
    rename_organisation(keeper, caf, "Caf")  # its own name in other letters
    assert keeper.organisation(caf).name == "Caf"
    with pytest.raises(BadInput, match="réunissez"):
        rename_organisation(keeper, caf, "Ville")
    with pytest.raises(BadInput):
        rename_organisation(keeper, caf, " ")


def test_a_name_that_an_alias_repeats_without_its_accents_is_renamed_and_merged(
    keeper: Keeper,
) -> None:
    state, caf = number(keeper, "Etat"), number(keeper, "CAF")
    rename_organisation(keeper, state, "Préfecture de région")
    rename_organisation(keeper, state, "État")
    assert number(keeper, "préfecture de region") == number(keeper, "etat") == state
    merge(keeper, state, caf)
    for spelling in ("Etat", "État", "Préfecture de région"):
        assert number(keeper, spelling) == caf
    rename_organisation(keeper, caf, "État")  # the name of the one that is gone
    merge(keeper, caf, number(keeper, "Ville"))
    query = select(OrganisationAlias.was_id).where(OrganisationAlias.was_id.is_not(None))
    assert set(keeper.session.scalars(query)) == {state, caf}


def test_spellings_come_and_go(keeper: Keeper) -> None:
    caf = number(keeper, "CAF")
    add_spelling(keeper, caf, "La caisse")
    assert number(keeper, "la  CAISSE") == caf
    with pytest.raises(BadInput, match="désigne déjà CAF"):
        add_spelling(keeper, number(keeper, "Ville"), "la caisse")
    drop_spelling(keeper, caf, "LA CAISSE")
    with pytest.raises(NotFound):
        number(keeper, "La caisse")
    with pytest.raises(NotFound):
        drop_spelling(keeper, caf, "La caisse")


def test_a_service_stands_under_its_organisation_and_never_in_a_circle(keeper: Keeper) -> None:
    ville = number(keeper, "Ville")
    service = add_organisation(keeper, "Direction de la jeunesse", ville)
    below = add_organisation(keeper, "Pôle sport", service.id)
    with pytest.raises(BadInput, match="lui-même"):
        place_under(keeper, ville, below.id)
    place_under(keeper, below.id, None)
    assert (service.parent_id, below.parent_id) == (ville, None)


def test_contacts_have_a_function_and_may_be_the_head(keeper: Keeper) -> None:
    caf = number(keeper, "CAF")
    keeper.session.add(Person(email="lea@caf.example", name="Léa"))
    keeper.session.flush()
    keep_contact(
        keeper, keeper.organisation(caf), "Lea@caf.example", head=True, function="Conseillère"
    )
    contact = keeper.session.scalars(select(Contact).where(Contact.organisation_id == caf)).one()
    assert (contact.function, contact.head) == ("Conseillère", True)
    assert "lea" not in str(written(keeper, Act.KEEP_CONTACT)), "nothing personal"
    lea = keeper.person(contact.person_id)
    drop_contact(keeper, keeper.organisation(caf), lea)
    with pytest.raises(NotFound):
        drop_contact(keeper, keeper.organisation(caf), lea)


def test_only_managers_and_only_their_contract(world: World, keeper: Keeper) -> None:
    with pytest.raises(Refused):
        keeper_of(world.session, world.call.contract_id, Actor(grants=((Role.PILOT, 1),)), NOW)
    applicant = world.submitted().applicant_id
    with pytest.raises(NotFound):
        rename_organisation(keeper, applicant, "Autre")


def test_all_of_a_merged_organisation_goes_to_the_other(world: World, keeper: Keeper) -> None:
    session = world.session
    caf, ville = number(keeper, "CAF"), number(keeper, "Ville")
    twin = add_organisation(keeper, "Caisse d’allocations").id
    under = add_organisation(keeper, "Antenne", twin).id
    application = world.submitted(asked={twin: Decimal(3000)})
    world.submitted(asked={caf: Decimal(500)})
    person = Person(email="lea@caf.example", name="Léa")
    session.add(person)
    session.flush()
    grants = [(twin, Role.PILOT), (caf, Role.PILOT), (twin, Role.FUNDER)]
    for whose, role in grants:
        session.add(
            RoleGrant(
                person_id=person.id,
                role=role,
                contract_id=keeper.contract_id,
                organisation_id=whose,
            )
        )
    for whose in (twin, caf):
        session.add(Contact(organisation_id=whose, person_id=person.id))
    session.add(
        SavedView(contract_id=keeper.contract_id, person_id=person.id, name="Les miens",
                  query=f"financeur={twin}&fiche=1.3", made_at=NOW)
    )  # fmt: skip
    typed = Content(asks={twin: "100", caf: "20"}).as_json()
    draft = SavedDraft(
        call_id=world.call.id, person_id=person.id, content=typed, started_at=NOW, saved_at=NOW
    )
    session.add(draft)
    session.flush()

    told = merge(keeper, twin, caf)

    assert (told.lines, told.people, told.target) == (1, 3, "CAF")
    assert number(keeper, "Caisse d’allocations") == caf
    assert session.get(Organisation, twin) is None
    assert keeper.organisation(under).parent_id == caf
    lines = session.scalars(select(FunderLine.funder_id)).all()
    assert set(lines) == {caf}
    tallies = select(FunderTally.applications, FunderTally.asked)
    assert session.execute(tallies).all() == [(2, Decimal(3500))]
    assert application.reference
    held = select(RoleGrant.role).where(RoleGrant.organisation_id == caf)
    assert sorted(session.scalars(held)) == ["funder", "pilot"]
    assert session.scalars(select(Contact.organisation_id)).all() == [caf]
    assert session.scalars(select(SavedView.query)).one() == f"financeur={caf}&fiche=1.3"
    assert draft.content["asks"] == {str(caf): "20 + 100"}
    assert ville != caf
    with pytest.raises(Refused):
        drop_spelling(keeper, caf, "Caisse d’allocations")


def test_a_step_taken_before_is_still_corrected_after(world: World, keeper: Keeper) -> None:
    twin = add_organisation(keeper, "Caisse d’allocations").id
    much = Decimal(30_000)
    application = world.brought_to(
        State.COMMITTEE, asked={twin: much}, charges=much, resources=much
    )
    award(world, application, 30_000)
    reference = application.reference
    merge(keeper, twin, number(keeper, "CAF"))
    again = world.again(application)
    keys = select(Obligation.key).where(Obligation.key.startswith(f"{reference}:agreement"))
    assert list(world.session.scalars(keys)) == [f"{reference}:agreement:{number(keeper, 'CAF')}"]
    world.fire(again, Trigger.CORRECT, day(2021, 3, 20), reason="Erreur de saisie")
    assert (again.state, again.lines[0].voted) == (State.COMMITTEE, None)


def test_what_cannot_be_one_is_refused_and_nothing_moves(world: World, keeper: Keeper) -> None:
    caf, ville, lead = (number(keeper, name) for name in ("CAF", "Ville", "Métropole"))
    application = world.submitted(asked={caf: Decimal(1000), ville: Decimal(2000)})
    with pytest.raises(Refused, match=application.reference):
        merge(keeper, caf, ville)
    with pytest.raises(BadInput):
        merge(keeper, caf, caf)
    with pytest.raises(Refused, match="porte le contrat"):
        merge(keeper, lead, caf)
    known = select(OrganisationAlias.was_id).where(OrganisationAlias.was_id.is_not(None))
    assert world.session.scalars(known).all() == []
