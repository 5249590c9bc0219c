"""Write the pictures of the main pages to docs/pictures/, from a small season with invented people."""

import tempfile
from pathlib import Path

from sqlalchemy import select

from models import Application, Organisation, Person
from models.session import transaction
from models.vocabulary import Role
from tests.web.browser import DESKTOP, PHONE, chromium, page_of
from tests.web.site import OWN, Site, open_site

FOLDER = Path(__file__).parent / "pictures"
TITLES = (
    "Café des métiers de la Mosson", "Lire ensemble au Petit Bard", "Atelier couture solidaire",
    "Jardins partagés de Celleneuve", "Boxe éducative aux Cévennes", "Parlons français au marché",
    "Coding club de la Paillade", "Théâtre en bas des tours", "Fabrique de petites entreprises",
    "Sport santé au féminin", "Orchestre de quartier",
)  # fmt: skip
APPLICANTS = ("Les Mains vertes", "Mosson Avenir", "La Fabrique", "Ensemble au Petit Bard")
HANDLES = {  # the season knows these by their address
    "claire": "Claire Martin", "malik": "Malik Benali", "Camille Grantee": "Inès Puech",
    "Camille Pilot": "Karim Aubert",
}  # fmt: skip
PICTURES = {  # name: whose page, its address, its size
    "home": (Role.MANAGER, "/", DESKTOP),
    "applications": (Role.MANAGER, "/dossiers", DESKTOP),
    "move": (Role.MANAGER, f"/dossiers/{OWN}/etapes/declare_eligible", DESKTOP),
    "figures": (Role.MANAGER, "/chiffres", DESKTOP),
    "application-phone": (Role.MANAGER, "/dossiers/CV112-2021-0001", PHONE),
    "applicant-phone": (Role.GRANTEE, f"/mes-demandes/{OWN}", PHONE),
    "opinions": (Role.PILOT, "/avis", DESKTOP),
}


def name_things(site: Site) -> None:
    """Give the season titles and names that one may read."""
    with transaction(site.url) as session:
        for application, title in zip(
            session.scalars(select(Application).order_by(Application.id)), TITLES, strict=True
        ):
            application.title = title
        applicants = session.scalars(
            select(Organisation).where(Organisation.name.like("Association n° %"))
        )
        for applicant, name in zip(applicants, APPLICANTS, strict=True):
            applicant.name = name
        manager = select(Person).where(Person.email == "manager@essai.example")
        session.scalars(manager).one().name = "Claire Montels"
        for person in session.scalars(select(Person).where(Person.name.in_(HANDLES))):
            person.name = HANDLES[person.name]


def main() -> None:
    """Take every picture."""
    FOLDER.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        open_site(Path(folder)) as site,
        chromium() as browser,
    ):
        name_things(site)
        for name, (role, address, size) in PICTURES.items():
            with page_of(browser, site, site.as_role(role), size=size) as page:
                page.goto(address)
                page.screenshot(path=FOLDER / f"{name}.png")


if __name__ == "__main__":
    main()
