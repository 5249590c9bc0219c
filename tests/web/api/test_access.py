"""Every route of the API, for every role, on what is theirs and what is not: as `web/access.py` says."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest

from models.vocabulary import Role
from tests.web.api.conftest import ALL_SCOPES, token
from tests.web.site import CONTEXT, NOW, OTHER, OWN, Site, open_site
from web.access import LINES, PEOPLE, Reach
from web.api.router import described


class Sample(NamedTuple):
    """How to ask for a route: its body, and what comes of it when it is allowed."""

    body: dict[str, Any] | None = None
    allowed: tuple[int, ...] = (200,)
    path: dict[str, str] = {}


SAMPLES = {
    "api_advance": Sample({"trigger": "withdraw", "dry_run": True}),
    "api_act": Sample({"act": "ask_piece", "piece": "RIB", "dry_run": True}, (200, 422)),
    "api_submit": Sample({}, (422,)),
    "api_message": Sample(allowed=(404,)),
    "api_retry": Sample({}, (404,)),
    "api_release": Sample({}, (404,)),
    "api_cancel": Sample({"reason": "x"}, (404,)),
    "api_open_call": Sample(
        {"year": 2021, "opens_on": "2020-11-25", "closes_on": "2021-01-04"}, (400,)
    ),
    "api_plan_session": Sample({"held_on": "2021-06-03", "dry_run": True}),
    "api_reschedule_session": Sample({"held_on": "2021-06-03"}, (404,)),
    "api_person": Sample(path={"number": "1"}),
    "api_add_person": Sample({"email": "claire@contrat.example", "role": "manager"}, (400,)),
    "api_give_role": Sample({"role": "reader"}, (404,), {"number": "999"}),
    "api_withdraw_role": Sample({"role": "reader"}, (404,), {"number": "999"}),
    "api_deactivate": Sample({}, (404,), {"number": "999"}),
    "api_reactivate": Sample({}, (404,), {"number": "999"}),
    "api_webhook": Sample(allowed=(404,), path={"number": "1"}),
    "api_add_webhook": Sample({"url": "ftp://essai.example"}, (400,)),
    "api_stop_webhook": Sample({}, (404,), {"number": "1"}),
    "api_start_webhook": Sample({}, (404,), {"number": "1"}),
    "api_end_webhook": Sample(None, (404,), {"number": "1"}),
}
ROUTES = {
    f"api_{operation['operationId']}": (method.upper(), path)
    for path, methods in described()["paths"].items()
    for method, operation in methods.items()
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("api"), api_per_minute=100_000) as opened:
        yield opened


@pytest.fixture(scope="module")
def headers(site: Site) -> dict[Role, dict[str, str]]:
    """A token for each role, with every scope."""
    return {
        role: token(site.url, f"{role.value}@essai.example", scopes=ALL_SCOPES, now=NOW)
        for role in PEOPLE
    }


def ask(site: Site, name: str, reference: str, headers: dict[str, str]) -> httpx.Response:
    method, path = ROUTES[name]
    sample = SAMPLES.get(name, Sample())
    usual = {"reference": reference, "number": "1.3", "key": "nothing:1:1"}
    usual |= {"year": "2021", "held_on": "2021-06-02"}
    for part, value in (usual | sample.path).items():
        path = path.replace(f"{{{part}}}", value)
    body = sample.body
    return httpx.request(method, site.address + path, headers=headers, json=body, verify=CONTEXT)


def test_every_route_has_its_line() -> None:
    assert set(ROUTES) == {name for name in LINES if name.startswith("api_")} - {"api_description"}


@pytest.mark.parametrize("role", PEOPLE)
@pytest.mark.parametrize("name", sorted(ROUTES))
def test_each_role_reaches_what_its_line_says(
    site: Site, headers: dict[Role, dict[str, str]], name: str, role: Role
) -> None:
    reach, allowed = LINES[name].reach[role], SAMPLES.get(name, Sample()).allowed
    own, other = (ask(site, name, ref, headers[role]).status_code for ref in (OWN, OTHER))

    if reach is Reach.NO:
        # everybody may be an applicant somewhere: the route may answer, but not on what is not theirs
        assert {own, other} <= {403, 404} | ({422} if name == "api_submit" else set())
    elif reach is Reach.ALL or "{reference}" not in ROUTES[name][1]:
        assert {own, other} <= {*allowed}
    else:
        assert own in {*allowed, 422}, "the rules may still say no"
        assert other == 404


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_nothing_opens_without_a_token(site: Site, name: str) -> None:
    site.forget_limits()
    assert ask(site, name, OWN, {}).status_code == 401


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_a_session_of_a_browser_is_no_token(site: Site, name: str) -> None:
    site.forget_limits()
    cookie = {"Cookie": f"jalon={site.as_role(Role.MANAGER)}"}
    assert ask(site, name, OWN, cookie).status_code == 401
