"""Every route, for every role, on what is theirs and on what is not: as the table of `web/access.py` says."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import pytest
from fastapi.routing import APIRoute

from config.settings import Settings
from models.vocabulary import Role
from tests.web.site import NOW, OTHER, OWN, Site
from web.access import LINES, PEOPLE, Reach
from web.app import create_app
from web.forms import posted

APP = create_app(Settings(), lambda: NOW)


def routes_of(owner: Any) -> Iterator[APIRoute]:
    """Every route, those of included routers too."""
    for route in owner.routes:
        if isinstance(route, APIRoute):
            yield route
        else:
            yield from routes_of(route.original_router)  # anything else would fail here


EVERY = {route.name: route for route in routes_of(APP)}
# The API opens to tokens, not to browsers: tests/web/api/test_access.py has it.
ROUTES = {name: route for name, route in EVERY.items() if not name.startswith("api_")}
DENIED = {401, 403}


class Sample(NamedTuple):
    """How to ask for a route: what stands in its path, what is posted, what comes of it when allowed."""

    path: dict[str, str] = {}
    form: dict[str, str] = {}
    allowed: tuple[int, ...] = (200,)


SAMPLES = {
    "ready": Sample(allowed=(200, 503)),  # of the database that the variables name
    "metrics": Sample(allowed=(200, 503)),
    "static": Sample({"name": "jalon.css"}),
    "theme": Sample({"name": "style.css"}, allowed=(404,)),
    "ask_link": Sample(form={"email": "nobody@essai.example"}),
    "open_link": Sample({"secret": "none"}, allowed=(422,)),
    "use_link": Sample({"secret": "none"}, allowed=(422,)),
    "open_first": Sample({"secret": "none"}, allowed=(422,)),
    "use_first": Sample({"secret": "none"}, allowed=(422,)),
    "sign_out": Sample(allowed=(303,)),
    "speak": Sample(form={"language": "fr"}, allowed=(303,)),
    "end_session": Sample(form={"session": "others"}, allowed=(303,)),
    "move": Sample({"trigger": "{trigger}"}),
    "make_move": Sample({"trigger": "{trigger}"}, {"revision": "0"}, allowed=(409,)),
}
TRIGGER = {Role.GRANTEE: "withdraw"}  # the others: declare_eligible


def test_every_route_has_its_line_and_every_line_its_route() -> None:
    assert sorted(LINES) == sorted(EVERY), "add the route to LINES of web/access.py"
    assert all(set(line.reach) == set(PEOPLE) for line in LINES.values())


def test_every_route_that_changes_something_checks_the_token_of_its_form() -> None:
    unchecked = [
        name
        for name, route in ROUTES.items()
        if (route.methods or set()) - {"GET", "HEAD"}
        and posted not in {dependency.call for dependency in route.dependant.dependencies}
    ]
    assert unchecked == []


def ask(client: httpx.Client, name: str, role: Role | None, reference: str) -> int:
    """The status of that route about that application."""
    route, sample = ROUTES[name], SAMPLES.get(name, Sample())
    trigger = TRIGGER.get(role, "declare_eligible") if role else "declare_eligible"
    path = route.path
    for part, value in {"reference": reference, **sample.path}.items():
        path = path.replace(f"{{{part}}}", value.format(trigger=trigger))
    assert "{" not in path, f"{name}: say in SAMPLES what stands in {path}"
    if "GET" in (route.methods or set()):
        return client.get(path).status_code
    page = client.get("/connexion").text
    token = re.search(r'name="token" value="(\w+)"', page)
    assert token
    return client.post(path, data={"token": token[1], **sample.form}).status_code


def about_an_application(name: str) -> bool:
    return "{reference}" in ROUTES[name].path


CASES = [(name, role) for name in ROUTES for role in PEOPLE]


@pytest.fixture(autouse=True)
def _without_limits(site: Site) -> None:
    site.forget_limits()


@pytest.mark.parametrize(("name", "role"), CASES)
def test_each_role_reaches_what_its_line_says(site: Site, name: str, role: Role) -> None:
    reach = LINES[name].reach[role]
    allowed = SAMPLES.get(name, Sample()).allowed
    with site.client(site.as_role(role)) as client:
        on_own, on_other = (ask(client, name, role, reference) for reference in (OWN, OTHER))

    if reach is Reach.NO:
        # everybody may be a grantee somewhere: the page may open, but not on what is not theirs
        assert {on_own, on_other} <= {403, 404}
    elif reach is Reach.ALL or not about_an_application(name):
        assert {on_own, on_other} <= {*allowed}
    else:
        assert (on_own in allowed, on_other) == (True, 404)


@pytest.mark.parametrize("name", sorted(ROUTES))
def test_who_is_not_signed_in_reaches_only_what_is_public(site: Site, name: str) -> None:
    with site.client() as client:
        status = ask(client, name, None, OWN)

    if LINES[name].public:
        assert status in SAMPLES.get(name, Sample()).allowed
    else:
        assert status in {303, 401}
