"""Sheets to print: whole, tagged for readers, and loading nothing."""

import re
import zlib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.orm import Session

from models.session import reading, transaction
from models.vocabulary import Role, State
from tests.needs import pango
from tests.web.site import NOW, Site, open_site
from tests.workflows.world import world_in
from web.printing import laid_out
from web.templating import environment
from workflows.committee_sheet import session_whole, totals_of_funders
from workflows.queries import get_contract


@pytest.fixture(autouse=True)
def _pango() -> None:
    pango()


def words_in(pdf: bytes) -> bytes:
    """The streams of a PDF, inflated: a last byte like the end of a line may be taken for one."""
    found = re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", pdf, re.DOTALL)
    return b"".join(zlib.decompressobj().decompress(stream) for stream in found)


def test_the_sheet_of_an_application_is_a_tagged_pdf(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        answer = client.get("/dossiers/CV112-2021-0001/fiche.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfuaid" in answer.content or b"pdfuaid" in words_in(answer.content)
    assert b"/URI" not in answer.content


def of_session(session: Session, number: int) -> dict[str, Any]:
    contract = get_contract(session)
    planned, rows = session_whole(session, contract.id, number)
    totals = totals_of_funders(rows)
    shared = {"session": planned, "contract": contract, "now": NOW}
    return shared | {"applications": rows, "totals": totals}


def boxes(document: Any) -> Iterator[tuple[int, Any, Any]]:
    """Each box of a laid out sheet, with its page and the number of that page."""
    for number, page in enumerate(document.pages):
        for box in page._page_box.descendants():
            yield number, page, box


def beyond(document: Any) -> list[str]:
    """The texts that stick out of their page."""
    return [
        box.text
        for _number, page, box in boxes(document)
        if getattr(box, "text", "").strip() and box.position_x + box.width > page.width
    ]


@pytest.fixture
def sixty(site: Site) -> Iterator[dict[str, Any]]:
    """What is printed of a session with sixty applications, their titles and opinions long."""
    with reading(site.url) as session:
        world = world_in(session)
        funders = world.organisations("État", "CAF", "Région", "Ville", "Département", "Métropole")
        asked = dict.fromkeys(funders.values(), Decimal(1000))
        number = world.brought_to(State.COMMITTEE).session_id or 0
        for each, title in enumerate(
            ["Aide", "Ateliers de parole " * 12, "Anticonstitutionnel" * 14] * 20
        ):
            other = world.brought_to(State.COMMITTEE, asked=asked)
            other.session_id, other.title, other.summary = number, title, f"Ligne {each}\n" * 80
            other.opinions[0].comment = "Réservé tant que le budget n’est pas revu. " * 9
        session.flush()
        session.expunge_all()
        yield of_session(session, number)


@pytest.mark.slow
def test_sixty_long_applications_stay_within_their_pages_and_whole(sixty: dict[str, Any]) -> None:
    document = laid_out("print/committee.html", sixty)

    assert beyond(document) == []
    pages: dict[Any, set[int]] = {}
    for number, _page, box in boxes(document):
        if box.element_tag == "tbody" and box.element.get("class") == "together":
            pages.setdefault(box.element, set()).add(number)
    assert len(pages) == len(sixty["applications"])
    assert {len(several) for several in pages.values()} == {1}, "no application is cut in two"
    texts: dict[int, str] = {}
    for number, _page, box in boxes(document):
        texts[number] = texts.get(number, "") + getattr(box, "text", "")
    assert len(texts) > 10
    assert all("Comité du" in text for text in texts.values()), "a loose sheet says what it is"
    whole = sum(line.asked for a in sixty["applications"] for line in a.lines)
    assert sum(total.asked for total in sixty["totals"]) == whole
    assert "Par financeur" in texts[len(texts) - 1]


@pytest.mark.slow
def test_a_session_without_applications_says_so(sixty: dict[str, Any]) -> None:
    empty = sixty | {"applications": [], "totals": []}
    html = environment().get_template("print/committee.html").render(**empty, lang="fr")
    assert "Aucun dossier n’est inscrit à cette séance." in html
    assert "<table" not in html


@pytest.mark.slow
def test_the_sheet_of_a_session_holds_what_is_before_it(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with open_site(tmp_path_factory.mktemp("sheets")) as site:
        with transaction(site.url) as session:
            application = world_in(session).brought_to(State.COMMITTEE)
            number, reference = application.session_id, application.reference
        with site.client(site.as_role(Role.MANAGER)) as client:
            assert client.get(f"/seances/{number}/fiche.pdf").content.startswith(b"%PDF-")
            assert client.get("/seances/999/fiche.pdf").status_code == 404
        with reading(site.url) as session:
            values = of_session(session, number or 0)
            html = environment().get_template("print/committee.html").render(**values, lang="fr")
    assert "Comité du jeudi 18 mars 2021" in html.replace("\u00a0", " ")
    assert reference in html
