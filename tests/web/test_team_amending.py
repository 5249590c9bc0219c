"""The team amends what was submitted on one page: seen before and after, written once, never over another's."""

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select

from models import JournalEntry, Message
from models.session import reading, transaction
from models.vocabulary import Act, Role
from tests.web.queries import selects
from tests.web.site import OWN, Site, open_site
from tests.web.test_amending import fields_in
from workflows.queries import get_application

pytestmark = pytest.mark.slow
PAGE = f"/dossiers/{OWN}/modifier"
EXAMINED = "CV112-2021-0005"
WHY = "Erreur de saisie"


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("team")) as opened:
        yield opened


@pytest.fixture
def client(site: Site) -> Iterator[httpx.Client]:
    with site.client(site.as_role(Role.MANAGER)) as opened:
        yield opened


def form_of(client: httpx.Client) -> dict[str, Any]:
    """The form of the page as a browser would send it back."""
    return fields_in(client.get(PAGE).text, "amend")


def sent(client: httpx.Client, intent: str, **changes: Any) -> httpx.Response:
    return client.post(PAGE, data=form_of(client) | changes | {"intent": intent})


def amended(site: Site) -> int:
    with reading(site.url) as session:
        count = select(func.count()).select_from(JournalEntry)
        return session.scalar(count.where(JournalEntry.action == Act.AMEND)) or 0


def test_seen_before_and_after_then_written_and_told(site: Site, client: httpx.Client) -> None:
    assert f'href="{PAGE}"' in client.get(f"/dossiers/{OWN}").text
    changes = {"title": "Ateliers vélo", "starts_on": "2021-03-01", "reason": WHY}

    seen = sent(client, "foresee", **changes)
    assert seen.status_code == 200, seen.text
    rows = re.findall(r'<td role="cell" class="said"[^>]*>(?:<strong>)?([^<]*)', seen.text)
    assert "Ateliers vélo" in rows
    assert "1er mars 2021" in rows
    assert len(rows) == 4
    assert "Partira" in seen.text
    assert (amended(site), WHY in seen.text) == (0, True)

    done = sent(client, "do", **changes)
    assert (done.status_code, done.headers["location"]) == (303, f"/dossiers/{OWN}?fait=amend")
    shown = client.get(done.headers["location"]).text
    assert "la demande est modifiée, l’avant et l’après sont dans" in shown
    assert "<h1>Ateliers vélo</h1>" in shown
    assert WHY in shown
    with reading(site.url) as session:
        assert session.scalar(select(Message.template).order_by(Message.id.desc())) == "amended"


def test_nothing_changed_is_said_and_nothing_is_written(site: Site, client: httpx.Client) -> None:
    for intent in ("foresee", "do"):
        answer = sent(client, intent, reason=WHY)
        assert answer.status_code == 400
        assert "il n’y a rien à changer" in answer.text
    assert amended(site) == 0


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"title": " "}, "title", "Titre : ce champ est vide"),
        ({"charges": "douze"}, "charges", "douze"),
        ({"ends_on": "2021-02-31"}, "ends_on", "2021-02-31"),
        ({"siret": "123"}, "siret", "123"),
        ({"email": "personne"}, "email", "personne"),
        ({"fiche": ""}, "fiche", "Fiche : ce champ est vide"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_field_that_cannot_be_read_is_named_and_the_rest_kept(
    site: Site, client: httpx.Client, changes: dict[str, str], field: str, said: str
) -> None:
    for intent in ("foresee", "do"):
        answer = sent(client, intent, **{"summary": "Tapé à l’instant", "reason": WHY, **changes})
        assert answer.status_code == 400
        link = re.search(rf'<a href="#{field}">([^<]*)</a>', answer.text)
        assert link, answer.text
        assert said in link[1]
        assert "Tapé à l’instant" in answer.text
    assert amended(site) == 0


def test_what_would_not_balance_and_what_has_no_reason(site: Site, client: httpx.Client) -> None:
    unbalanced = sent(client, "foresee", charges="1", reason=WHY)
    assert "Le budget n’est pas équilibré" in unbalanced.text
    assert "il faut un motif" in sent(client, "foresee", title="Vélo").text
    without = sent(client, "do", title="Vélo")
    assert without.status_code == 422
    assert "il faut un motif" in without.text
    assert 'value="Vélo"' in without.text
    assert amended(site) == 0


def test_a_funder_is_taken_off_by_an_empty_amount(site: Site, client: httpx.Client) -> None:
    held = {name: text for name, text in form_of(client).items() if name.startswith("asked-")}
    first, other = (
        next(n for n, text in held.items() if bool(text) is full) for full in (True, False)
    )

    done = sent(client, "do", **{first: "", other: held[first], "reason": WHY})

    assert done.status_code == 303, done.text
    with reading(site.url) as session:
        asked = {line.funder_id for line in get_application(session, OWN).lines}
    assert int(other.partition("-")[2]) in asked
    assert int(first.partition("-")[2]) not in asked


def test_what_another_changed_meanwhile_is_told_before_it_is_overwritten(
    site: Site, client: httpx.Client
) -> None:
    form = form_of(client) | {"title": "Le mien", "reason": WHY}
    with transaction(site.url) as session:
        get_application(session, OWN).title = "Celui d’une collègue"

    answer = client.post(PAGE, data=form | {"intent": "do"})

    assert answer.status_code == 409
    assert "a changé depuis que vous l’avez ouvert" in answer.text
    assert 'value="Le mien"' in answer.text
    assert "Celui d’une collègue" in answer.text, "before and after are of now"
    assert client.post(PAGE, data=form | {"intent": "foresee"}).status_code == 409
    again = fields_in(answer.text, "amend") | {"intent": "do"}
    assert client.post(PAGE, data=again).status_code == 303


def test_what_is_examined_already_says_so(client: httpx.Client) -> None:
    assert "/modifier" not in client.get(f"/dossiers/{EXAMINED}").text
    answer = client.get(f"/dossiers/{EXAMINED}/modifier")
    assert answer.status_code == 422
    assert "Ce n’est pas possible pour un dossier « Recevable »" in answer.text


def test_its_page_asks_little_of_the_database(site: Site, client: httpx.Client) -> None:
    client.get(PAGE)
    with selects(site.url) as asked:
        assert client.get(PAGE).status_code == 200
    assert 3 < len(asked) <= 12, "\n".join(asked)
