"""Committee days kept on a page: seen first with what follows, then done; nothing on bad input."""

import re
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
from sqlalchemy import func, select

from models import CommitteeSession, JournalEntry
from models.session import reading
from models.vocabulary import Act, Role
from tests.web.forms import token_in
from tests.web.queries import selects
from tests.web.site import Site, open_site

pytestmark = pytest.mark.slow
PAGE = "/calendrier/comites"
PLANNED, OTHER = date(2021, 4, 15), date(2021, 4, 20)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("committees")) as opened:
        yield opened


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with site.client(site.as_role(Role.MANAGER)) as opened:
        yield opened


def sessions(site: Site) -> dict[date, int]:
    with reading(site.url) as session:
        rows = session.execute(select(CommitteeSession.held_on, CommitteeSession.id))
        return {day: number for day, number in rows}  # noqa: C416 # rows, not pairs


def entries(site: Site) -> int:
    with reading(site.url) as session:
        count = select(func.count()).select_from(JournalEntry)
        return session.scalar(count.where(JournalEntry.action == Act.PLAN_SESSION)) or 0


def send(client: httpx.Client, **form: object) -> httpx.Response:
    said = {name: str(value) for name, value in form.items()}
    return client.post(PAGE, data={"token": token_in(client.get(PAGE).text), **said})


def test_a_session_is_moved_once_seen(site: Site, client: httpx.Client) -> None:
    assert f'href="{PAGE}"' in client.get("/calendrier").text
    number, known = sessions(site)[PLANNED], entries(site)
    seen = send(client, session=number, day=OTHER)
    assert seen.status_code == 200, seen.text
    assert "mardi 20 avril 2021" in seen.text
    assert (sessions(site)[PLANNED], entries(site)) == (number, known)

    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', seen.text))
    done = client.post(PAGE, data=hidden)
    assert (done.status_code, done.headers["location"]) == (303, f"{PAGE}?fait=oui")
    assert sessions(site)[OTHER] == number
    assert entries(site) == known + 1
    assert "les avis attendus ont suivi" in client.get(f"{PAGE}?fait=oui").text


def test_a_session_is_planned_and_the_opinions_awaited_are_told(
    site: Site, client: httpx.Client
) -> None:
    form = {"day": date(2021, 3, 30), "label": "Comité de printemps"}
    seen = send(client, **form)
    assert "Si vous validez, des avis attendus changent de date" in seen.text
    assert "CV112-2021-0005" in seen.text
    assert send(client, **form, confirmed="yes").status_code == 303
    assert date(2021, 3, 30) in sessions(site)
    assert "Comité de printemps" in client.get(PAGE).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"day": ""}, "Quel jour ?"),
        ({"day": "demain"}, "Quel jour ?"),
        ({"day": PLANNED}, "existe déjà"),
        ({"day": "1999-01-01"}, "précède l’ouverture"),
        ({"day": OTHER, "label": "n" * 201}, "201 lettres"),
        ({"day": OTHER, "session": "999"}, "pas de l’appel 2021"),
        ({"day": OTHER, "session": "deux"}, "Choisissez une ligne"),
    ],
    ids=["empty", "words", "twice", "early", "long", "unknown", "no number"],
)
@pytest.mark.parametrize("confirmed", ["", "yes"])
def test_what_cannot_be_is_told_and_nothing_changes(
    site: Site, client: httpx.Client, form: dict[str, object], said: str, confirmed: str
) -> None:
    before = sessions(site)
    answer = send(client, **form, confirmed=confirmed)
    assert answer.status_code in {400, 404}
    assert said in answer.text.replace("\u202f", " ").replace("\xa0", " ")
    assert sessions(site) == before


def test_its_page_asks_little_and_readers_only_look(site: Site, client: httpx.Client) -> None:
    client.get(PAGE)
    with selects(site.url) as asked:
        assert client.get(PAGE).status_code == 200
    assert 3 < len(asked) <= 12, "\n".join(asked)
    with site.client(site.as_role(Role.READER)) as reader:
        page = reader.get(PAGE).text
        assert "15 avril 2021" in page
        assert "<form class" not in page
        assert "Déplacer" not in page
