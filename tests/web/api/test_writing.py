"""What programs do: moves and acts by the same table, once per key, never over somebody else's change."""

import threading
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from models import IdempotentAnswer, JournalEntry, Message
from models.session import reading
from models.vocabulary import MessageStatus, State
from tests.web.api.conftest import (
    GRANTEE,
    PILOT,
    READER,
    STRANGER,
    client_for,
    populate,
    reference_in,
    token,
)
from tests.workflows.season import play

ELIGIBLE = {"trigger": "declare_eligible"}


def entries(url: str) -> int:
    with reading(url) as session:
        return session.scalar(select(func.count()).select_from(JournalEntry)) or 0


def test_a_move_is_that_of_the_table(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.SUBMITTED)
    before = client.get(f"/applications/{reference}", headers=token(url))

    answer = client.post(f"/applications/{reference}/advance", headers=token(url), json=ELIGIBLE)

    told = answer.json()
    assert answer.status_code == 200, answer.text
    assert (told["from"], told["to"], told["dry_run"]) == ("submitted", "eligible", False)
    assert [o["duty"] for o in told["obligations"]] == ["pilot_opinion"]
    assert "eligible" in {m["template"] for m in told["mail"]}
    assert answer.headers["etag"] != before.headers["etag"]
    after = client.get(f"/applications/{reference}", headers=token(url))
    assert after.json()["state"] == "eligible"
    assert after.headers["etag"] == answer.headers["etag"]


def test_a_trial_tells_the_same_and_keeps_nothing(client: httpx.Client, url: str) -> None:
    path, count = f"/applications/{reference_in(url, State.SUBMITTED)}/advance", entries(url)

    tried = client.post(path, headers=token(url), json=ELIGIBLE | {"dry_run": True})
    assert tried.status_code == 200
    assert entries(url) == count
    done = client.post(path, headers=token(url), json=ELIGIBLE)
    assert done.json() | {"dry_run": True} == tried.json()


def test_a_refusal_gives_every_reason_and_who_can_lift_it(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.ELIGIBLE)
    answer = client.post(
        f"/applications/{reference}/advance", headers=token(url, PILOT), json={"trigger": "refer"}
    )

    told = answer.json()
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [reason["code"] for reason in told["reasons"]] == [
        "not_allowed",
        "session_dated",
        "opinion_given",
    ]
    assert told["reasons"][2]["fixed_by"] == "pilote de la fiche"
    assert "C’est réservé à" in told["detail"]


def test_what_is_refused_is_among_the_moves(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.ELIGIBLE)
    moves = client.get(f"/applications/{reference}/moves", headers=token(url)).json()["moves"]

    by_trigger = {move["trigger"]: move for move in moves}
    assert by_trigger.keys() == {"refer", "withdraw", "correct"}
    assert [r["code"] for r in by_trigger["refer"]["reasons"]] == ["session_dated", "opinion_given"]
    assert by_trigger["withdraw"]["possible"] is True
    assert by_trigger["correct"]["to"] == "submitted"


def test_a_change_that_was_not_read_is_not_overwritten(client: httpx.Client, url: str) -> None:
    path = f"/applications/{reference_in(url, State.SUBMITTED)}"
    tag = client.get(path, headers=token(url)).headers["etag"]
    ask = {"act": "ask_piece", "piece": "RIB"}
    first = client.post(f"{path}/acts", headers=token(url) | {"If-Match": tag}, json=ask)

    late = client.post(f"{path}/advance", headers=token(url) | {"If-Match": tag}, json=ELIGIBLE)
    anyhow = client.post(f"{path}/advance", headers=token(url) | {"If-Match": "*"}, json=ELIGIBLE)

    assert (first.status_code, late.status_code) == (200, 412)
    assert "relisez-le" in late.json()["detail"]
    assert anyhow.status_code == 422, "the piece is awaited"


@pytest.mark.parametrize("who", [READER, STRANGER])
def test_who_may_not_act_does_not(client: httpx.Client, url: str, who: str) -> None:
    path, count = f"/applications/{reference_in(url, State.SUBMITTED)}", entries(url)
    for part, body in (("advance", ELIGIBLE), ("acts", {"act": "ask_piece", "piece": "RIB"})):
        answer = client.post(f"{path}/{part}", headers=token(url, who), json=body)
        assert answer.status_code in {403, 404}
    assert entries(url) == count


def test_a_key_makes_it_happen_once(client: httpx.Client, url: str) -> None:
    path = f"/applications/{reference_in(url, State.SUBMITTED)}/acts"
    headers, count = token(url) | {"Idempotency-Key": "k1"}, entries(url)
    ask = {"act": "ask_piece", "piece": "RIB"}

    first = client.post(path, headers=headers, json=ask)
    again = client.post(path, headers=headers, json=ask)
    other = client.post(path, headers=headers, json=ask | {"piece": "Statuts"})
    elsewhere = client.post(path, headers=token(url) | {"Idempotency-Key": "k1"}, json=ask)

    assert first.status_code == again.status_code == 200
    assert again.json() == first.json()
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422
    assert other.json()["reasons"][0]["code"] == "KeyReused"
    assert elsewhere.status_code == 400, "another token's key is another key"
    assert entries(url) == count + 1


def test_a_refusal_does_not_use_up_its_key(client: httpx.Client, url: str) -> None:
    path = f"/applications/{reference_in(url, State.SUBMITTED)}"
    headers = token(url) | {"Idempotency-Key": "k1"}
    ask = {"act": "ask_piece", "piece": "RIB"}
    client.post(f"{path}/acts", headers=token(url), json=ask)

    refused = client.post(f"{path}/advance", headers=headers, json=ELIGIBLE)
    client.post(f"{path}/acts", headers=token(url), json=ask | {"act": "receive_piece"})
    done = client.post(f"{path}/advance", headers=headers, json=ELIGIBLE)

    assert (refused.status_code, done.status_code) == (422, 200)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    """A season on each engine."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    play(found)
    populate(found)
    return found


@pytest.mark.slow
def test_of_many_at_once_under_one_key_one_is_done(any_url: str) -> None:
    path = f"/applications/{reference_in(any_url, State.SUBMITTED)}/acts"
    headers, count = token(any_url) | {"Idempotency-Key": "k1"}, entries(any_url)
    answers: list[httpx.Response] = []
    start = threading.Barrier(6)

    with client_for(any_url) as client:

        def ask() -> None:
            start.wait()
            body = {"act": "ask_piece", "piece": "RIB"}
            answers.append(client.post(path, headers=headers, json=body))

        threads = [threading.Thread(target=ask) for _number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert [answer.status_code for answer in answers] == 6 * [200]
    assert len({answer.text for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == 5
    assert entries(any_url) == count + 1
    with reading(any_url) as session:
        assert session.scalar(select(func.count()).select_from(IdempotentAnswer)) == 1


ACTS: list[tuple[State, dict[str, Any]]] = [
    (State.SUBMITTED, {"act": "ask_piece", "piece": "RIB", "reason": "illisible"}),
    (State.SUBMITTED, {"act": "record_prior_report"}),
    (State.ELIGIBLE, {"act": "give_opinion", "pilot": "Bpifrance", "verdict": "reserved"}),
    (State.FUNDED, {"act": "receive_report", "kind": "final", "spent": "13000.00"}),
    (
        State.FUNDED,
        {
            "act": "receive_report",
            "kind": "final",
            "ending": "new_dates",
            "comment": "Local indisponible",
            "asked_end": "2022-06-30",
        },
    ),
    (State.FUNDED, {"act": "postpone", "ends_on": "2022-03-31", "reason": "Covid"}),
]


@pytest.mark.parametrize(("state", "body"), ACTS, ids=[body["act"] for _state, body in ACTS])
def test_acts_are_journalled(
    client: httpx.Client, url: str, state: State, body: dict[str, Any]
) -> None:
    reference = reference_in(url, state)
    answer = client.post(f"/applications/{reference}/acts", headers=token(url), json=body)

    assert answer.status_code == 200, answer.text
    journal = client.get(f"/applications/{reference}/journal", headers=token(url)).json()
    assert journal["entries"][-1]["action"] == body["act"]


def test_an_applicant_answers_a_reminder(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.FUNDED, GRANTEE)
    path, headers = f"/applications/{reference}", token(url, GRANTEE)
    owed = client.get(f"{path}/obligations", headers=headers).json()[0]["key"]
    later = {"act": "ask_delay", "obligation": owed, "until": "2022-12-01", "reason": "Travaux"}

    care = client.post(
        f"{path}/acts", headers=headers, json={"act": "take_care", "obligation": owed}
    )
    delay = client.post(f"{path}/acts", headers=headers, json=later)
    not_theirs = client.post(f"{path}/acts", headers=token(url, PILOT), json=later)
    unknown = client.post(f"{path}/acts", headers=headers, json=later | {"obligation": "x"})

    assert (care.status_code, delay.status_code) == (200, 200)
    assert (not_theirs.status_code, unknown.status_code) == (422, 404)


def draft(**changes: Any) -> dict[str, Any]:
    return {
        "fiche": "1.3",
        "title": "Café des parents",
        "applicant": "Association n° 0",
        "siret": "73282932000074",
        "contact": "Contact n° 0",
        "email": GRANTEE,
        "starts_on": "2021-02-01",
        "ends_on": "2021-12-31",
        "charges": "9000.00",
        "resources": "9000.00",
        "asked": [{"funder": "Ville", "amount": "4000.00"}],
        "late_reason": "Panne de la messagerie",
    } | changes


def test_an_application_is_filed(client: httpx.Client, url: str) -> None:
    answer = client.post("/applications", headers=token(url), json=draft())

    assert answer.status_code == 201, answer.text
    told = answer.json()
    assert (told["state"], told["requested"]) == ("submitted", "4000.00")
    assert answer.headers["location"].endswith(told["reference"])
    assert answer.headers["etag"] == f'"{told["revision"]}"'


@pytest.mark.parametrize(
    ("changes", "status", "said"),
    [
        ({"late_reason": ""}, 422, "call_open"),
        ({"charges": "9000.01"}, 422, "budget_balanced"),
        ({"siret": "73282932000075"}, 400, "siret"),
        ({"asked": [{"funder": "Vile", "amount": "1.00"}]}, 400, "vouliez-vous dire Ville"),
        ({"fiche": "99.9"}, 400, "fiche"),
        ({"charges": 9000}, 422, "body.charges"),
        ({"surprise": 1}, 422, "body.surprise"),
        ({"title": "a\x00b"}, 422, "body.title"),
    ],
)
def test_a_bad_application_is_refused_in_words(
    client: httpx.Client, url: str, changes: dict[str, Any], status: int, said: str
) -> None:
    count = entries(url)
    answer = client.post("/applications", headers=token(url), json=draft(**changes))

    assert answer.status_code == status, answer.text
    assert said in answer.text
    assert entries(url) == count


def test_the_outbox_is_looked_after(client: httpx.Client, url: str) -> None:
    headers = token(url)
    waiting = client.get("/outbox", headers=headers, params={"status": "waiting"}).json()["items"]
    key = waiting[0]["key"]

    cancelled = client.post(f"/outbox/{key}/cancel", headers=headers, json={"reason": "Doublon"})
    again = client.post(f"/outbox/{key}/retry", headers=headers)

    assert cancelled.json()["status"] == "cancelled"
    assert again.status_code == 422
    assert "annulé" in again.json()["detail"]
    assert client.get(f"/outbox/{key}", headers=headers).json()["outcome"] == "Doublon"
    assert client.post("/outbox/nothing/release", headers=headers).status_code == 404
    with reading(url) as session:
        kept = session.scalars(select(Message.status).where(Message.key == key)).one()
    assert kept is MessageStatus.CANCELLED


def test_a_payment_is_noted_once_read_back_and_undone(client: httpx.Client, url: str) -> None:
    path = f"/applications/{reference_in(url, State.FUNDED)}"
    acts, asker = f"{path}/acts", token(url)
    body = {
        "act": "record_payment", "funder": "État", "amount": "3000.50",
        "payment_reference": "M1", "on": "2021-03-19",
    }  # fmt: skip
    keyed = asker | {"Idempotency-Key": "paie-1"}
    first = client.post(acts, headers=keyed, json=body)
    assert first.status_code == 200, first.text
    assert client.post(acts, headers=keyed, json=body).json() == first.json()
    assert client.post(acts, headers=asker, json=body).status_code == 400, "that reference served"
    stale = asker | {"If-Match": '"1"'}
    assert (
        client.post(acts, headers=stale, json=body | {"payment_reference": "M2"}).status_code == 412
    )

    read = client.get(f"{path}/payments", headers=asker).json()
    assert read == [{
        "funder": "État", "kind": "instalment", "amount": "3000.50", "paid_on": "2021-03-19",
        "payment_reference": "M1", "cancelled": False,
    }]  # fmt: skip
    told = client.get(path, headers=asker).json()
    assert (told["paid"], told["lines"][0]["paid"]) == ("3000.50", "3000.50")
    assert client.get("/status?by=funder", headers=asker).json()["paid"] == "3000.50"

    undo = {
        "act": "cancel_payment",
        "funder": "État",
        "payment_reference": "M1",
        "reason": "Erreur",
    }
    assert client.post(acts, headers=asker, json=undo).status_code == 200
    assert client.get(f"{path}/payments", headers=asker).json()[0]["cancelled"] is True
    assert client.get(path, headers=asker).json()["paid"] == "0.00"


def test_a_funder_pays_on_its_own_line_only(client: httpx.Client, url: str) -> None:
    acts = f"/applications/{reference_in(url, State.FUNDED)}/acts"
    body = {
        "act": "record_payment",
        "amount": "100.00",
        "payment_reference": "M1",
        "on": "2021-03-19",
    }
    asker = token(url, "f@fin.example")
    assert client.post(acts, headers=asker, json=body | {"funder": "Ville"}).status_code == 422
    assert client.post(acts, headers=asker, json=body | {"funder": "État"}).status_code == 200


def test_what_was_submitted_is_amended_field_by_field(client: httpx.Client, url: str) -> None:
    path = f"/applications/{reference_in(url, State.SUBMITTED)}"
    before = client.get(path, headers=token(url)).json()
    body = {"act": "amend", "title": "Ateliers vélo", "reason": "coquille"}

    tried = client.post(f"{path}/acts", headers=token(url), json=body | {"dry_run": True})
    assert tried.status_code == 200, tried.text
    assert client.get(path, headers=token(url)).json() == before
    done = client.post(f"{path}/acts", headers=token(url), json=body)

    after = client.get(path, headers=token(url)).json()
    assert done.status_code == 200, done.text
    different = {name for name in before if before[name] != after[name]}
    assert (after["title"], different) == ("Ateliers vélo", {"title", "revision"})


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"title": "Vélo"}, "reason"),
        ({"charges": "1.00", "reason": "coquille"}, "équilibré"),
        ({"asked": [{"funder": "Vile", "amount": "1.00"}], "reason": "coquille"}, "Ville"),
        ({"reason": "coquille"}, "rien à changer"),
    ],
    ids=["once closed", "unbalanced", "funder", "nothing"],
)
def test_an_amendment_that_cannot_be_is_refused_whole(
    client: httpx.Client, url: str, body: dict[str, Any], said: str
) -> None:
    path, count = f"/applications/{reference_in(url, State.SUBMITTED)}", entries(url)
    answer = client.post(f"{path}/acts", headers=token(url), json={"act": "amend"} | body)
    assert answer.status_code in {400, 422}
    assert said in answer.text
    assert entries(url) == count
