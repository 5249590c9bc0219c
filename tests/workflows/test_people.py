"""Persons and roles kept true: what is journalled, what nobody may do, what leaving changes."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.event import listen
from sqlalchemy.orm import Session

from models import Contact, Contract, JournalEntry, Person, RoleGrant, SignInLink, WebSession
from models.account import Means
from models.errors import BadInput, JalonError, NotFound, Refused
from models.session import reading, transaction
from models.vocabulary import Act, Role
from tests.workflows.season import person
from tests.workflows.world import World, day, fill, world_in
from workflows.accounts.links import become_first_manager, first_link, operator_link
from workflows.accounts.visits import Limits, open_session
from workflows.actors import Actor, actor_of
from workflows.addresses import correct_address
from workflows.audit import verify
from workflows.contacts import drop_contact, keep_contact
from workflows.keeper import Keeper, keeper_of
from workflows.people import add_person, deactivate, known_person_of, reactivate, rename_person
from workflows.people_list import one_person
from workflows.person_sheet import changes_of, person_sheet
from workflows.queries import get_contract
from workflows.roles import give_role, role_of, withdraw_role

NOW = day(2021, 2, 1)
LEA = "lea@caf.example"
KEPT = {Act.KEEP_PERSON, Act.GIVE_ROLE, Act.WITHDRAW_ROLE, Act.KEEP_CONTACT}


@pytest.fixture
def keeper(world: World) -> Keeper:
    return keeper_of(world.session, world.call.contract_id, world.manager, NOW)


def keeper_as(keeper: Keeper, who: Person) -> Keeper:
    actor = actor_of(keeper.session, who, keeper.contract_id)
    return keeper_of(keeper.session, keeper.contract_id, actor, NOW)


def written(session: Session) -> list[tuple[str, dict[str, object]]]:
    query = select(JournalEntry.action, JournalEntry.facts).where(JournalEntry.action.in_(KEPT))
    return [(row[0], row[1]) for row in session.execute(query.order_by(JournalEntry.seq))]


def test_each_change_is_in_the_journal_by_number_alone(keeper: Keeper) -> None:
    lea = add_person(keeper, LEA, name="Léa Roy", role="pilot", organisation="CAF")
    rename_person(keeper, lea, "Léa  Roy-Puech ")
    correct_address(keeper, lea, "lea.roy@caf.example")
    held = role_of(keeper, lea, "pilot", "CAF")
    caf = keeper.organisation(held.organisation_id or 0)
    keep_contact(keeper, caf, lea.email, head=True)
    drop_contact(keeper, caf, lea)
    withdraw_role(keeper, lea, held)
    deactivate(keeper, lea)
    reactivate(keeper, lea)
    deactivate(keeper, lea)
    add_person(keeper, lea.email, name="Léa Roy", role="reader")

    def did(what: str) -> tuple[str, dict[str, object]]:
        return Act.KEEP_PERSON, {"person": lea.id, "did": what}

    role = {"person": lea.id, "role": "pilot", "organisation": caf.id}
    assert written(keeper.session) == [
        did("added"),
        (Act.GIVE_ROLE, role),
        did("renamed"),
        did("readdressed"),
        (Act.KEEP_CONTACT, {"organisation": caf.id, "person": lea.id, "head": True}),
        (Act.KEEP_CONTACT, {"organisation": caf.id, "dropped": lea.id}),
        (Act.WITHDRAW_ROLE, role),
        did("deactivated"),
        did("reactivated"),
        did("deactivated"),
        did("reactivated"),
        did("renamed"),
        (Act.GIVE_ROLE, {"person": lea.id, "role": "reader"}),
    ]
    assert "Léa" not in str(written(keeper.session)), "nothing personal"
    assert LEA not in str(written(keeper.session)), "nothing personal"
    assert list(verify(keeper.session, get_contract(keeper.session))) == []
    changes = changes_of(keeper.session, keeper.contract_id, lea.id)
    assert [change.said for change in changes[-3:]] == [
        "Nom corrigé",
        "Rôle donné : pilote de la fiche (CAF)",
        "Ajout à l’annuaire",
    ]
    assert {change.by for change in changes} == {"l’exploitant"}
    assert "Contact de CAF : retiré" in [change.said for change in changes]


def test_the_journal_says_who_did_it(keeper: Keeper) -> None:
    boss = add_person(keeper, "chef@ville.example", name="Chef", role="manager")
    lea = add_person(keeper_as(keeper, boss), LEA)
    (change,) = changes_of(keeper.session, keeper.contract_id, lea.id)
    assert (change.said, change.by) == ("Ajout à l’annuaire", "Chef")


def test_the_first_manager_is_in_the_journal(world: World) -> None:
    session, contract = world.session, get_contract(world.session)
    made = become_first_manager(
        session, contract, first_link(session, NOW) or "", "a@ville.example", "Ana", NOW
    )
    by = select(JournalEntry.actor_role).where(JournalEntry.action.in_(KEPT))
    assert set(session.scalars(by)) == {Role.SYSTEM}
    roles = [facts.get("role") for _act, facts in written(session)]
    assert roles == [None, "administrator", "manager"]
    assert {facts["person"] for _act, facts in written(session)} == {made.id}


def test_only_an_administrator_touches_administrators(keeper: Keeper) -> None:
    boss = add_person(keeper, "chef@ville.example", role="manager")
    admin = add_person(keeper, "admin@ville.example", role="administrator")
    add_person(keeper, "autre@ville.example", role="administrator")
    manager = keeper_as(keeper, boss)
    deeds: list[Callable[[], object]] = [
        lambda: give_role(manager, boss, "administrator"),
        lambda: add_person(manager, LEA, role="administrator"),
        lambda: withdraw_role(manager, admin, role_of(manager, admin, "administrator")),
        lambda: deactivate(manager, admin),
        lambda: correct_address(manager, admin, "voleur@ville.example"),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="administrateur"):
            deed()
    deactivate(keeper, admin)
    with pytest.raises(Refused, match="administrateur"):
        reactivate(manager, admin)
    with pytest.raises(Refused, match="administrateur"):
        add_person(manager, admin.email, role="reader")
    above = keeper_as(keeper, keeper.person(admin.id + 1))
    reactivate(above, admin)
    give_role(above, boss, "administrator")
    assert role_of(keeper, boss, "administrator").person_id == boss.id


def test_nobody_shuts_themselves_out(keeper: Keeper) -> None:
    boss = add_person(keeper, "chef@ville.example", role="manager")
    add_person(keeper, "autre@ville.example", role="manager")
    give_role(keeper, boss, "reader")
    mine = keeper_as(keeper, boss)
    withdraw_role(mine, boss, role_of(mine, boss, "reader"))
    with pytest.raises(Refused, match="vous-même"):
        deactivate(mine, boss)
    with pytest.raises(Refused, match="le dernier qui vous laisse"):
        withdraw_role(mine, boss, role_of(mine, boss, "manager"))


def test_somebody_must_still_manage_the_contract(keeper: Keeper) -> None:
    boss = add_person(keeper, "chef@ville.example", role="manager")
    gone = add_person(keeper, "parti@ville.example", role="administrator")
    deactivate(keeper, gone)
    for deed in (deactivate, lambda k, p: withdraw_role(k, p, role_of(k, p, "manager"))):
        with (
            pytest.raises(Refused, match="ni responsable ni administrateur"),
            keeper.session.begin_nested(),
        ):
            deed(keeper, boss)
        keeper.session.expire_all()
    reactivate(keeper, gone)
    deactivate(keeper, boss)
    assert not boss.active


def test_what_is_no_name_or_no_role_is_told(keeper: Keeper) -> None:
    lea = add_person(keeper, LEA, name="Léa")
    for name in ("", " ", "x" * 201, "Léa"):
        with pytest.raises(BadInput):
            rename_person(keeper, lea, name)
    with pytest.raises(BadInput, match="déjà actif"):
        reactivate(keeper, lea)
    with pytest.raises(NotFound):
        role_of(keeper, lea, "manager")
    with pytest.raises(NotFound, match="numéro"):
        keeper.person(lea.id + 1000)
    with pytest.raises(Refused):
        keeper_of(keeper.session, keeper.contract_id, Actor(((Role.READER, None),)), NOW)


def test_a_corrected_address_lets_out_whoever_came_by_the_former(keeper: Keeper) -> None:
    session = keeper.session
    lea = add_person(keeper, LEA, role="manager")
    limits = Limits(NOW - day(2021, 1, 31), NOW - day(2021, 1, 31))

    def let_in() -> tuple[int, int]:
        operator_link(session, lea.email, NOW)
        open_session(session, lea, Means.LINK, "", NOW, limits)
        return left()

    def left() -> tuple[int, int]:
        return len(session.scalars(select(SignInLink)).all()), len(
            session.scalars(select(WebSession)).all()
        )

    assert let_in() == (1, 1)
    correct_address(keeper_as(keeper, lea), lea, "moi@caf.example")
    assert left() == (0, 1), "who corrects their own stays"
    operator_link(session, lea.email, NOW)
    correct_address(keeper, lea, "lea.roy@caf.example")
    assert left() == (0, 0)


@pytest.mark.slow
def test_of_two_managers_who_let_each_other_go_one_stays(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        contract = world_in(session).call.contract_id
        pair = [person(session, f"{name}@ville.example").id for name in ("un", "deux")]
        for number in pair:
            session.add(RoleGrant(person_id=number, role=Role.MANAGER, contract_id=contract))
    barrier, told = threading.Barrier(2, timeout=20), []

    def let_go(of: int, by: int) -> None:
        try:
            barrier.wait()
            with transaction(database_url) as session:
                actor = Actor(((Role.MANAGER, None),), by)
                deactivate(keeper_of(session, contract, actor, NOW), session.get_one(Person, of))
        except JalonError as error:
            told.append(type(error))

    threads = [threading.Thread(target=let_go, args=(of, by)) for of, by in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(database_url) as session:
        active = session.scalars(select(Person.active).where(Person.id.in_(pair))).all()
    assert (sorted(active), len(told)) == ([False, True], 1)
    assert issubclass(told[0], Refused)


def test_contacts_of_another_contract_stay_out_of_reach(keeper: Keeper) -> None:
    lea = add_person(keeper, LEA)
    assert keeper.session.scalars(select(Contact).where(Contact.person_id == lea.id)).all() == []
    with pytest.raises(NotFound):
        keeper.organisation(10**9)


def test_changes_are_found_without_going_along_the_journal(keeper: Keeper) -> None:
    asked: list[tuple[str, Any]] = []
    connection = keeper.session.connection()
    listen(
        connection,
        "before_cursor_execute",
        lambda _c, _cursor, statement, values, *_more: asked.append((statement, values)),
    )
    changes_of(keeper.session, keeper.contract_id, 1)
    ((statement, values),) = [one for one in asked if "journal_entry" in one[0]]
    plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    assert "ix_journal_entry_application_id" in plan[0][-1]


def test_who_is_of_another_contract_is_neither_seen_nor_changed(keeper: Keeper) -> None:
    session, mine = keeper.session, keeper.contract_id
    manager = add_person(keeper, "m@ville.example", role="manager")
    ours = keeper_as(keeper, manager)
    other = Contract(code="CV999", name="Ailleurs", starts_on=NOW.date(), ends_on=NOW.date())
    theirs, shared = (Person(email=f"{n}@ailleurs.example", name=n) for n in ("paul", "anne"))
    session.add_all([other, theirs, shared])
    session.flush()
    for who, contract in ((theirs, other.id), (shared, other.id), (shared, mine)):
        session.add(RoleGrant(person_id=who.id, role=Role.READER, contract_id=contract))
    session.flush()

    for number in (theirs.id, 10**9):
        with pytest.raises(NotFound):
            ours.person(number)
        with pytest.raises(NotFound):
            person_sheet(session, mine, number)
        with pytest.raises(NotFound):
            one_person(session, mine, number)
    with pytest.raises(NotFound, match="ajoutez-la d’abord"):
        known_person_of(session, mine, theirs.email)
    with pytest.raises(BadInput, match="donnez-lui un rôle ici"):
        add_person(ours, theirs.email)
    with pytest.raises(Refused, match="connu d’un autre contrat"):
        correct_address(ours, shared, "voleur@ville.example")
    with pytest.raises(Refused, match="connu d’un autre contrat"):
        deactivate(ours, ours.person(shared.id))

    assert add_person(ours, theirs.email, role="reader") is ours.person(theirs.id)
    session.add(RoleGrant(person_id=manager.id, role=Role.ADMINISTRATOR))
    session.flush()
    everywhere = keeper_as(keeper, manager)
    correct_address(everywhere, shared, "anne@ville.example")
    assert shared.email == "anne@ville.example"
    assert ours.person(add_person(ours, LEA).id).email == LEA, "nothing ties her yet"
