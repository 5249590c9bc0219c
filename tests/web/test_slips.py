"""What applicants mistype: each form says it in one sentence by the field, and gives back what was typed."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import httpx
import pytest

from models.session import transaction
from models.vocabulary import ReportKind, Role, State
from tests.web.forms import token_in
from tests.web.site import OWN, Site
from tests.web.test_applying import FUNDED, OPEN, begin, revision_in, said_at
from tests.web.test_payments import plain
from tests.workflows.attachments.samples import EXE, PDF
from tests.workflows.world import world_in
from workflows.actors import OPERATOR
from workflows.acts import ask_piece
from workflows.desk import Desk
from workflows.grants import receive_report
from workflows.queries import get_application

REPORTING = datetime(2021, 3, 21, 9, tzinfo=UTC)
LONG = "é" * 25_000


@pytest.fixture(autouse=True)
def _while_the_call_is_open(site: Site) -> None:
    site.forget_limits()
    site.now = OPEN


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("title", LONG, "25000 caractères, c’est trop"),
        ("summary", LONG, "25000 caractères, c’est trop"),
        ("starts_on", "demain", "n’est pas une date : écrivez par exemple"),
        ("ends_on", "9999-12-31", "n’est pas une date : écrivez par exemple"),
        ("siret", "123 🌞", "n’est pas un SIRET valable : recopiez ses 14 chiffres"),
        ("charges", "-5", "n’est pas un montant en euros"),
        ("own", "beaucoup", "n’est pas un montant en euros"),
    ],
    ids=["long title", "long text", "day", "year", "siret", "negative", "words"],
)
def test_the_form_of_an_application(site: Site, field: str, typed: str, said: str) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        address, token = begin(client)
        form = {"token": token, "do": "review", field: typed}
        form["revision"] = revision_in(client.get(address).text)
        page = client.get(client.post(address, data=form).headers["location"]).text
    assert said in said_at(page, field)
    assert typed in unescape(page)


@pytest.mark.parametrize(
    ("field", "form", "said"),
    [
        ("spent", {"ending": "carried_out", "spent": "-3", "comment": "Fait"}, "n’est pas un montant"),
        ("comment", {"ending": "carried_out", "spent": "9", "comment": LONG}, "raccourcissez-le"),
        ("asked_end", {"ending": "new_dates", "asked_end": "2021-06-30", "comment": "Fait"},
         "L’action finit le 31/12/2021 : indiquez une fin plus tardive"),
        ("asked_end", {"ending": "new_dates", "asked_end": "2190-06-30", "comment": "Fait"},
         "de 2 ans au plus"),
    ],
    ids=["negative", "long", "before the end", "far"],
)  # fmt: skip
def test_the_form_of_a_report(site: Site, field: str, form: dict[str, str], said: str) -> None:
    page = reported(site, form)
    assert said in said_at(page, field)
    assert all(typed in unescape(page) for name, typed in form.items() if name != "ending")


def test_a_file_of_a_report_that_is_not_taken(site: Site) -> None:
    form = {"ending": "carried_out", "spent": "19 500", "comment": "Trente séances"}
    page = reported(site, form, {"files": ("bilan.exe", EXE)})
    assert "ce type de fichier n’est pas accepté" in said_at(page, "files")
    assert all(typed in page for name, typed in form.items() if name != "ending")


def reported(
    site: Site, form: dict[str, str], files: dict[str, tuple[str, bytes]] | None = None
) -> str:
    """The page that a refused report comes back to."""
    site.now = REPORTING
    path = f"/mes-demandes/{FUNDED}/bilan"
    with site.client(site.as_role(Role.GRANTEE)) as client:
        token = token_in(client.get(path).text)
        answer = client.post(path, data={"token": token, "kind": "final", **form}, files=files)
    assert answer.status_code == 400
    return answer.text


@pytest.mark.parametrize(
    ("wanted", "reason", "field", "said"),
    [
        (
            "",
            "La trésorière est absente",
            "wanted",
            "Indiquez une nouvelle date après le 15/10/2021",
        ),
        ("2190-01-01", "Ce sera long", "wanted", "Indiquez une nouvelle date après le 15/10/2021"),
        ("2021-11-30", "", "reason", "Dites en quelques mots pourquoi"),
        ("2021-11-30", LONG, "reason", "raccourcissez-le"),
    ],
    ids=["no date", "far", "no reason", "long"],
)
def test_more_time_asked_on_the_page_of_an_application(
    site: Site, wanted: str, reason: str, field: str, said: str
) -> None:
    site.now = REPORTING
    with site.client(site.as_role(Role.GRANTEE)) as client:
        form = {"token": token_in(client.get(f"/mes-demandes/{FUNDED}").text)}
        form |= {"key": f"{FUNDED}:interim_report", "wanted": wanted, "reason": reason}
        answer = client.post(f"/dossiers/{FUNDED}/reponses", data=form | {"do": "ask_delay"})
    assert answer.status_code == 400
    assert said in said_at(answer.text, f"{field}-1")
    assert f'value="{wanted}"' in answer.text
    assert f"{reason}</textarea>" in answer.text


def test_why_one_withdraws_at_too_great_length(site: Site) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        form = {"token": token_in(client.get(f"/mes-demandes/{OWN}").text), "reason": LONG}
        answer = client.post(f"/mes-demandes/{OWN}/retirer", data=form)
        still = client.get(f"/mes-demandes/{OWN}").text
    assert answer.status_code == 400
    assert "25000 caractères ; au plus 20000" in said_at(answer.text, "reason")
    assert f"{LONG}</textarea>" in answer.text
    assert '<details class="move" open><summary>Retirer ma demande' in answer.text
    assert "Retirer ma demande" in still, "it is not withdrawn"


def test_what_is_to_mend_in_a_report_at_too_great_length(site: Site) -> None:
    site.now = REPORTING
    path = f"/dossiers/{FUNDED}/bilan"
    with transaction(site.url) as session:
        desk = Desk.at(session, OPERATOR, REPORTING)
        receive_report(desk, get_application(session, FUNDED), ReportKind.FINAL, comment="Fait.")
    with site.client(site.as_role(Role.PILOT)) as client:
        form = {"token": token_in(client.get(path).text), "do": "return", "reason": LONG}
        answer = client.post(path, data=form)
    assert answer.status_code == 400
    assert "25000 caractères ; au plus 20000" in said_at(answer.text, "reason")
    assert f"{LONG}</textarea>" in answer.text


@pytest.mark.parametrize(
    ("trigger", "typed", "said"),
    [
        ("declare_ineligible", {"reason": LONG}, "25000 caractères"),
        ("award", {"decided_on": "demain", "decision_reference": "Délib. 12"}, "pas une date"),
        ("award", {"amount-1": "tout", "decision_reference": "Délib. 12"}, "pas un montant"),
    ],
    ids=["long reason", "day", "amount"],
)
def test_a_step_keeps_what_was_typed(
    site: Site, trigger: str, typed: dict[str, str], said: str
) -> None:
    site.now = REPORTING
    with transaction(site.url) as session:
        world = world_in(session)
        found = world.brought_to(State.COMMITTEE) if trigger == "award" else world.submitted()
        of_line = f"amount-{found.lines[0].id}"
        typed = {of_line if name == "amount-1" else name: text for name, text in typed.items()}
        path = f"/dossiers/{found.reference}/etapes/{trigger}"
    with site.client(site.as_role(Role.MANAGER)) as client:
        page = client.get(path).text
        form = {"token": token_in(page), "revision": revision_in(page), "intent": "do"}
        answer = client.post(path, data=form | typed)
    assert answer.status_code == 400
    assert said in unescape(answer.text).replace("\u00a0", " ")
    assert "colonne" not in answer.text
    assert not [text for text in typed.values() if text not in unescape(answer.text)]


def test_the_reason_of_a_step_for_many_keeps_what_was_typed(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        form = {"token": token_in(client.get("/dossiers").text), "trigger": "declare_ineligible"}
        form |= {"reference": OWN, "reason": LONG}
        answer = client.post("/dossiers/lot/faire", data=form)
    assert answer.status_code == 400
    assert "25000 caractères ; au plus 20000" in said_at(answer.text, "reason")
    assert f"{LONG}</textarea>" in answer.text


def test_the_grounds_of_an_opinion_at_too_great_length(site: Site) -> None:
    with site.client(site.as_role(Role.PILOT)) as client:
        page = client.get("/avis").text
        name = re.search(r'name="comment-([^"]+)"', page)
        assert name
        form = {"token": token_in(page), f"verdict-{name[1]}": "favourable"}
        answer = client.post("/avis", data=form | {f"comment-{name[1]}": LONG})
    assert "25000 caractères ; au plus 20000" in plain(answer.text)
    assert f"{LONG}</textarea>" in answer.text


@pytest.mark.parametrize(
    "typed", ["", "a@b", "nom@@asso.fr", "x@asso.fr, y@asso.fr", "nom@asso,fr"]
)
def test_an_address_that_no_mail_reaches(site: Site, typed: str) -> None:
    with site.client() as client:
        answer = ask_link(client, typed)
    assert answer.status_code == 400
    assert "Écrivez votre adresse électronique" in answer.text
    assert f'value="{typed}"' in answer.text


def ask_link(client: httpx.Client, email: str) -> httpx.Response:
    token = token_in(client.get("/connexion").text)
    return client.post("/connexion", data={"token": token, "email": email})


def test_a_file_for_a_piece_that_is_not_taken(site: Site) -> None:
    with transaction(site.url) as session:
        desk = Desk.at(session, OPERATOR, OPEN)
        ask_piece(desk, get_application(session, OWN), "Comptes approuvés")
    with site.client(site.as_role(Role.GRANTEE)) as client:
        here = f"/mes-demandes/{OWN}"
        found = re.search(r'action="([^"]+/pieces/(\d+))"', client.get(here).text)
        assert found
        form = {"token": token_in(client.get(here).text)}
        refused = client.post(found[1], data=form, files={"files": ("comptes.exe", EXE)})
        assert refused.status_code == 400
        assert "ce type de fichier n’est pas accepté" in said_at(refused.text, f"files-{found[2]}")
        sent = client.post(found[1], data=form, files={"files": ("comptes.pdf", PDF)})
        assert sent.status_code == 303


@pytest.mark.parametrize("cookie_too", [False, True])
def test_a_session_that_ends_while_one_writes_gives_back_what_was_written(
    site: Site, cookie_too: bool
) -> None:
    ours = {"sec-fetch-site": "same-origin"}
    with site.client(site.as_role(Role.GRANTEE)) as client:
        address, token = begin(client)
        form = {"token": token, "revision": "0", "title": "Jardin", "summary": "Au pied des tours."}
        site.now = OPEN + timedelta(hours=13)
        if cookie_too:
            client.cookies.clear()
        kept = client.post(address, data=form, headers=ours)
        elsewhere = client.post(address, data=form)
    assert kept.status_code in {401, 403}
    assert "rien n’a été enregistré" in kept.text
    assert "Jardin\n\nAu pied des tours.</textarea>" in kept.text
    assert "Jardin" not in elsewhere.text, "no other site makes our page speak"


def test_no_command_is_named_to_whoever_reads_a_page(site: Site) -> None:
    with site.client(site.as_role(Role.GRANTEE)) as client:
        pages = [
            client.get(path) for path in ("/appels/1999", "/mes-demandes/XX", "/brouillons/99")
        ]
        form = {"token": token_in(client.get("/mes-demandes").text), "key": "CV0:rien"}
        pages.append(client.post(f"/dossiers/{OWN}/reponses", data=form))
    assert [page.status_code for page in pages] == [404] * 4
    assert not [page.url for page in pages if "« jalon" in page.text.replace("\u00a0", " ")]


def test_an_address_typed_again_still_comes_from_the_call(site: Site) -> None:
    with site.client() as client:
        form = {"token": token_in(client.get("/connexion").text), "suite": "/appels/2021"}
        sent = client.post("/connexion", data=form | {"email": "mal.tape@asso.example"})
        again = re.search(r'href="(/connexion\?suite=[^"]+)"', sent.text)
        assert again, "a newcomer is known by the call that they come from"
        assert 'value="/appels/2021"' in client.get(again[1]).text
