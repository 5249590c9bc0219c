"""Every page in a real browser: accessible, narrow, dark, valid, and asking nothing of elsewhere."""

from typing import Literal

import pytest
from playwright.sync_api import Browser

from models.vocabulary import Role
from tests.web.browser import DESKTOP, PHONE, ZOOMED, faults, html_faults, page_of
from tests.web.site import OWN, Site

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.xdist_group("browser")]
LOOKS: list[tuple[tuple[int, int], Literal["light", "dark"]]] = [
    (DESKTOP, "light"),
    (PHONE, "dark"),
    (ZOOMED, "light"),
]
FUNDED, ELIGIBLE = "CV112-2021-0001", "CV112-2021-0005"
PAGES = [
    (None, "/connexion"),
    (None, "/connexion/secours"),
    (None, "/nulle-part"),
    (Role.MANAGER, "/"),
    (Role.PILOT, "/"),
    (Role.GRANTEE, "/"),
    (Role.READER, "/"),
    (Role.MANAGER, "/dossiers"),
    (Role.MANAGER, "/dossiers?etat=closed"),
    (Role.MANAGER, "/dossiers?etat=funded&fiche=1.3&colonnes=appel,recu,depuis,demande"),
    (Role.MANAGER, "/dossiers?etat=submitted&depuis=30&colonnes=porteur,fiche,depuis"),
    (Role.PILOT, "/dossiers"),
    (Role.MANAGER, f"/dossiers/{OWN}"),
    (Role.MANAGER, f"/dossiers/{FUNDED}"),
    (Role.GRANTEE, f"/dossiers/{OWN}"),
    (Role.MANAGER, f"/dossiers/{OWN}/modifier"),
    (Role.MANAGER, f"/dossiers/{OWN}/etapes/declare_eligible"),
    (Role.MANAGER, f"/dossiers/{OWN}/etapes/declare_ineligible"),
    (Role.MANAGER, f"/dossiers/{ELIGIBLE}/etapes/refer"),
    (Role.MANAGER, f"/dossiers/{FUNDED}/etapes/declare_not_carried_out"),
    (Role.MANAGER, f"/dossiers/{FUNDED}/versements"),
    (Role.MANAGER, "/mes-sessions"),
    (None, "/appels"),
    (None, "/appels/2021"),
    (Role.GRANTEE, "/appels/2021"),
    (Role.GRANTEE, "/mes-demandes"),
    (Role.GRANTEE, f"/mes-demandes/{OWN}"),
    (Role.GRANTEE, "/brouillons/1"),
    (Role.GRANTEE, "/brouillons/1?verifier=1"),
    (Role.PILOT, "/mes-fiches"),
    (Role.PILOT, "/avis"),
    (Role.PILOT, "/bilans"),
    (Role.PILOT, "/mes-courriels"),
    (Role.MANAGER, "/mes-echeances"),
    (Role.GRANTEE, "/mes-echeances"),
    (Role.MANAGER, "/courrier"),
    (Role.MANAGER, "/courrier?etat=waiting"),
    (Role.MANAGER, "/courrier?destinataire=c&dossier=CV112-2021-0001"),
    (Role.MANAGER, "/courrier/1"),
    (Role.MANAGER, "/courrier/modeles"),
    (Role.MANAGER, "/courrier/modeles/award"),
    (Role.MANAGER, "/rappels"),
    (Role.MANAGER, f"/dossiers/{OWN}/rappels/{OWN}:eligibility_check"),
    (Role.MANAGER, "/chiffres"),
    (Role.MANAGER, "/calendrier"),
    (Role.MANAGER, "/calendrier/jour/2021-03-03"),
    (Role.MANAGER, "/tableau"),
    (Role.MANAGER, "/fiches"),
    (Role.MANAGER, "/fiches/1.3"),
    (Role.MANAGER, "/reglages"),
    (Role.ADMINISTRATOR, "/reglages"),
    (Role.ADMINISTRATOR, "/reglages/jetons"),
    (Role.MANAGER, "/reglages/webhooks"),
    (Role.MANAGER, "/reglages/webhooks?envois=echecs"),
    (Role.MANAGER, "/annuaire"),
    (Role.MANAGER, "/annuaire/organismes/2"),
    (Role.MANAGER, "/annuaire/personnes/1"),
    (Role.READER, "/annuaire/personnes/1"),
    (Role.MANAGER, "/calendrier/fermetures"),
    (Role.MANAGER, "/calendrier/comites"),
]


@pytest.mark.parametrize(("role", "address"), PAGES, ids=lambda value: str(value or ""))
def test_a_page_holds_at_each_size_and_in_both_schemes(
    site: Site, browser: Browser, role: Role | None, address: str
) -> None:
    secret = site.as_role(role) if role else ""
    found = {}
    with page_of(browser, site, secret) as page:
        page.goto(address)
        for (width, height), scheme in LOOKS:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=scheme)
            found[width, scheme] = faults(page)

    assert {look: said for look, said in found.items() if said} == {}
    with site.client(secret) as client:
        assert html_faults(client.get(address, follow_redirects=True).text) == []
