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
from web.pages.stopping import signed
from web.returned import vouched
from web.uploads import posted_files

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
CHECKS = {posted, posted_files, signed, vouched}


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
    "leave_for_provider": Sample(allowed=(404,)),  # there is none
    "come_back": Sample(allowed=(404,)),
    "use_emergency": Sample(allowed=(422,)),
    "sign_out": Sample(allowed=(303,)),
    "speak": Sample(form={"language": "fr"}, allowed=(303,)),
    "end_session": Sample(form={"session": "others"}, allowed=(303,)),
    "message": Sample({"number": "1"}),
    "message_page": Sample({"number": "1"}),
    "handle_message": Sample({"number": "1"}, allowed=(400,)),
    "release_batch": Sample(form={"batch": "none"}, allowed=(404,)),
    "template": Sample({"key": "award"}),
    "template_page": Sample({"key": "award"}),
    "reminder": Sample({"key": "{reference}:eligibility_check"}),
    "handle_reminder": Sample({"key": "{reference}:eligibility_check"}, allowed=(400,)),
    "due_day": Sample({"day": "2021-03-03"}),
    "committee_sheet": Sample({"number": "1"}),
    "keep_directory": Sample(allowed=(400,)),
    "person": Sample({"number": "1"}),
    "keep_person": Sample({"number": "1"}, allowed=(400,)),
    "organisation": Sample({"number": "1"}),
    "add_organisation": Sample(allowed=(400,)),
    "keep_organisation": Sample({"number": "1"}, allowed=(400,)),
    "merge_organisation": Sample({"number": "1"}, {"target": "1"}, allowed=(400,)),
    "keep_closures": Sample(allowed=(400,)),
    "keep_tokens": Sample(allowed=(400,)),
    "keep_webhooks": Sample(allowed=(400,)),
    "keep_committees": Sample(allowed=(400,)),
    "toward": Sample({"state": "eligible"}, allowed=(303,)),
    "fiche": Sample({"number": "1.3"}),
    "export": Sample({"file_format": "csv"}),
    "keep_view": Sample(form={"name": "Essai", "query": "etat=funded"}, allowed=(303,)),
    "drop_view": Sample(form={"view": "0"}, allowed=(404,)),
    "bulk": Sample(form={"trigger": "withdraw", "reference": OWN}),
    "make_bulk": Sample(form={"trigger": "correct", "reference": OWN, "reason": "Essai"}),
    "move": Sample({"trigger": "{trigger}"}),
    "make_move": Sample({"trigger": "{trigger}"}, {"revision": "0"}, allowed=(409,)),
    "payments": Sample(allowed=(422,)),  # nothing was voted yet
    "record_payment": Sample(form={"revision": "0"}, allowed=(409,)),
    "cancel_payment": Sample({"number": "1"}, {"revision": "0"}, allowed=(409,)),
}
# Of applicants: draft 1 and its file belong to the grantee, and so does draft 2, to be thrown away.
DRAFT = {"revision": "0", "title": "Essai"}
SAMPLES |= {
    "home": Sample(allowed=(200, 303)),  # whoever only applies goes to their applications
    "call": Sample({"year": "2021"}),
    "begin_draft": Sample({"year": "2021"}, allowed=(303, 400)),
    "draft": Sample({"number": "1"}),
    "save_draft": Sample({"number": "1"}, DRAFT, allowed=(303, 409)),
    "watch_draft": Sample({"number": "1"}, DRAFT, allowed=(200, 409)),
    "discard_draft": Sample({"number": "2"}, allowed=(303, 404)),
    "review_draft": Sample({"number": "1"}, allowed=(200, 303)),
    "file_draft": Sample({"number": "1"}, allowed=(303,)),
    "draft_file": Sample({"number": "1", "file_number": "1"}),
    "file": Sample({"number": "2"}, allowed=(200, 404)),  # see test_downloads.py
    "give_piece": Sample({"number": "1"}, allowed=(400,)),  # no file was chosen
    "withdraw": Sample(allowed=(303, 422)),
    "amend_filed": Sample(form={"revision": "0"}, allowed=(200, 400, 409)),
    "amend": Sample(allowed=(303,)),
    "send_amendment": Sample(allowed=(303,)),
    "catch_up": Sample(allowed=(303,)),
    "report": Sample(allowed=(422,)),  # nothing is to be reported yet
    "give_report": Sample(allowed=(422,)),
    "give_opinions": Sample(allowed=(400,)),  # none was chosen
    "read_report": Sample(allowed=(404,)),
    "review_report": Sample(form={"do": "accept"}, allowed=(404,)),
    "choose_preferences": Sample(allowed=(303,)),
    "revoke_feed": Sample(allowed=(303,)),
    "feed": Sample({"secret": "none"}, allowed=(404,)),
    "ask_stop": Sample({"signature": "1.digest.none"}, allowed=(404,)),
    "hear_return": Sample(allowed=(503,)),  # no mail server is trusted here
    "stop_mail": Sample({"signature": "1.digest.none"}, allowed=(404,)),
    "open_answer": Sample({"signature": "1.20211015.1.20211115.none"}, allowed=(404,)),
    "give_answer": Sample({"signature": "1.20211015.1.20211115.none"}, allowed=(404,)),
    "answer_duty": Sample(form={"key": "none"}, allowed=(404,)),
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
        and not CHECKS & {dependency.call for dependency in route.dependant.dependencies}
    ]
    assert unchecked == []


def ask(client: httpx.Client, name: str, role: Role | None, reference: str) -> int:
    """The status of that route about that application."""
    route, sample = ROUTES[name], SAMPLES.get(name, Sample())
    trigger = TRIGGER.get(role, "declare_eligible") if role else "declare_eligible"
    path = route.path
    for part, value in {"reference": reference, **sample.path}.items():
        path = path.replace(f"{{{part}}}", value.format(trigger=trigger, reference=reference))
    assert "{" not in path, f"{name}: say in SAMPLES what stands in {path}"
    if "GET" in (route.methods or set()):
        return client.get(path).status_code
    if "token" not in client.headers:
        token = re.search(r'name="token" value="(\w+)"', client.get("/connexion").text)
        assert token
        client.headers["token"] = token[1]  # for the next time: the page of a form is a page more
    return client.post(path, data={"token": client.headers["token"], **sample.form}).status_code


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
