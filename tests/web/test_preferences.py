"""Choices about mail, and the calendar: its address shown once, read without signing in, closed for good."""

import re

import pytest

from models.vocabulary import Role
from tests.web.site import NOW, Site
from tests.web.test_applying import token_in


@pytest.fixture(autouse=True)
def _as_at_first(site: Site) -> None:
    site.forget_limits()
    site.now = NOW


def test_a_choice_is_kept_and_a_wrong_one_refused_whole(site: Site) -> None:
    with site.client(site.as_role(Role.PILOT)) as client:
        page = client.get("/mes-courriels").text
        token = token_in(page)
        assert re.search(r'name="frequency-reminder_digest" value="daily" checked', page)
        form = {"token": token, "frequency-reminder_digest": "weekly"}
        assert client.post("/mes-courriels", data=form).status_code == 303
        page = client.get("/mes-courriels").text
        assert re.search(r'name="frequency-reminder_digest" value="weekly" checked', page)
        bad = {"token": token, "frequency-reminder_digest": "daily", "frequency-award": "none"}
        assert client.post("/mes-courriels", data=bad).status_code == 400
        assert 'value="weekly" checked' in client.get("/mes-courriels").text


def test_a_calendar_has_one_address_until_it_is_closed(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client, site.client() as program:
        token = token_in(client.get("/mes-courriels").text)

        def make() -> str:
            page = client.post("/mes-courriels/calendrier", data={"token": token}).text
            found = re.search(r"/calendrier/[\w-]+\.ics", page)
            assert found
            return found[0]

        first, second = make(), make()
        assert program.get(first).status_code == 404, "a new address closes the one before"
        answer = program.get(second)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/calendar")
        assert answer.headers["cache-control"] == "no-store"
        assert "BEGIN:VEVENT" in answer.text
        assert second not in client.get("/mes-courriels").text, "it is shown once"
        ended = client.post("/mes-courriels/calendrier/fin", data={"token": token})
        assert ended.status_code == 303
        assert program.get(second).status_code == 404
