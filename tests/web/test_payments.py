"""Payments on the pages: previewed, noted once, undone, told to the applicant in plain words."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from models.vocabulary import Role
from tests.web.forms import token_in
from tests.web.site import Site, open_site

pytestmark = pytest.mark.slow
FUNDED, THEIRS = "CV112-2021-0001", "CV112-2021-0004"  # of the grantee
PAGE = f"/dossiers/{FUNDED}/versements"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("payments")) as opened:
        opened.now = datetime(2021, 5, 25, 8, tzinfo=UTC)
        yield opened


def form_of(client: httpx.Client, page: str = PAGE) -> dict[str, str]:
    """The form of the page as a browser would send it back."""
    shown = client.get(page).text
    revision = re.search(r'name="revision" value="(\d+)"', shown)
    lines = re.findall(r'<option value="(\d+)"', shown)
    assert revision
    return {
        "token": token_in(shown), "revision": revision[1], "line": lines[0], "kind": "advance",
        "amount": "3 000,50", "paid_on": "2021-05-20", "payment_reference": "Mandat 12",
    }  # fmt: skip


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\xa0", " ")


def test_a_payment_is_foreseen_noted_and_undone(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        assert "Noter un versement" in client.get(f"/dossiers/{FUNDED}").text
        foreseen = plain(client.get(PAGE).text)
        assert "« État » aura versé 8 000 € ; il lui restera 0 € à verser." in foreseen
        assert "contact0@porteur.example" in foreseen

        form = form_of(client)
        tried = client.post(PAGE, data=form | {"intent": "foresee"})
        assert "il lui restera 4 999,50 € à verser" in plain(tried.text)
        assert 'value="3 000,50"' in tried.text
        assert "Mandat 12" not in client.get(f"/dossiers/{FUNDED}").text, "nothing was kept"

        assert client.post(PAGE, data=form).status_code == 303
        shown = plain(client.get(f"/dossiers/{FUNDED}").text)
        assert "4 999,50 €" in shown
        assert "Mandat 12" in shown
        assert client.post(PAGE, data=form).status_code == 409, "the page is of before"

        again = client.post(PAGE, data=form_of(client))
        assert again.status_code == 400
        assert "est déjà celle d’un versement de 3 000,50 €" in plain(again.text)

        page = client.get(PAGE).text
        undo = re.search(r'action="([^"]+/annuler)"', page)
        assert undo
        fields = {"token": token_in(page), "revision": form_of(client)["revision"]}
        assert client.post(undo[1], data=fields).status_code == 400, "without a reason"
        long = "é" * 20_001
        too_long = client.post(undo[1], data=fields | {"reason": long})
        assert f"{long}</textarea>" in too_long.text, "nothing typed is lost"
        assert client.post(undo[1], data=fields | {"reason": "Erreur"}).status_code == 303
        assert "4 999,50 €" not in plain(client.get(f"/dossiers/{FUNDED}").text)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": "9000"}, "en a versé 0 € : il en reste 8 000 € au plus"),
        ({"amount": "beaucoup"}, "« beaucoup » n’est pas un montant"),
        ({"paid_on": ""}, "Dites le jour du versement."),
        ({"paid_on": "2021-05-26"}, "à aujourd’hui (25/05/2021)"),
        ({"payment_reference": ""}, "Un versement a une référence"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    site: Site, changes: dict[str, str], sentence: str
) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        form = form_of(client) | {"payment_reference": "Mandat 99"} | changes
        answer = client.post(PAGE, data=form)
        assert answer.status_code == 400
        assert sentence in plain(answer.text)
        assert f'value="{form["amount"]}"' in answer.text
        assert "Mandat 99" not in client.get(f"/dossiers/{FUNDED}").text


def test_a_funder_notes_its_own_payments_and_the_applicant_reads_them(site: Site) -> None:
    page = f"/dossiers/{THEIRS}/versements"
    with site.client(site.as_role(Role.FUNDER)) as client:
        shown = client.get(page).text
        assert re.findall(r'<option value="\d+"[^>]*>([^<]+)', shown) == ["État"]
        other = str(int(form_of(client, page)["line"]) + 1)
        assert client.post(page, data=form_of(client, page) | {"line": other}).status_code == 404
        assert client.post(page, data=form_of(client, page)).status_code == 303
    with site.client(site.as_role(Role.GRANTEE)) as client:
        mine = plain(client.get(f"/mes-demandes/{THEIRS}").text)
        assert "3 000,50 € versés par « État » le 20 mai 2021" in mine
        assert "« État » doit encore vous verser 4 999,50 €." in mine
        assert client.get(page).status_code == 403
    with site.client(site.as_role(Role.MANAGER)) as client:
        figures = plain(client.get("/chiffres").text)
        assert "dont 3 000,50 € sont versés" in figures
        assert "3 000,50 €" in plain(client.get("/fiches/1.3").text)
        assert client.get(f"/dossiers/{THEIRS}/fiche.pdf").status_code == 200


def test_once_all_is_paid_the_page_says_so_instead_of_a_form(site: Site) -> None:
    page = "/dossiers/CV112-2021-0002/versements"
    with site.client(site.as_role(Role.MANAGER)) as client:
        for number in range(9):
            shown = client.get(page).text
            if "Noter ce versement" not in shown:
                break
            amount = re.search(r'name="amount" value="([^"]+)"', shown)
            chosen = re.search(r'<option value="(\d+)" selected', shown)
            assert amount
            assert chosen
            form = form_of(client, page) | {"line": chosen[1], "amount": amount[1]}
            form |= {"kind": "balance", "payment_reference": f"Solde {number}"}
            assert client.post(page, data=form).status_code == 303
    assert "Tout ce qui est accordé est versé" in shown
    assert "Si vous validez" not in shown
    assert "Annuler ce versement" in shown, "what was noted by mistake can still be undone"
