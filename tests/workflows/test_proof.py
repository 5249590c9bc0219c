"""Proof of notice: rule, data, attempts, the relay's answer; all the mail of an application; what reminders do."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from models import Message
from models.errors import NotFound
from models.session import engine_for, reading, transaction
from notifications.catcher import Catcher
from tests.workflows.season import open_season
from workflows.actors import OPERATOR
from workflows.acts import receive_piece
from workflows.answers import obligation_of, take_care
from workflows.desk import Desk
from workflows.effect import Effect, effects
from workflows.proof import mail_of, proof_of
from workflows.queries import get_application, get_contract
from workflows.simulation import EVENING_AT, PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests, deliver_mail

pytestmark = pytest.mark.slow

REF, PIECE, GRANTEE = "CV112-2021-0010", "Comptes approuvés", "contact2@porteur.example"
KEY = f"{REF}:missing_piece:1"  # asked on 18 March, due on 2 April
ASKED, J7 = date(2021, 3, 18), date(2021, 3, 26)


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: at(ASKED, EVENING_AT), url=found)
        compose_digests(at(J7, SWEEP_AT), url=found)
        deliver_mail(catcher.relay, lambda: at(J7, PEOPLE_AT), url=found)
    yield found
    engine_for(found).dispose()


def proof(url: str, template: str) -> dict[str, Any]:
    with reading(url) as session:
        query = select(Message.key).where(
            Message.template == template, Message.recipient == GRANTEE
        )
        return proof_of(session, session.scalars(query.order_by(Message.id.desc())).first() or "")


def test_a_reminder_proves_its_rule_its_data_and_its_hand_over(url: str) -> None:
    found = proof(url, "reminder_digest")

    [rule] = [rule for rule in found["rules"] if rule["obligation"] == KEY]
    assert rule["rung"] == "J-7"
    assert rule["due"] == "2021-04-02"
    assert rule["rule_in_words"].startswith("15 jours après")
    assert rule["decided_on"] == str(J7)
    assert found["cause"] is None
    [attempt] = found["attempts"]
    assert attempt["answer"].startswith("250")
    assert found["outcome"] == attempt["answer"]
    assert found["sent"] == at(J7, PEOPLE_AT).isoformat()
    assert found["data"]["context"]["today"] == str(J7)
    assert PIECE in found["text"]
    assert ["Message-ID", found["message_id"]] in found["headers"]
    assert len(found["content_sha256"]) == 64


def test_a_mail_that_an_act_caused_proves_the_entry_of_the_journal(url: str) -> None:
    found = proof(url, "missing_piece")

    assert found["cause"]["action"] == "ask_piece"
    assert len(found["cause"]["hash"]) == 64
    assert found["rules"][0]["obligation"] == KEY
    assert "rung" not in found["rules"][0]


def test_all_the_mail_of_an_application_reminders_included_in_order(url: str) -> None:
    with reading(url) as session:
        found = mail_of(session, REF)

    assert [m["template"] for m in found if m["recipient"] == GRANTEE] == [
        "acknowledgement",
        "missing_piece",
        "reminder_digest",
    ]
    assert json.loads(json.dumps(found)) == found, "plain data"
    assert [m["composed"] for m in found] == sorted(m["composed"] for m in found)


@pytest.mark.parametrize("look", [proof_of, mail_of])
def test_what_does_not_exist_is_named(url: str, look: Any) -> None:
    with reading(url) as session, pytest.raises(NotFound, match="nothing"):
        look(session, "nothing")


def measured(url: str) -> dict[tuple[str, str], Effect]:
    with reading(url) as session:
        found = effects(session, get_contract(session).id, by_pilot=False)
    return {(effect.template, effect.rung): effect for effect in found}


def test_the_last_mail_before_the_answer_is_credited_with_it(url: str) -> None:
    before = measured(url)["reminder_digest", "J-7"]
    assert before.answered == 0

    with transaction(url) as session:
        desk = Desk.at(session, OPERATOR, at(J7 + timedelta(days=2), PEOPLE_AT))
        receive_piece(desk, get_application(session, REF), PIECE)

    after = measured(url)
    assert after["reminder_digest", "J-7"] == before._replace(
        answered=1, median_days=2.0, longest_days=2
    )
    assert after["missing_piece", ""].answered == 0, "it had gone by without effect"


def test_saying_that_one_deals_with_it_is_an_answer(url: str) -> None:
    with transaction(url) as session:
        desk = Desk.at(session, OPERATOR, at(J7 + timedelta(days=1), PEOPLE_AT))
        take_care(desk, get_application(session, REF), obligation_of(session, KEY))

    assert measured(url)["reminder_digest", "J-7"].median_days == 1.0


def test_each_pilot_has_its_own_figures(url: str) -> None:
    with reading(url) as session:
        found = effects(session, get_contract(session).id)
    assert {effect.pilot for effect in found} == {"État"}
    assert sum(effect.sent for effect in found) == sum(e.sent for e in measured(url).values())
