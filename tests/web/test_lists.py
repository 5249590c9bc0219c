"""Lists: what filters pick, counters, pages, files that hold the same, kept views, bulk moves; and few queries."""

import csv
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from models import Application, Call, Contract, SavedView
from models.session import engine_for, reading, transaction
from models.vocabulary import Role, State
from tests.web.forms import token_in
from tests.web.site import NOW, OTHER, OWN, Site, open_site
from workflows.applications import browsing

MOST_QUERIES = 12


def rows(page: str) -> list[str]:
    return re.findall(r'<th scope="row"[^>]*><a href="/dossiers/([\w-]+)"', page)


def counters(page: str) -> list[int]:
    return [int(n) for n in re.findall(r'<span class="count">(\d+)</span>', page)]


@pytest.fixture
def manager(site: Site) -> Iterator[httpx.Client]:
    with site.client(site.as_role(Role.MANAGER)) as client:
        yield client


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 11),
        ("appel=2021", 11),
        ("appel=tous", 11),
        ("etat=funded", 5),
        ("etat=submitted", 4),
        ("etat=closed&issue=refused", 0),
        ("fiche=2.8", 1),
        ("enjeu=2", 1),
        ("texte=ecriture", 1),
        ("texte=ATELIER+ailleurs", 1),
        ("texte=n+3", 3),
        ("texte=0004", 1),
        ("texte=rien", 0),
        ("depuis=0", 11),
        ("depuis=60", 6),
        ("etat=submitted&depuis=30", 4),
        ("etat=eligible&depuis=60&fiche=1.3", 2),
        ("etat=eligible&depuis=90", 0),
        ("depuis=30&texte=ecriture", 1),
    ],
)
def test_filters_pick_and_counters_agree(manager: httpx.Client, query: str, count: int) -> None:
    page = manager.get(f"/dossiers?{query}").text

    assert len(rows(page)) == count
    whole, *states = counters(
        manager.get("/dossiers?" + re.sub("(etat|issue)=[^&]*&?", "", query)).text
    )
    assert whole == sum(states)
    if "etat" not in query:
        assert whole == count


def test_organisations_narrow_the_list(site: Site, manager: httpx.Client) -> None:
    page = manager.get("/dossiers").text
    number = {
        name: key for key, name in re.findall(r'<option value="(\d+)">([^<]+)</option>', page)
    }
    for query, count in {
        f"pilote={number['Bpifrance']}": 10,
        f"pilote={number['Éducation nationale']}": 1,
        f"financeur={number['CAF']}": 1,
        f"financeur={number['État']}": 10,
        f"pilote={number['Bpifrance']}&financeur={number['CAF']}": 0,
    }.items():
        found = manager.get(f"/dossiers?{query}").text
        assert (len(rows(found)), counters(found)[0]) == (count, count), query


@pytest.mark.parametrize("role", [Role.PILOT, Role.FUNDER, Role.GRANTEE])
def test_counters_count_what_one_sees_and_no_more(site: Site, role: Role) -> None:
    with site.client(site.as_role(role)) as client:
        page = client.get("/dossiers").text
    seen = rows(page)
    assert OWN in seen
    assert OTHER not in seen
    assert counters(page)[0] == sum(counters(page)[1:]) == len(seen)


@pytest.mark.parametrize(
    "query",
    [
        "etat=nulle",
        "issue=x",
        "enjeu=x",
        "pilote=1e9",
        "appel=20x",
        "financeur=-1",
        "depuis=x",
        "depuis=99999",
        "depuis=3&rang=hier",
        "depuis=3&rang=2021-03-01",
    ],
)
def test_a_wrong_filter_is_told_in_words(manager: httpx.Client, query: str) -> None:
    answer = manager.get(f"/dossiers?{query}")
    assert answer.status_code == 400
    assert "n’existe pas : revenez aux dossiers" in answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize("query", ["", "?depuis=10", "?etat=funded&depuis=0"])
def test_pages_follow_one_another_without_gap_or_double(
    manager: httpx.Client, monkeypatch: pytest.MonkeyPatch, query: str
) -> None:
    whole = rows(manager.get(f"/dossiers{query}").text)
    monkeypatch.setattr(browsing, "A_PAGE", 3)
    seen, address = [], f"/dossiers{query}"
    while address:
        page = manager.get(address).text
        seen += rows(page)
        found = re.search(r'href="([^"]+)" rel="next"', page)
        address = found[1].replace("&amp;", "&") if found else ""
    assert seen == whole
    assert len(whole) > 3


def test_the_oldest_of_a_state_come_first_and_go_into_views_and_files(
    site: Site, manager: httpx.Client
) -> None:
    query = "etat=eligible&depuis=30"
    page = manager.get(f"/dossiers?{query}").text
    with reading(site.url) as session:
        oldest = select(Application.reference).where(Application.state == State.ELIGIBLE)
        expected = list(session.scalars(oldest.order_by(Application.state_since, Application.id)))
    assert rows(page) == expected
    assert 'name="depuis" min="0" max="36500" value="30"' in page
    assert f'name="query" value="{query.replace("&", "&amp;")}"' in page
    content = manager.get(f"/dossiers/export/csv?{query}").content
    above, _titles, *lines = read(content, "csv")
    assert "dans leur état depuis plus de 30 jours" in above[0]
    assert [line[0] for line in lines] == expected
    form = {"token": token_in(page), "trigger": "refer", "all": "yes", "query": query}
    ahead = manager.post("/dossiers/lot", data=form).text
    assert all(reference in ahead for reference in expected)
    assert OWN not in ahead


def read(content: bytes, file_format: str) -> list[list[Any]]:
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
    return sheet.to_python()


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "ods"])
def test_a_file_holds_the_rows_and_columns_of_the_screen(
    manager: httpx.Client, file_format: str
) -> None:
    query = "etat=funded&colonnes=porteur,demande"
    answer = manager.get(f"/dossiers/export/{file_format}?{query}")

    assert f'filename="dossiers-2021-03-20.{file_format}"' in answer.headers["content-disposition"]
    above, titles, *lines = read(answer.content, file_format)
    assert above[0] == "Dossiers : appel 2021, état « Financé ». En tout : 5, le 20/03/2021 09:00."
    assert titles == ["Référence", "Intitulé", "Porteur", "Demandé"]
    assert [line[0] for line in lines] == rows(manager.get(f"/dossiers?{query}").text)
    assert str(lines[0][3]).replace(",", ".").removesuffix("0").removesuffix(".0") in {
        "13000",
        "13000.",
    }


def test_no_cell_of_a_file_is_a_formula(site: Site, manager: httpx.Client) -> None:
    with transaction(site.url) as session:
        application = session.scalars(select(Application).order_by(Application.id)).first()
        assert application
        before, application.title = application.title, "=1+1"
    for file_format in ("csv", "ods", "xlsx"):
        content = manager.get(f"/dossiers/export/{file_format}").content
        assert read(content, file_format)[2][1] in {"'=1+1", "=1+1"}
        assert b"<f>" not in content
        if file_format != "xlsx":
            assert read(content, file_format)[2][1] == "'=1+1"
    with transaction(site.url) as session:
        session.scalars(select(Application).order_by(Application.id)).first().title = before  # type: ignore[union-attr]


def test_views_are_kept_shared_and_forgotten(site: Site, manager: httpx.Client) -> None:
    page = manager.get("/dossiers?etat=funded").text
    kept = {"token": token_in(page), "name": "À  verser", "query": "etat=funded", "shared": "yes"}
    assert manager.post("/vues", data=kept).headers["location"] == "/dossiers?etat=funded"
    assert manager.post("/vues", data=kept).status_code == 303, "the same name is replaced"

    with site.client(site.as_role(Role.READER)) as other:
        theirs = other.get("/dossiers").text
        assert "À verser" in theirs
        number = re.findall(r'name="view" value="(\d+)"', manager.get("/dossiers").text)[0]
        assert (
            other.post("/vues/oter", data={"token": token_in(theirs), "view": number}).status_code
            == 404
        )

    assert (
        manager.post("/vues/oter", data={"token": token_in(page), "view": number}).status_code
        == 303
    )
    assert "À verser" not in manager.get("/dossiers").text
    refused = manager.post("/vues", data={"token": token_in(page), "name": " ", "query": ""})
    assert refused.status_code == 400
    long = {"token": token_in(page), "name": "Longue", "query": f"texte={'a' * 2000}"}
    refused = manager.post("/vues", data=long)
    assert refused.status_code == 400
    assert "a 2006 caractères ; au plus 2000" in refused.text.replace("\u00a0", " ")
    assert "Donnez à la vue un nom" not in refused.text
    with reading(site.url) as session:
        assert session.scalars(select(SavedView.id)).all() == []


def states(url: str) -> dict[str, State]:
    with reading(url) as session:
        rows = session.execute(select(Application.reference, Application.state))
        return {row.reference: row.state for row in rows}


@pytest.mark.slow
def test_a_move_for_many_tells_each_before_and_after(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with (
        open_site(tmp_path_factory.mktemp("bulk")) as site,
        site.client(site.as_role(Role.MANAGER)) as client,
    ):
        right = token_in(client.get("/dossiers").text)
        before = states(site.url)
        whole = {
            "token": right,
            "trigger": "declare_eligible",
            "all": "yes",
            "query": "etat=submitted",
        }

        ahead = client.post("/dossiers/lot", data=whole)
        assert ahead.status_code == 200
        assert "Possibles (3)" in ahead.text
        assert "Refusés (1)" in ahead.text
        assert "Une pièce demandée n’est pas encore arrivée" in ahead.text
        assert states(site.url) == before, "nothing is done before it was seen"

        chosen = [r for r, s in before.items() if s is State.SUBMITTED]
        done = client.post(
            "/dossiers/lot/faire",
            data={"token": right, "trigger": "declare_eligible", "reference": [*chosen, "CV0-1"]},
        )
        assert "Faits : 3. Refusés : 2." in done.text.replace("\u00a0", " ")
        after = states(site.url)
        assert sum(after[r] is State.ELIGIBLE for r in chosen) == 3
        assert {r: s for r, s in after.items() if r not in chosen} == {
            r: s for r, s in before.items() if r not in chosen
        }

        silent = {"token": right, "trigger": "declare_ineligible", "reference": chosen}
        refused = client.post("/dossiers/lot/faire", data=silent)
        assert (refused.status_code, "Écrivez le motif." in refused.text) == (400, True)
        assert states(site.url) == after
        many = [f"X{number}" for number in range(501)]
        too_many = client.post("/dossiers/lot", data={**silent, "reference": many})
        assert (too_many.status_code, "au plus 500" in too_many.text) == (400, True)
        nothing = client.post("/dossiers/lot", data={"token": right, "trigger": "withdraw"})
        assert nothing.status_code == 400


@contextmanager
def queries(url: str) -> Iterator[list[str]]:
    """The statements that the block sends, but those that open and close transactions."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            sent.append(statement)

    engine = engine_for(url)
    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("role", [Role.MANAGER, Role.PILOT, Role.FUNDER, Role.GRANTEE])
@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/dossiers",
        "/dossiers?etat=submitted&fiche=1.3&pilote=2&texte=atelier",
        "/dossiers?financeur=2",
        f"/dossiers/{OWN}",
        "/mes-sessions",
        "/courrier",
        "/courrier?destinataire=c&etat=waiting&dossier=CV112-2021-0001",
        "/courrier/1",
        "/rappels",
        "/chiffres",
        "/calendrier",
        "/tableau",
        "/fiches",
        "/fiches/1.3",
        "/reglages",
        "/annuaire",
        "/annuaire/personnes/1",
    ],
)
def test_no_page_asks_the_database_much(site: Site, role: Role, address: str) -> None:
    with site.client(site.as_role(role)) as client, queries(site.url) as sent:
        assert client.get(address).status_code in {200, 303, 403}

    assert 0 < len(sent) <= MOST_QUERIES, "\n".join(sent)


@pytest.mark.slow
def test_before_the_first_call_every_page_opens(tmp_path_factory: pytest.TempPathFactory) -> None:
    with open_site(tmp_path_factory.mktemp("early")) as site:
        with transaction(site.url) as session:
            session.execute(update(Call).values(contract_id=_another_contract(session)))
        with site.client(site.as_role(Role.MANAGER)) as client:
            for address in ("/", "/dossiers", "/fiches", "/fiches/1.3", "/chiffres", "/calendrier"):
                assert client.get(address).status_code == 200, address


def _another_contract(session: Session) -> int:
    made = Contract(code="CV999", name="Autre", starts_on=NOW.date(), ends_on=NOW.date())
    session.add(made)
    session.flush()
    return made.id


def test_the_head_of_a_file_says_how_it_ended(manager: httpx.Client) -> None:
    above = read(manager.get("/dossiers/export/csv?issue=refused").content, "csv")[0]
    assert above[0].startswith("Dossiers : appel 2021, issue « Refusé ». En tout : 0, le")
