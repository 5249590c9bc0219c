"""What applicants and pilots do with their pages, beside the straight way: refusals, keyboard, files."""

import re
from datetime import UTC, datetime
from html import unescape
from http.client import HTTPConnection

import httpx
import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from models import Attachment, Person, Report
from models.session import reading
from models.vocabulary import Role
from tests.web.browser import page_of
from tests.web.forms import token_in
from tests.web.queries import selects
from tests.web.site import OTHER, OWN, Site
from tests.workflows.attachments.samples import EXE, HTML, PDF

FUNDED = "CV112-2021-0004"  # of the grantee
OPEN = datetime(2020, 12, 10, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _while_the_call_is_open(site: Site) -> None:
    site.forget_limits()
    site.now = OPEN


def begin(client: httpx.Client) -> tuple[str, str]:
    """The address of a new draft, and the token of its form."""
    token = token_in(client.get("/appels/2021").text)
    answer = client.post("/appels/2021/demandes", data={"token": token, "fiche": "1.3"})
    assert answer.status_code == 303
    return answer.headers["location"], token


def said_at(page: str, field: str) -> str:
    """The sentence that stands at a field."""
    found = re.search(rf'id="{field}-error"[^>]*>([^<]*)<', page)
    return unescape(found[1]).replace("\u00a0", " ").replace("\u202f", " ") if found else ""


def revision_in(text: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("page.html", HTML, "n’est pas accepté"),
        ("bilan.pdf", EXE, "que son nom annonce"),
        ("lourd.pdf", PDF + bytes(10_000_001), "trop lourd"),
    ],
)
def test_a_refused_file_loses_nothing_of_what_was_typed(
    site: Site, name: str, content: bytes, said: str
) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        draft, token = begin(client)
        form = {"token": token, "revision": revision_in(client.get(draft).text), "title": "Jardin"}
        answer = client.post(draft, data=form, files={"files": (name, content)})
        assert answer.status_code == 400
        assert said in said_at(answer.text, "files")
        assert 'value="Jardin"' in answer.text
        again = client.get(draft).text
        assert 'value="Jardin"' in again
        assert name not in again


def test_an_envelope_too_heavy_is_refused_before_it_is_read(site: Site) -> None:
    secret = site.as_role(Role.GRANTEE)
    connection = HTTPConnection(site.address.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/brouillons/1")
    connection.putheader("Cookie", f"jalon={secret}")
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(10**9))
    connection.endheaders()  # and not one byte of it
    answer = connection.getresponse()
    assert answer.status == 400
    assert "au plus 5 fichiers de 10 Mo" in answer.read().decode()
    connection.close()


def test_a_file_is_given_back_apart_and_to_nobody_else(site: Site) -> None:
    with reading(site.url) as session:
        mine = session.scalars(select(Attachment.id).where(Attachment.draft_id == 1)).one()
    with site.client(site.as_role(Role.GRANTEE)) as client:
        answer = client.get(f"/brouillons/1/fichiers/{mine}")
        assert (answer.status_code, answer.content) == (200, PDF)
        assert answer.headers["content-disposition"].startswith("attachment;")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"
        of_application = client.get(f"/dossiers/{OWN}/fichiers/{mine + 1}")
        assert of_application.content == PDF
        assert client.get(f"/dossiers/{OTHER}/fichiers/{mine + 1}").status_code == 404
        assert client.get(f"/dossiers/{OWN}/fichiers/{mine}").status_code == 404
    for role in (Role.PILOT, Role.MANAGER):
        with site.client(site.as_role(role)) as client:
            assert client.get(f"/brouillons/1/fichiers/{mine}").status_code == 404
    with site.client(site.as_role(Role.MANAGER)) as client:
        assert client.get(f"/dossiers/{OWN}/fichiers/{mine + 1}").content == PDF


def test_two_windows_are_told_and_the_second_may_then_save(site: Site) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        draft, token = begin(client)
        seen = revision_in(client.get(draft).text)
        form = {"token": token, "revision": seen}
        assert client.post(draft, data=form | {"title": "Un"}).status_code == 303
        late = client.post(draft, data=form | {"title": "Deux"})
        assert late.status_code == 409
        assert "autre fenêtre" in late.text
        assert 'value="Deux"' in late.text
        again = {"token": token, "revision": revision_in(late.text), "title": "Deux"}
        assert client.post(draft, data=again).status_code == 303
        assert 'value="Deux"' in client.get(draft).text


def test_a_draft_of_a_closed_call_says_so_and_keeps_everything(site: Site) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        draft, _token = begin(client)
    site.now = datetime(2021, 1, 5, 9, tzinfo=UTC)
    with site.client(site.as_role(Role.GRANTEE)) as client:
        page = client.get(draft).text
        assert "clos depuis le 4 janvier 2021 au soir" in page
        answer = client.post(f"{draft}/deposer", data={"token": token_in(page)})
        assert answer.status_code == 303
        assert client.get(draft).status_code == 200


@pytest.mark.parametrize(("suite", "known"), [("/appels/2021", True), ("/", False)])
def test_an_address_nobody_knew_may_come_in_by_an_open_call_alone(
    site: Site, suite: str, known: bool
) -> None:
    address = f"nouvelle{len(suite)}@porteur.example"
    with site.client() as client:
        token = token_in(client.get("/connexion").text)
        form = {"token": token, "email": address, "suite": suite}
        assert client.post("/connexion", data=form).status_code == 200
        site.settle()
    with reading(site.url) as session:
        query = select(Person.id).where(Person.email == address)
        assert (session.scalar(query) is not None) is known


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_the_form_by_keyboard_alone(site: Site, browser: Browser) -> None:
    with page_of(browser, site, site.as_role(Role.GRANTEE)) as page:
        page.goto("/appels/2021")
        page.get_by_role("button", name="Commencer une demande", exact=True).focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("heading", name="Ma demande pour l’appel 2021")).to_be_visible()
        typed = {
            "title": "Jardin partagé",
            "summary": "Un jardin au pied des tours.",
            "applicant": "Les Jardiniers",
            "siret": "73282932000074",
            "contact": "Inès Puech",
            "charges": "3000",
            "own": "0",
        }
        reached: list[str] = []
        for _press in range(80):
            page.keyboard.press("Tab")
            name = page.evaluate("document.activeElement.name || document.activeElement.id")
            kind = page.evaluate("document.activeElement.type || ''")
            reached.append(name)
            if name in typed:
                page.keyboard.press("Control+A")
                page.keyboard.type(typed[name])
            elif name == "fiche":
                page.keyboard.type("1.3")
            elif name == "qpvs" and "qpvs" not in reached[:-1]:
                page.keyboard.press("Space")
            elif kind == "date" and reached.count(name) == 1 and name in {"starts_on", "ends_on"}:
                page.keyboard.type("01042021" if name == "starts_on" else "12312021")
            elif name.startswith("asked-") and not any(
                n.startswith("asked-") for n in reached[:-1]
            ):
                page.keyboard.type("3000")
            elif name == "do" and page.evaluate("document.activeElement.value") == "review":
                page.keyboard.press("Enter")
                break
        expect(page.get_by_role("heading", name="Relire et déposer")).to_be_visible()
        page.get_by_role("button", name="Déposer ma demande").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text("Votre demande est déposée")


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_opinions_by_one_letter(site: Site, browser: Browser) -> None:
    site.now = datetime(2021, 2, 10, 9, tzinfo=UTC)
    with page_of(browser, site, site.as_role(Role.PILOT)) as page:
        page.goto("/avis")
        rows = page.locator("fieldset.opinion")
        waiting = rows.count()
        assert waiting >= 2
        rows.first.get_by_label("Plus tard").focus()
        page.keyboard.press("d")
        page.keyboard.press("j")
        page.keyboard.press("f")
        expect(rows.nth(0).get_by_label("défavorable", exact=True)).to_be_checked()
        expect(rows.nth(1).get_by_label("favorable", exact=True)).to_be_checked()
        rows.nth(1).get_by_label("Motifs").focus()
        page.keyboard.type("d’accord")
        expect(rows.nth(1).get_by_label("favorable", exact=True)).to_be_checked()
        page.get_by_role("button", name="Enregistrer les avis choisis").click()
        expect(page.get_by_role("status")).to_contain_text("Avis enregistrés : 2")
        expect(rows).to_have_count(waiting - 2)


def test_an_opinion_that_is_refused_is_told_and_the_others_are_kept(site: Site) -> None:
    site.now = datetime(2021, 3, 21, 9, tzinfo=UTC)
    with site.client(site.as_role(Role.PILOT)) as client:
        token = token_in(client.get("/avis").text)
        form = {"token": token, f"verdict-{OTHER}": "favourable", f"verdict-{OWN}": "adverse"}
        answer = client.post("/avis", data=form)
        assert answer.status_code == 200
        assert f"{OTHER} : <strong>refusé.</strong> Ce dossier n’est pas parmi les vôtres." in (
            re.sub(r"\s+", " ", answer.text)
        )
        assert "Ce n’est pas possible pour un dossier « Déposé »" in answer.text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.GRANTEE, "/appels/2021"),
        (Role.GRANTEE, "/mes-demandes"),
        (Role.GRANTEE, f"/mes-demandes/{OWN}"),
        (Role.GRANTEE, "/brouillons/1?verifier=1"),
        (Role.PILOT, "/mes-fiches"),
        (Role.PILOT, "/avis"),
        (Role.PILOT, "/bilans"),
        (Role.PILOT, "/mes-courriels"),
    ],
)
def test_a_page_asks_at_most_twelve_things_of_the_database(
    site: Site, role: Role, path: str
) -> None:
    with site.client(site.as_role(role)) as client:
        client.get("/mes-demandes")  # what is noted once a minute is noted here
        with selects(site.url) as asked:
            assert client.get(path).status_code == 200
    assert 3 < len(asked) <= 12, "\n".join(asked)


@pytest.mark.parametrize(
    ("form", "errors"),
    [
        ({}, ["#ending"]),
        ({"ending": "carried_out"}, ["#spent", "#comment"]),
        ({"ending": "carried_out", "spent": "cher", "comment": "Fait."}, ["#spent"]),
        ({"ending": "new_dates"}, ["#asked_end", "#comment"]),
        ({"ending": "not_carried_out"}, ["#comment"]),
    ],
)
def test_a_report_says_at_which_field_what_is_missing(
    site: Site, form: dict[str, str], errors: list[str]
) -> None:
    site.now = datetime(2021, 3, 21, 9, tzinfo=UTC)
    path = f"/mes-demandes/{FUNDED}/bilan"
    with site.client(site.as_role(Role.GRANTEE)) as client:
        token = token_in(client.get(path).text)
        answer = client.post(path, data={"token": token, "kind": "final", **form})
    assert answer.status_code == 400
    assert re.findall(r'<li><a href="(#\w+)"', answer.text) == errors
    with reading(site.url) as session:
        assert session.scalars(select(Report.id)).all() == []


def test_new_dates_are_asked_and_the_pilot_reads_until_when(site: Site) -> None:
    site.now = datetime(2021, 3, 21, 9, tzinfo=UTC)
    path = f"/mes-demandes/{FUNDED}/bilan"
    with site.client(site.as_role(Role.GRANTEE)) as client:
        token = token_in(client.get(path).text)
        form = {"token": token, "kind": "final", "ending": "new_dates", "comment": "Travaux."}
        early = client.post(path, data=form | {"asked_end": "2021-06-30"})
        assert early.status_code == 400
        assert client.post(path, data=form | {"asked_end": "2022-06-30"}).status_code == 303
        assert "rendre le compte rendu financier" in client.get(f"/mes-demandes/{FUNDED}").text
    with site.client(site.as_role(Role.PILOT)) as client:
        assert "Nouvelles dates demandées" in client.get("/bilans").text
        page = client.get(f"/dossiers/{FUNDED}/bilan").text
        assert "30 juin 2022" in page
        form = {"token": token_in(page), "do": "return", "reason": "Trop tard."}
        assert client.post(f"/dossiers/{FUNDED}/bilan", data=form).status_code == 303
        assert "Nouvelles dates demandées" not in client.get("/bilans").text
