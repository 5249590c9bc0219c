"""Tokens of the API: made once, kept as digests, bounded by their person, their roles and time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import ApiToken, RoleGrant
from models.errors import BadInput, NotFound
from models.vocabulary import Role
from tests.workflows.season import person
from tests.workflows.world import World, day
from workflows.tokens import actor_of_token, create_token, list_tokens, revoke_token, token_of

NOW = day(2021, 1, 15)
EMAIL = "claire@contrat.example"


@pytest.fixture
def contract_id(world: World) -> int:
    made = person(world.session, EMAIL)
    contract_id = world.call.contract_id
    for role in (Role.MANAGER, Role.READER):
        world.session.add(RoleGrant(person_id=made.id, role=role, contract_id=contract_id))
    world.session.flush()
    return contract_id


def two_tokens(world: World, contract_id: int) -> list[ApiToken]:
    """One with every role of its person, one that only reads; as a request would find them."""
    found = []
    for roles in ([], ["reader"]):
        _made, secret = create_token(
            world.session, contract_id, EMAIL, name="x", roles=roles, now=NOW
        )
        token = token_of(world.session, secret, NOW)
        assert token is not None
        found.append(token)
    return found


def test_a_token_is_known_by_its_secret_which_is_not_kept(world: World, contract_id: int) -> None:
    made, secret = create_token(world.session, contract_id, EMAIL, name="Export", now=NOW)

    found = token_of(world.session, secret, NOW)
    assert found is made
    assert secret not in {
        str(value) for value in world.session.execute(select(ApiToken.__table__)).one()
    }
    assert token_of(world.session, secret[:-1], NOW) is None
    assert [row.email for row in list_tokens(world.session, contract_id)] == [EMAIL]


def test_a_token_ends(world: World, contract_id: int) -> None:
    lasting, secret = create_token(
        world.session, contract_id, EMAIL, name="x", lasts=timedelta(days=1), now=NOW
    )
    assert token_of(world.session, secret, NOW + timedelta(hours=23)) is lasting
    assert token_of(world.session, secret, NOW + timedelta(days=1)) is None

    revoke_token(world.session, contract_id, lasting.start, NOW)
    assert token_of(world.session, secret, NOW) is None
    with pytest.raises(BadInput):
        revoke_token(world.session, contract_id, lasting.start, NOW)


def test_a_token_of_somebody_who_left_is_no_more(world: World, contract_id: int) -> None:
    _made, secret = create_token(world.session, contract_id, EMAIL, name="x", now=NOW)
    found = token_of(world.session, secret, NOW)
    assert found is not None
    found.person.active = False
    world.session.flush()

    assert token_of(world.session, secret, NOW) is None


def test_a_token_acts_as_the_roles_it_keeps_and_no_other(world: World, contract_id: int) -> None:
    whole, narrow = two_tokens(world, contract_id)

    roles = [{r for r, _o in actor_of_token(world.session, t).grants} for t in (whole, narrow)]
    assert roles == [{Role.MANAGER, Role.READER}, {Role.READER}]


def test_a_contact_is_no_applicant_through_a_token_of_another_role(
    world: World, contract_id: int
) -> None:
    application = world.submitted(contact_email=EMAIL)
    whole, narrow = two_tokens(world, contract_id)

    held = [
        actor_of_token(world.session, t).acts_as((Role.GRANTEE,), application)
        for t in (whole, narrow)
    ]
    assert held == [Role.GRANTEE, None]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": " "}, "--name"),
        ({"scopes": ["admin"]}, "read, write, mail, people"),
        ({"scopes": []}, "attendu"),
        ({"roles": ["pilot"]}, "manager, reader"),
    ],
)
def test_a_token_that_could_not_serve_is_refused(
    world: World, contract_id: int, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(BadInput, match=said):
        create_token(world.session, contract_id, EMAIL, **({"name": "x", "now": NOW} | changes))  # type: ignore[arg-type] # on purpose


def test_nobody_has_no_token(world: World, contract_id: int) -> None:
    with pytest.raises(NotFound):
        create_token(world.session, contract_id, "personne@exemple.fr", name="x", now=NOW)
