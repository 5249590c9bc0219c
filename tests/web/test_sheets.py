"""Sheets to print: whole, tagged for readers, and loading nothing."""

import re
import zlib

import pytest

from models.session import reading, transaction
from models.vocabulary import Role, State
from tests.needs import pango
from tests.web.site import Site, open_site
from tests.workflows.world import world_in
from web.templating import environment
from workflows.committee_sheet import session_whole
from workflows.queries import get_contract


@pytest.fixture(autouse=True)
def _pango() -> None:
    pango()


def words_in(pdf: bytes) -> bytes:
    """The streams of a PDF, inflated."""
    return b"".join(
        zlib.decompress(found) if found.startswith(b"x") else found
        for found in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
        if found.startswith(b"x")
    )


def test_the_sheet_of_an_application_is_a_tagged_pdf(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        answer = client.get("/dossiers/CV112-2021-0001/fiche.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.content.startswith(b"%PDF-")
    assert b"pdfuaid" in answer.content or b"pdfuaid" in words_in(answer.content)
    assert b"/URI" not in answer.content


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
            found, rows = session_whole(session, get_contract(session).id, number or 0)
            html = environment().get_template("print/committee.html").render(
                session=found, applications=rows, contract=get_contract(session), now=site.now,
                lang="fr",
            )  # fmt: skip
    assert "Comité du jeudi 18 mars 2021" in html.replace("\u00a0", " ")
    assert reference in html
