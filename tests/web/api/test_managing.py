"""What managers keep through the API: calls and committee days, people and roles, webhooks."""

from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from models import (
    Call,
    Contract,
    IdempotentAnswer,
    JournalEntry,
    Person,
    RoleGrant,
    WebhookSubscriber,
)
from models.session import reading, transaction
from models.vocabulary import Role
from tests.web.api.conftest import GRANTEE, MANAGER, NOW, PILOT, READER, client_for, token

pytestmark = pytest.mark.slow
NEW_CALL = {
    "year": 2022,
    "opens_on": "2021-11-25",
    "closes_on": "2022-01-04",
    "committee": ["2022-03-17"],
}


def many(url: str, kind: Any) -> int:
    with reading(url) as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def number_of(url: str, email: str) -> int:
    with reading(url) as session:
        return session.scalars(select(Person.id).where(Person.email == email)).one()


def test_a_call_is_opened_once_and_its_committee_follows(client: httpx.Client, url: str) -> None:
    mine, before = token(url), many(url, Call)
    tried = client.post("/calls", headers=mine, json=NEW_CALL | {"dry_run": True})
    assert (tried.status_code, many(url, Call)) == (200, before)

    once = mine | {"Idempotency-Key": "open-2022"}
    made = client.post("/calls", headers=once, json=NEW_CALL)
    again = client.post("/calls", headers=once, json=NEW_CALL)
    assert (made.status_code, made.json()) == (201, tried.json())
    assert (again.json(), again.headers["idempotent-replayed"]) == (made.json(), "true")
    assert many(url, Call) == before + 1
    refused = client.post("/calls", headers=mine, json=NEW_CALL)
    assert (refused.status_code, "existe déjà" in refused.json()["detail"]) == (400, True)

    read = client.get("/calls/2022", headers=mine)
    assert read.headers["etag"] == client.get("/calls/2022", headers=mine).headers["etag"]
    unchanged = mine | {"If-None-Match": read.headers["etag"]}
    assert client.get("/calls/2022", headers=unchanged).status_code == 304
    tagged = mine | {"If-Match": read.headers["etag"]}
    planned = client.post("/calls/2022/sessions", headers=tagged, json={"held_on": "2022-04-14"})
    assert [s["held_on"] for s in planned.json()["sessions"]] == ["2022-03-17", "2022-04-14"]
    path, later = "/calls/2022/sessions/2022-04-14/reschedule", {"held_on": "2022-04-21"}
    assert client.post(path, headers=tagged, json=later).status_code == 412, "changed since"
    tagged = mine | {"If-Match": planned.headers["etag"]}
    moved = client.post(path, headers=tagged, json=later).json()["sessions"][1]
    assert moved == {"held_on": "2022-04-21", "label": "Comité du 21/04/2022"}
    assert client.post(path, headers=mine, json=later).status_code == 404


def test_people_are_added_given_roles_and_let_go_of(client: httpx.Client, url: str) -> None:
    mine = token(url)
    new = {"email": "lea@caf.example", "name": "Léa", "role": "pilot", "organisation": "CAF"}
    made = client.post("/people", headers=mine, json=new)
    assert made.status_code == 201, made.text
    path = made.headers["location"].removeprefix("/api/v1")
    assert "lea" not in path, "nothing personal in an address"
    assert made.json()["grants"] == [{"role": "pilot", "organisation": "CAF"}]

    stale = mine | {"If-Match": made.headers["etag"]}
    given = client.post(f"{path}/roles", headers=stale, json={"role": "reader"})
    assert {g["role"] for g in given.json()["grants"]} == {"pilot", "reader"}
    taken = {"role": "pilot", "organisation": "CAF"}
    assert client.post(f"{path}/roles/withdraw", headers=stale, json=taken).status_code == 412
    left = client.post(f"{path}/roles/withdraw", headers=mine, json=taken).json()
    assert left["grants"] == [{"role": "reader", "organisation": None}]
    assert client.post(f"{path}/roles/withdraw", headers=mine, json=taken).status_code == 404

    assert client.post(f"{path}/deactivate", headers=mine).json()["active"] is False
    assert client.get(path, headers=mine).json()["active"] is False
    assert client.post(f"{path}/reactivate", headers=mine).json()["active"] is True
    assert client.post(f"{path}/reactivate", headers=mine).status_code == 400

    with reading(url) as session:
        by = session.scalars(select(Person.id).where(Person.email == MANAGER)).one()
        kept = select(JournalEntry.action, JournalEntry.actor_id, JournalEntry.facts)
        rows = session.execute(kept.order_by(JournalEntry.seq.desc()).limit(6)).all()[::-1]
    told = [facts.get("did") or f"{action} {facts['role']}" for action, _by, facts in rows]
    assert told == ["added", "give_role pilot", "give_role reader", "withdraw_role pilot",
                    "deactivated", "reactivated"]  # fmt: skip
    assert {actor for _action, actor, _facts in rows} == {by}


def test_people_are_listed_by_pages_and_those_of_another_contract_are_not(
    client: httpx.Client, url: str
) -> None:
    mine, found = token(url), list[dict[str, Any]]()
    asked: dict[str, Any] = {"limit": 2}
    while asked:
        page = client.get("/people", headers=mine, params=asked).json()
        assert len(page["items"]) <= 2
        found += page["items"]
        asked = asked | {"cursor": page["next"]} if page["next"] else {}
    emails = [person["email"] for person in found]
    assert len(set(emails)) == len(emails) > 3
    assert {MANAGER, PILOT, GRANTEE} <= set(emails)
    assert client.get("/people", headers=mine, params={"cursor": "x"}).status_code == 400

    with transaction(url) as session:
        other = Contract(code="CV999", name="Ailleurs", starts_on=NOW.date(), ends_on=NOW.date())
        stranger = Person(email="ailleurs@autre.example", name="Ailleurs")
        pilot = session.scalars(select(Person).where(Person.email == PILOT)).one()
        session.add_all([other, stranger])
        session.flush()
        for person in (stranger, pilot):
            session.add(RoleGrant(person_id=person.id, role=Role.READER, contract_id=other.id))
    whole = client.get("/people", headers=mine, params={"limit": 200}).json()["items"]
    assert [person["email"] for person in whole] == emails
    assert "reader" not in {g["role"] for p in whole if p["email"] == PILOT for g in p["grants"]}


def test_nobody_makes_administrators_or_lets_go_of_themselves(
    client: httpx.Client, url: str
) -> None:
    mine, me = token(url), f"/people/{number_of(url, MANAGER)}"
    wrong = {"email": "a@b.example", "role": "administrator"}
    assert client.post("/people", headers=mine, json=wrong).status_code == 422
    held = {"role": "manager"}
    said = client.post(f"{me}/roles/withdraw", headers=mine, json=held)
    assert (said.status_code, "le dernier qui vous laisse" in said.text) == (422, True)
    assert client.post(f"{me}/deactivate", headers=mine).status_code == 422
    with reading(url) as session:
        person = session.get_one(Person, number_of(url, MANAGER))
        kept = select(RoleGrant.role).where(RoleGrant.person_id == person.id)
        assert (person.active, Role.MANAGER in session.scalars(kept).all()) == (True, True)


def test_webhooks_are_subscribed_stopped_and_ended(client: httpx.Client, url: str) -> None:
    mine = token(url)
    body = {"url": "https://exemple.fr/jalon", "events": ["award"], "note": "essai"}
    once = mine | {"Idempotency-Key": "hook"}
    made = client.post("/webhooks", headers=once, json=body)
    assert made.status_code == 201, made.text
    assert made.json()["secret"].startswith("whsec_")
    assert client.post("/webhooks", headers=once, json=body).json() == made.json()
    assert many(url, WebhookSubscriber) == 1
    assert client.post("/webhooks", headers=mine, json=body).status_code == 400
    path = f"/webhooks/{made.json()['id']}"
    read = client.get(path, headers=mine)
    assert ("secret" in read.json(), read.headers["etag"]) == (False, made.headers["etag"])

    tagged = mine | {"If-Match": read.headers["etag"]}
    assert client.post(f"{path}/stop", headers=tagged).json()["active"] is False
    assert client.delete(path, headers=tagged).status_code == 412
    assert client.post(f"{path}/start", headers=mine).json()["active"] is True
    assert client.delete(path, headers=mine).json()["url"] == body["url"]
    assert client.get("/webhooks", headers=mine).json() == []
    assert client.get(path, headers=mine).status_code == 404


WRITES = [
    ("calls", "POST", "/calls", NEW_CALL),
    ("calls", "POST", "/calls/2021/sessions", {"held_on": "2021-06-03"}),
    ("calls", "POST", "/calls/2021/sessions/2021-03-18/reschedule", {"held_on": "2021-06-03"}),
    ("people", "POST", "/people", {"email": "lea@caf.example"}),
    ("people", "POST", "/people/1/roles", {"role": "reader"}),
    ("people", "POST", "/people/1/roles/withdraw", {"role": "reader"}),
    ("people", "POST", "/people/1/deactivate", None),
    ("people", "POST", "/people/1/reactivate", None),
    ("webhooks", "GET", "/webhooks", None),
    ("webhooks", "POST", "/webhooks", {"url": "https://exemple.fr/jalon"}),
    ("webhooks", "POST", "/webhooks/1/stop", None),
    ("webhooks", "DELETE", "/webhooks/1", None),
]


def test_each_wants_its_scope_and_a_manager(url: str) -> None:
    with client_for(url, api_per_minute=10_000) as client:
        others = {s: token(url, scopes=["read", "write", "mail", s]) for s in ("calls", "people")}
        for scope, method, path, body in WRITES:
            wrong = others["people" if scope == "calls" else "calls"]
            assert client.request(method, path, headers=wrong, json=body).status_code == 403
            for email in (PILOT, READER):
                said = client.request(method, path, headers=token(url, email), json=body)
                assert said.status_code == 403, (path, email)
                assert said.headers["content-type"] == "application/problem+json"
    assert many(url, IdempotentAnswer) == 0


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/calls", "GET, POST"),
        ("/webhooks/1", "DELETE, GET"),
        ("/me", "GET"),
        ("/people/7/roles", "POST"),
    ],
)
def test_a_method_that_is_not_there_is_told_those_that_are(
    client: httpx.Client, path: str, allowed: str
) -> None:
    said = client.request("TRACE", path)
    assert (said.status_code, said.headers["allow"]) == (405, allowed)
    assert said.headers["content-type"] == "application/problem+json"
