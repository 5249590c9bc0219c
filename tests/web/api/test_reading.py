"""What programs read: only what their person sees, page by page, with tags and amounts as text."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from models import ApiToken
from models.session import transaction
from models.vocabulary import State
from tests.web.api.conftest import (
    FUNDER,
    GRANTEE,
    MANAGER,
    NOW,
    PILOT,
    READER,
    STRANGER,
    client_for,
    reference_in,
    token,
)
from web.access import LINES
from web.api.router import described
from web.limits import RATES, Rate


def references(client: httpx.Client, headers: dict[str, str], **params: Any) -> list[str]:
    """Every reference, page after page."""
    found: list[str] = []
    cursor = None
    while True:
        asked = params | ({"cursor": cursor} if cursor else {})
        answer = client.get("/applications", headers=headers, params=asked)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        found += [row["reference"] for row in page["items"]]
        cursor = page["next"]
        if cursor is None:
            return found


def test_nothing_without_a_good_token(client: httpx.Client, url: str) -> None:
    good = token(url, lasts=timedelta(days=1))
    spoilt = {"Authorization": good["Authorization"][:-1] + "!"}
    basic = {"Authorization": "Basic Y2xhaXJlOng="}
    for headers in ({}, spoilt, basic, {"Authorization": "Bearer"}):
        answer = client.get("/me", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"].startswith("Bearer")
    assert client.get("/me", headers=good).json()["email"] == MANAGER

    with transaction(url) as session:
        session.execute(update(ApiToken).values(revoked_at=NOW))
    assert client.get("/me", headers=good).status_code == 401


@pytest.mark.parametrize(
    ("path", "scope"),
    [("/applications", "write"), ("/outbox", "read"), ("/people", "read")],
)
def test_a_scope_that_a_token_lacks_closes_its_routes(
    client: httpx.Client, url: str, path: str, scope: str
) -> None:
    answer = client.get(path, headers=token(url, scopes=[scope]))

    assert answer.status_code == 403
    assert scope in answer.json()["detail"]


def test_each_sees_what_is_theirs(client: httpx.Client, url: str) -> None:
    every = references(client, token(url))
    seen = {who: references(client, token(url, who)) for who in (READER, PILOT, FUNDER, GRANTEE)}

    assert len(every) == 10
    assert seen[READER] == seen[FUNDER] == every
    assert seen[PILOT] == every, "they are all on fiche 1.3"
    assert 0 < len(seen[GRANTEE]) < 10
    assert references(client, token(url, STRANGER)) == []


def test_another_s_application_is_as_if_it_were_not(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.SUBMITTED)
    for path in ("", "/journal", "/obligations", "/moves"):
        address = f"/applications/{reference}{path}"
        assert client.get(address, headers=token(url)).status_code == 200
        unseen = client.get(address, headers=token(url, STRANGER))
        unknown = client.get(f"/applications/NOTHING{path}", headers=token(url))
        assert (unseen.status_code, unknown.status_code) == (404, 404)
        assert unseen.json()["title"] == unknown.json()["title"]


def test_an_applicant_is_not_told_what_is_thought_of_it(client: httpx.Client, url: str) -> None:
    reference = reference_in(url, State.FUNDED, GRANTEE)
    path = f"/applications/{reference}"

    theirs, ours = (client.get(path, headers=token(url, who)).json() for who in (GRANTEE, MANAGER))
    assert theirs["opinions"] == []
    assert [o["verdict"] for o in ours["opinions"]] == ["favourable"]
    owed = client.get(f"{path}/obligations", headers=token(url, GRANTEE)).json()
    assert {o["owed_by"] for o in owed} == {"grantee"}
    journal = client.get(f"{path}/journal", headers=token(url, GRANTEE)).json()["entries"]
    assert {entry["person"] for entry in journal} == {entry["words"] for entry in journal} == {None}


def test_pages_hold_everything_once(client: httpx.Client, url: str) -> None:
    headers = token(url)
    every = references(client, headers)

    for limit in (1, 3, 10, 200):
        assert references(client, headers, limit=limit) == every
    funded = references(client, headers, state="funded", limit=2)
    assert 0 < len(funded) < len(every)
    owed: list[str] = []
    asked: dict[str, Any] = {"limit": 4}
    while asked:
        page = client.get("/obligations", headers=headers, params=asked).json()
        owed += [o["key"] for o in page["items"]]
        asked = asked | {"cursor": page["next"]} if page["next"] else {}
    whole = client.get("/obligations", headers=headers, params={"limit": 200}).json()["items"]
    assert owed == [o["key"] for o in whole]
    assert len(set(owed)) == len(owed) > 8


@pytest.mark.parametrize("spoilt", ["x", "AAAA", "WyJ4Il0", "é", ""])
def test_a_cursor_that_is_not_ours_is_refused(client: httpx.Client, url: str, spoilt: str) -> None:
    headers = token(url)
    cursor = client.get("/applications", headers=headers, params={"limit": 2}).json()["next"]

    bad = client.get("/applications", headers=headers, params={"cursor": spoilt})
    elsewhere = client.get(
        "/applications", headers=headers, params={"cursor": cursor, "state": "funded"}
    )
    assert (bad.status_code, elsewhere.status_code) == (400, 400)
    assert "curseur" in bad.json()["detail"]


def test_an_application_is_told_whole_with_its_tag(client: httpx.Client, url: str) -> None:
    headers = token(url)
    path = f"/applications/{reference_in(url, State.FUNDED)}"
    answer = client.get(path, headers=headers)

    told = answer.json()
    assert answer.headers["etag"] == f'"{told["revision"]}"'
    assert told["requested"] == "13000.00"
    assert {line["voted"] for line in told["lines"]} == {"8000.00", "5000.00"}
    assert told["starts_on"] == "2021-01-04"
    assert told["received_at"] == "2020-12-10T10:00:00Z"
    again = client.get(path, headers=headers | {"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_unknown_filters_are_not_ignored(client: httpx.Client, url: str) -> None:
    answer = client.get("/applications", headers=token(url), params={"stat": "funded"})

    assert answer.status_code == 422
    assert "query.stat" in answer.json()["fields"]


@pytest.mark.slow
def test_a_token_that_asks_too_often_is_told_to_wait(url: str) -> None:
    with client_for(url, api_per_minute=3) as client:
        headers, other = token(url), token(url, READER)
        answers = [client.get("/me", headers=headers) for _time in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 61
        assert client.get("/me", headers=other).status_code == 200


@pytest.mark.slow
def test_guessing_at_tokens_is_slowed_down(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(RATES, "unknown", Rate(2, 7))
    with client_for(url) as client:
        codes = [client.get("/me").status_code for _time in range(3)]
    assert codes == [401, 401, 429]


def test_words_are_in_the_language_asked_for(client: httpx.Client, url: str) -> None:
    headers = token(url) | {"Accept-Language": "en-GB,en;q=0.9"}
    assert client.get("/applications/NOTHING", headers=headers).json()["detail"].startswith("No")
    lost = client.get("/nothing", headers=headers)
    assert lost.headers["content-type"] == "application/problem+json"


def test_every_route_of_the_api_has_its_line_of_access() -> None:
    named = {
        f"api_{operation['operationId']}"
        for methods in described()["paths"].values()
        for operation in methods.values()
    }
    assert named == {name for name in LINES if name.startswith("api_")} - {"api_description"}


def test_the_description_is_public_and_says_its_words(client: httpx.Client) -> None:
    made = client.get("/openapi.json").json()

    operations = [op for methods in made["paths"].values() for op in methods.values()]
    assert all(operation["description"] for operation in operations)
    assert all(operation["security"] == [{"token": []}] for operation in operations)
