"""What the team reads: agendas of committees, the week in short, requests for more time and their answers."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from models import Message, Person, RoleGrant
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus, Role, State
from notifications.failing import fail
from tests.workflows.season import MANAGERS, grantee, open_season
from tests.workflows.world import SESSION, world_in
from workflows import reminder_control
from workflows.actors import OPERATOR, actor_for
from workflows.acts import extend
from workflows.agreements import send_agreement
from workflows.answers import ask_delay, obligation_of
from workflows.desk import Desk
from workflows.owed import list_owed
from workflows.queries import get_application, get_call, get_contract
from workflows.simulation import PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests

KEY, GRANTEE = "CV112-2021-0001:interim_report", "contact0@porteur.example"
AUTUMN = date(2021, 10, 5)
NEXT = SESSION + timedelta(days=28)  # the second committee day


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def mails(url: str, template: str) -> dict[str, str]:
    """The text of each mail of that template, the latest for each reader."""
    with reading(url) as session:
        query = select(Message.recipient, Message.content).where(Message.template == template)
        return {address: _text(content) for address, content in session.execute(query)}


def _text(content: bytes) -> str:
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def act(url: str, day: date, work: Callable[..., object], *values: Any, by: str = "") -> None:
    with transaction(url) as session:
        application = get_application(session, KEY.partition(":")[0])
        contract = application.call.contract_id
        who = actor_for(session, by, contract) if by else OPERATOR
        work(Desk.at(session, who, at(day, PEOPLE_AT)), application,
             obligation_of(session, KEY), *values)  # fmt: skip


@pytest.mark.slow
def test_the_agenda_reaches_every_member_a_week_before_and_once(url: str) -> None:
    reference = _on_the_agenda(url, 1)
    day = NEXT - timedelta(days=7)
    compose_digests(at(day - timedelta(days=1), SWEEP_AT), url=url)
    assert mails(url, "session_agenda") == {}

    compose_digests(at(day, SWEEP_AT), url=url)
    compose_digests(at(day + timedelta(days=1), SWEEP_AT), url=url)

    told = mails(url, "session_agenda")
    assert {*MANAGERS, "suivi2@pilote.example"} < set(told)
    assert GRANTEE not in told
    for text in told.values():
        assert reference in text
        assert "jeudi 15 avril 2021" in text
        assert "remplace celui" not in text
    assert _count(url, "session_agenda") == len(told)


def test_an_agenda_that_changes_is_sent_again_and_says_so(url: str) -> None:
    _on_the_agenda(url, 1)
    day = NEXT - timedelta(days=7)
    compose_digests(at(day, SWEEP_AT), url=url)
    _all_left(url, at(day, PEOPLE_AT))
    late = _on_the_agenda(url, 2)

    compose_digests(at(day + timedelta(days=1), SWEEP_AT), url=url)

    told = mails(url, "session_agenda")
    assert all(late in text and "remplace celui" in text for text in told.values())
    assert _count(url, "session_agenda") == 2 * len(told)

    _all_left(url, at(day + timedelta(days=1), PEOPLE_AT))
    _off_the_agenda(url, late)  # the first list again: who read the second must know
    for later in (2, 3):
        compose_digests(at(day + timedelta(days=later), SWEEP_AT), url=url)
    told = mails(url, "session_agenda")
    assert not any(late in text for text in told.values())
    assert _count(url, "session_agenda") == 3 * len(told)


def test_an_agenda_that_is_back_before_the_other_left_is_not_sent_again(url: str) -> None:
    _on_the_agenda(url, 1)
    day = NEXT - timedelta(days=7)
    compose_digests(at(day, SWEEP_AT), url=url)
    _all_left(url, at(day, PEOPLE_AT))
    first = _count(url, "session_agenda")
    late = _on_the_agenda(url, 2)
    compose_digests(at(day + timedelta(days=1), SWEEP_AT), url=url)
    _off_the_agenda(url, late)

    compose_digests(at(day + timedelta(days=2), SWEEP_AT), url=url)

    with reading(url) as session:
        ours = select(Message.status).where(Message.template == "session_agenda")
        found = Counter(session.scalars(ours))
    assert found == {MessageStatus.SENT: first, MessageStatus.CANCELLED: first}


def _all_left(url: str, when: datetime) -> None:
    with transaction(url) as session:
        session.execute(
            update(Message)
            .where(Message.template == "session_agenda", Message.status == MessageStatus.WAITING)
            .values(status=MessageStatus.SENT, sent_at=when)
        )


def test_managers_read_the_week_on_monday_when_there_is_something_to_say(url: str) -> None:
    monday = date(2021, 11, 8)
    for day in (AUTUMN, AUTUMN + timedelta(days=8), date(2021, 10, 31), monday - timedelta(1)):
        compose_digests(at(day, SWEEP_AT), url=url)
    assert mails(url, "staff_digest") == {}

    compose_digests(at(monday, SWEEP_AT), url=url)

    told = mails(url, "staff_digest")
    assert set(told) == {*MANAGERS}
    assert "Échéances en retard : " in told[MANAGERS[0]]
    assert (
        "Rendre le bilan intermédiaire, Association n° 0, pour le vendredi 15 octobre"
        in (told[MANAGERS[0]])
    )


def test_managers_read_of_each_address_that_fails_with_its_applications(url: str) -> None:
    monday = date(2021, 2, 1)  # nothing else to say yet
    compose_digests(at(monday - timedelta(days=7), SWEEP_AT), url=url)
    assert mails(url, "staff_digest") == {}
    with transaction(url) as session:
        person = session.scalars(select(Person).where(Person.email == GRANTEE)).one()
        contract_id = get_contract(session).id
        fail(session, person, "550 5.1.1 Unknown user", contract_id, at(monday, PEOPLE_AT))
        elsewhere = Person(email="x@ailleurs.example", name="X", failing_since=person.failing_since)
        session.add(elsewhere)  # whom nobody of this contract ever wrote to

    compose_digests(at(monday, SWEEP_AT), url=url)

    told = mails(url, "staff_digest")
    assert set(told) == {*MANAGERS}
    text = told[MANAGERS[0]]
    assert f"{GRANTEE}, depuis le lundi 1er février 2021" in text
    assert "Dossier CV112-2021-0001 : « " in text
    assert "Association n° 0" in text
    assert "http://localhost:8000/dossiers/CV112-2021-0001" in text
    assert "jalon people correct" in text
    assert "x@ailleurs.example" not in text


def test_the_week_is_put_together_once_for_all_who_read_the_same_language(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def noted(*given: Any) -> Any:
        looked.append("")
        return list_owed(*given)

    with transaction(url) as session:
        foreign = Person(email="ann@contrat.example", name="Ann", language="en")
        session.add(foreign)
        session.flush()
        session.add(
            RoleGrant(person_id=foreign.id, role=Role.MANAGER, contract_id=get_contract(session).id)
        )
    monkeypatch.setattr("workflows.staff_digests.list_owed", noted)
    compose_digests(at(date(2021, 11, 8), SWEEP_AT), url=url)

    told = mails(url, "staff_digest")
    assert set(told) == {*MANAGERS, "ann@contrat.example"}
    assert "Late duties: " in told["ann@contrat.example"]
    assert len(MANAGERS) > 1
    assert len(looked) == 2


def test_more_time_asked_for_reaches_managers_and_the_answer_whoever_asked(url: str) -> None:
    wanted = date(2021, 11, 10)
    act(url, AUTUMN, ask_delay, wanted, "La trésorière est en congé.", by=GRANTEE)

    asked = mails(url, "delay_asked")
    assert set(asked) == {*MANAGERS}
    assert "La date demandée est le mercredi 10 novembre 2021." in asked[MANAGERS[0]]
    assert "au plus tard le vendredi 15 octobre 2021" in asked[MANAGERS[0]]
    assert f"jalon file extend {KEY} 2021-11-10" in asked[MANAGERS[0]]

    act(url, AUTUMN, extend, wanted, "Accordé")

    moved = mails(url, "date_moved")
    assert set(moved) == {GRANTEE}
    assert "Vous avez désormais jusqu’au mercredi 10 novembre 2021." in moved[GRANTEE]


def test_a_delay_that_is_refused_is_said_a_snooze_that_ends_is_not(url: str) -> None:
    act(url, AUTUMN, ask_delay, date(2021, 11, 10), "Congés.", by=GRANTEE)
    act(url, AUTUMN, reminder_control.resume, "Le bilan sert à l’appel suivant.")

    refused = mails(url, "delay_refused")
    assert set(refused) == {GRANTEE}
    assert "La date reste fixée au vendredi 15 octobre 2021." in refused[GRANTEE]

    act(url, AUTUMN, reminder_control.snooze, AUTUMN + timedelta(days=4), "Déménagement")
    act(url, AUTUMN, reminder_control.resume)
    assert _count(url, "delay_refused") == 1


def test_the_agreement_to_sign_goes_to_the_grantee_with_its_date(url: str) -> None:
    with transaction(url) as session:
        application = get_application(session, "CV112-2021-0009")
        desk = Desk.at(session, OPERATOR, at(SESSION + timedelta(days=10), PEOPLE_AT))
        send_agreement(desk, application, application.lines[0])

    told = mails(url, "agreement_to_sign")
    assert set(told) == {"contact1@porteur.example"}
    assert "30 000 €" in told["contact1@porteur.example"]
    assert "au plus tard le mardi 18 mai 2021" in told["contact1@porteur.example"]
    assert "plus de 23 000 € par an" in told["contact1@porteur.example"]


def test_who_acts_for_a_funder_sits_on_the_committee_too(url: str) -> None:
    _on_the_agenda(url, 1)
    with transaction(url) as session:
        funder = get_application(session, "CV112-2021-0001").lines[0].funder_id
        person = Person(email="vote@financeur.example", name="Vote")
        session.add(person)
        session.flush()
        session.add(RoleGrant(person_id=person.id, role=Role.FUNDER, organisation_id=funder))

    compose_digests(at(NEXT - timedelta(days=7), SWEEP_AT), url=url)

    assert "vote@financeur.example" in mails(url, "session_agenda")


def _on_the_agenda(url: str, number: int) -> str:
    with transaction(url) as session:
        application = world_in(session).brought_to(State.COMMITTEE, **grantee(number))
        application.session = get_call(session, get_contract(session).id).sessions[1]
        return application.reference


def _off_the_agenda(url: str, reference: str) -> None:
    with transaction(url) as session:
        application = get_application(session, reference)
        application.session = get_call(session, get_contract(session).id).sessions[0]


def _count(url: str, template: str) -> int:
    with reading(url) as session:
        return len(session.scalars(select(Message.id).where(Message.template == template)).all())
