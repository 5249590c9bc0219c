"""Choices about mail, and the calendar: its address shown once, read without signing in, closed for good."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models import MailPreference, Obligation, ObligationAnswer, Person
from models.session import reading
from models.vocabulary import AnswerKind, Frequency, Role
from notifications.posting import UNSUBSCRIBE_PATH
from notifications.tokens import unsubscribe_token
from tests.web.forms import token_in
from tests.web.site import NOW, Site, open_site


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


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.GRANTEE, {"payment_made", "reminder_digest", "call_open"}),
        (Role.PILOT, {"payment_made", "reminder_digest", "call_open", "call_ahead"}),
    ],
)
def test_only_mail_that_may_come_is_offered(site: Site, role: Role, offered: set[str]) -> None:
    with site.client(site.as_role(role)) as client:
        page = client.get("/mes-courriels").text
    assert set(re.findall(r'name="frequency-(\w+)"', page)) == offered


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
        assert f"URL:{site.settings.public_url}/dossiers/" in answer.text
        assert 'filename="echeances.ics"' in answer.headers["content-disposition"], "no secret"
        assert second not in client.get("/mes-courriels").text, "it is shown once"
        ended = client.post("/mes-courriels/calendrier/fin", data={"token": token})
        assert ended.status_code == 303
        assert program.get(second).status_code == 404


SECRET = "x" * 40


@pytest.fixture(scope="module")
def signing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("signing"), mail_secret=SECRET) as opened:
        yield opened


def choice(site: Site, template: str) -> Frequency | None:
    with reading(site.url) as session:
        person = session.scalars(
            select(Person).where(Person.email == "manager@essai.example")
        ).one()
        found = session.get(MailPreference, (person.id, template))
        return found.frequency if found else None


def link(site: Site, template: str) -> str:
    with reading(site.url) as session:
        query = select(Person.id).where(Person.email == "manager@essai.example")
        person_id = session.scalars(query).one()
    return f"{UNSUBSCRIBE_PATH}{unsubscribe_token(SECRET.encode(), person_id, template)}"


def test_one_click_stops_an_optional_mail_and_looking_stops_nothing(signing_site: Site) -> None:
    with signing_site.client() as program:
        address = link(signing_site, "withdrawn_staff")
        assert program.get(address).status_code == 200
        assert choice(signing_site, "withdrawn_staff") is None
        for _again in range(2):
            answer = program.post(address, data={"List-Unsubscribe": "One-Click"})
            assert answer.status_code == 200
        assert choice(signing_site, "withdrawn_staff") is Frequency.NONE


def test_a_forged_link_and_a_mail_that_binds_stop_nothing(signing_site: Site) -> None:
    with signing_site.client() as program:
        address = link(signing_site, "withdrawn_staff")
        forged = address.replace("withdrawn_staff", "call_open")
        assert program.post(forged).status_code == 404
        assert program.post(link(signing_site, "award")).status_code == 400
    assert choice(signing_site, "call_open") is None
    assert choice(signing_site, "award") is None


def test_answers_make_reminders_wait_and_change_no_date(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        page = client.get("/mes-echeances").text
        key = re.search(r'name="key" value="([^"]+)"', page)
        assert key
        reference = key[1].partition(":")[0]
        form = {"token": token_in(page), "key": key[1], "back": "duties"}
        path = f"/dossiers/{reference}/reponses"
        answer = client.post(path, data=form | {"do": "take_care"})
        assert (answer.status_code, answer.headers["location"]) == (
            303,
            "/mes-echeances?fait=reponse",
        )
        late = form | {"do": "ask_delay", "wanted": "2021-01-01", "reason": "Salle « fermée »"}
        refused = client.post(path, data=late)
        assert refused.status_code == 400
        assert "Indiquez une nouvelle date après le" in refused.text
        assert 'value="2021-01-01"' in refused.text
        assert "Salle « fermée »</textarea>" in refused.text
    with reading(site.url) as session:
        (given,) = session.scalars(select(ObligationAnswer)).all()
        assert given.kind is AnswerKind.TAKEN_CARE_OF
        owed = session.get_one(Obligation, given.obligation_id)
        assert given.for_date == owed.effective_on
