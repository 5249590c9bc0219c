"""Figures lead to what they count: each bar to its list, each alert to what is late."""

import re
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from sqlalchemy import select

from models import Message, Person
from models.session import transaction
from models.vocabulary import Role
from tests.web.site import NOW, Site
from tests.web.test_lists import rows


@pytest.fixture
def manager(site: Site) -> Iterator[httpx.Client]:
    with site.client(site.as_role(Role.MANAGER)) as client:
        yield client


def section(page: str, name: str) -> str:
    found = re.search(rf'<section[^>]*aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL)
    assert found, f"no section {name}"
    return unescape(found[1])


@pytest.mark.parametrize(
    ("address", "name"), [("/", "funnel"), ("/chiffres", "funnel"), ("/fiches/1.3", "where")]
)
def test_each_bar_leads_to_as_many_applications_as_it_says(
    manager: httpx.Client, address: str, name: str
) -> None:
    shown = section(manager.get(address).text, name)
    bars = re.findall(
        r'<a href="(/dossiers[^"]+)">.*?<span class="number">(\d+)</span>', shown, re.DOTALL
    )
    counts = [int(count) for _address, count in bars]
    assert len(bars) == 6
    assert [len(rows(manager.get(to).text)) for to, _count in bars] == counts
    told = re.search(r"Dossiers\s*: (\d+), dont clos\s*: (\d+)", shown)
    assert told, "the conclusion in words"
    assert (int(told[1]), int(told[2])) == (sum(counts), counts[-1])
    assert shown.count("<svg") == shown.count('aria-hidden="true"') == 6


def test_amounts_of_funders_lead_to_their_applications(manager: httpx.Client) -> None:
    shown = section(manager.get("/chiffres").text, "funders")
    lines = re.findall(r'<a href="(/dossiers[^"]+)">[^<]+</a></th>\s*<td[^>]*>(\d+)</td>', shown)
    assert lines
    assert [len(rows(manager.get(to).text)) for to, _n in lines] == [int(n) for _to, n in lines]
    assert "accordés sur" in shown


def test_alerts_lead_to_what_is_late(manager: httpx.Client) -> None:
    listed = unescape(manager.get("/fiches").text)
    (address, count), *_others = re.findall(r'<a class="badge late" href="([^"]+)">(\d+)<', listed)
    late = section(manager.get(address).text, address.partition("#")[2])
    assert f"En retard ({count})" in late.replace("\u00a0", " ")
    assert len(re.findall(r'<a href="/dossiers/', late)) == int(count)
    assert manager.get("/fiches/1.3?appel=1999").status_code == 404


def test_what_is_late_or_owed_is_shown_so_far(
    manager: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = unescape(manager.get("/fiches").text)
    late = int(re.findall(r"échéances en retard\s*: (\d+)\.", whole)[0])
    assert late > 1
    owed = manager.get("/mes-echeances").text
    assert owed.count("Au plus tard le") > 1
    assert "suivantes viendront ensuite" not in owed
    for name in ("workflows.fiche_figures.LATE", "web.pages.watching.LATE"):
        monkeypatch.setattr(name, 1)
    for name in ("workflows.portal.duties.AT_MOST", "web.pages.answers.AT_MOST"):
        monkeypatch.setattr(name, 1)

    listed = unescape(manager.get("/fiches").text)
    assert re.search(r"échéances en retard\s*: plus de 0\.", listed)
    assert re.findall(r'<a class="badge late" href="[^"]+">(\d+)<', listed) == ["1"]
    owed = manager.get("/mes-echeances").text
    assert owed.count("Au plus tard le") == 1
    assert "Les 1 plus proches sont montrées" in owed


def test_the_page_of_a_pilot_is_reached_from_its_sheet_and_back(manager: httpx.Client) -> None:
    directory = manager.get("/fiches").text
    number = re.findall(r'<option value="(\d+)"[^>]*>Bpifrance<', directory)[0]
    sheet = manager.get(f"/annuaire/organismes/{number}").text
    assert f'href="/fiches?pilote={number}"' in sheet
    page = manager.get(f"/fiches?pilote={number}").text
    assert f'href="/annuaire/organismes/{number}"' in page
    assert "Fiches que pilote Bpifrance" in page


def test_an_address_that_fails_is_told_on_the_home_page(site: Site, manager: httpx.Client) -> None:
    assert "Adresses en échec" not in manager.get("/").text
    with transaction(site.url) as session:
        written = select(Message.person_id).where(Message.person_id.is_not(None)).limit(1)
        person = session.get_one(Person, session.scalars(written).one())
        person.failing_since, name, number = NOW, person.name, person.id
    page = manager.get("/").text
    assert "Adresses en échec" in page
    assert f'<a href="/annuaire/personnes/{number}">{name}</a>' in page
    with site.client(site.as_role(Role.PILOT)) as pilot:
        assert "Adresses en échec" not in pilot.get("/").text


def test_the_home_page_counts_the_coming_days_and_what_waits_long(manager: httpx.Client) -> None:
    page = manager.get("/").text
    strip, waiting = section(page, "days"), section(page, "ages")
    assert strip.count("<li") == 14
    assert re.findall(r'href="/calendrier/jour/([\d-]+)"', strip) == ["2021-04-02"]
    rows_of = re.findall(r"etat=(\w+)&.*?\n*((?:<td.*?</td>)+)", waiting)
    beyond = {state: re.findall(r">(\d+)<", cells) for state, cells in rows_of}
    assert beyond["submitted"] == ["4", "4", "4"]
    assert beyond["eligible"] == ["2", "2", "0"]
    links = re.findall(r'href="([^"]+depuis=\d+[^"]*)">(\d+)<', waiting)
    assert len(links) >= 5
    for address, count in links:
        listed = manager.get(unescape(address)).text
        assert len(rows(listed)) == int(count)
