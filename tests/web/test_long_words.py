"""What somebody typed in one piece, without a space, pushes no page beyond its window."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from models import Application, Obligation, Organisation
from models.session import transaction
from models.vocabulary import ObligationStatus, Role
from tests.web.browser import DESKTOP, PHONE, page_of
from tests.web.site import Site, open_site

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("browser")]
FUNDED = "CV112-2021-0001"
PAGES = (
    "/", f"/dossiers?texte={FUNDED}", "/tableau", f"/dossiers/{FUNDED}",
    f"/dossiers/{FUNDED}/versements", f"/dossiers/{FUNDED}/etapes/declare_not_carried_out",
    f"/dossiers/{FUNDED}/rappels/{FUNDED}:final_report", f"/courrier?dossier={FUNDED}", "/rappels",
    "/mes-echeances",
)  # fmt: skip


def in_one_piece(site: Site) -> str:
    """Type so; the page of a day on which that application owes something."""
    with transaction(site.url) as session:
        found = session.scalars(select(Application).where(Application.reference == FUNDED)).one()
        found.title = "Anticonstitutionnel" * 14
        session.get_one(Organisation, found.applicant_id).name = "Associationdeshabitants" * 8
        due = select(Obligation.effective_on).where(
            Obligation.application_id == found.id, Obligation.status == ObligationStatus.OPEN
        )
        return f"/calendrier/jour/{session.scalars(due).first()}"


def test_pages_stay_within_their_window(browser: Browser, tmp_path: Path) -> None:
    wide = {}
    with open_site(tmp_path) as site:
        day = in_one_piece(site)
        with page_of(browser, site, site.as_role(Role.MANAGER)) as page:
            for address in (*PAGES, day):
                page.goto(address)
                for width, height in (DESKTOP, PHONE):
                    page.set_viewport_size({"width": width, "height": height})
                    beyond = "document.documentElement.scrollWidth - window.innerWidth"
                    wide[address, width] = page.evaluate(beyond)
    assert {where: by for where, by in wide.items() if by > 0} == {}
