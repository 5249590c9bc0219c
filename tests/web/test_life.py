"""The whole life of one application, through the three roles, in a real browser: from a call to closed.

Once on a desktop, once on a phone, once without JavaScript; and the form by keyboard alone.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect
from sqlalchemy import select

from models import Application, Message
from models.session import reading
from models.vocabulary import Outcome, Role, State
from tests.web.browser import DESKTOP, PHONE, faults, page_of
from tests.web.site import Site
from tests.workflows.attachments.samples import PDF
from workflows.audit import verify
from workflows.queries import get_contract

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]

WRITING = datetime(2020, 12, 10, 9, tzinfo=UTC)
CHECKING = datetime(2021, 1, 12, 9, tzinfo=UTC)
ADVISING = datetime(2021, 2, 10, 9, tzinfo=UTC)
REFERRING = datetime(2021, 3, 12, 9, tzinfo=UTC)
DECIDING = datetime(2021, 3, 19, 9, tzinfo=UTC)
ENDING = datetime(2022, 1, 3, 9, tzinfo=UTC)
REPORTING = datetime(2022, 5, 2, 9, tzinfo=UTC)
REVIEWING = datetime(2022, 5, 20, 9, tzinfo=UTC)
FILE: FilePayload = {"name": "Bilan 2021.pdf", "mimeType": "application/pdf", "buffer": PDF}
LOOKS = [
    pytest.param("desktop", DESKTOP, True, id="desktop", marks=pytest.mark.long),
    pytest.param("phone", PHONE, True, id="phone", marks=pytest.mark.long),
    pytest.param("without-scripts", PHONE, False, id="without-scripts"),
]


def held(page: Page) -> None:
    """The page is accessible, valid and not wider than the window."""
    assert faults(page) == []


class Life:
    """One application, and the people around it."""

    def __init__(self, site: Site, browser: Browser, name: str, **options: object) -> None:
        self.site, self.browser, self.options = site, browser, options
        self.scripts = bool(options.get("java_script_enabled", True))
        self.title, self.email = f"Ateliers {name}", f"{name}@porteur.example"
        self.reference = ""

    @contextmanager
    def as_somebody(self, secret: str, now: datetime) -> Iterator[Page]:
        self.site.now = now
        with page_of(self.browser, self.site, secret, **self.options) as page:  # type: ignore[arg-type]
            yield page

    @contextmanager
    def as_role(self, role: Role, now: datetime) -> Iterator[Page]:
        self.site.now = now
        with self.as_somebody(self.site.as_role(role), now) as page:
            yield page

    @contextmanager
    def as_applicant(self, now: datetime) -> Iterator[Page]:
        self.site.now = now
        with self.as_somebody(self.site.signed_in(self.email), now) as page:
            yield page

    def check(self, page: Page) -> None:
        if self.scripts:  # the checker itself is a script
            held(page)

    def move(self, trigger: str, button: str, now: datetime, **fields: str) -> None:
        """A manager's step, by its page."""
        with self.as_role(Role.MANAGER, now) as page:
            page.goto(f"/dossiers/{self.reference}/etapes/{trigger}")
            for name, value in fields.items():
                page.locator(f"[name={name}]").first.fill(value)
            page.get_by_role("button", name=button, exact=True).click()
            expect(page.get_by_role("status")).to_contain_text("C’est fait")

    def state(self) -> tuple[State, Outcome | None]:
        with reading(self.site.url) as session:
            query = select(Application.state, Application.outcome)
            row = session.execute(query.where(Application.reference == self.reference)).one()
            return row.state, row.outcome


def link_to(site: Site, email: str, page: Page) -> str:
    """The sign-in link mailed to that address; it is written just after the answer has left."""
    query = select(Message.content).where(Message.template == "sign_in", Message.recipient == email)
    content = None
    for _attempt in range(200):
        with reading(site.url) as session:
            content = session.scalars(query.order_by(Message.id.desc())).first()
        if content is not None:
            break
        page.wait_for_timeout(50)
    assert content is not None, "no link was mailed in ten seconds"
    mail = message_from_bytes(content, policy=policy.default)
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    found = re.search(r"/connexion/lien/\S+", text)
    assert found
    return found[0]


def comes_in(life: Life, page: Page) -> None:
    """From the call, by an address nobody knew, through the mailed link, back to the call."""
    page.goto("/appels")
    page.get_by_role("link", name="Appel à projets 2021").click()
    expect(page.get_by_text("Ouvert jusqu’au lundi 4 janvier 2021 inclus.")).to_be_visible()
    life.check(page)
    page.get_by_role("link", name="Commencer, ou reprendre").click()
    page.get_by_label("Adresse électronique").fill(life.email)
    page.get_by_role("button", name="Recevoir un lien").click()
    expect(page.get_by_role("heading", name="Regardez votre messagerie")).to_be_visible()
    page.goto(link_to(life.site, life.email, page))
    page.get_by_role("button", name="Me connecter").click()
    expect(page).to_have_url(re.compile("/appels/2021$"))
    page.get_by_role("button", name="Commencer une demande", exact=True).click()


def writes(life: Life, page: Page) -> None:
    """The form: looked at empty, filled in with two mistakes, mended, with a file."""
    page.get_by_role("button", name="Vérifier et relire").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Points à corriger : 12")
    life.check(page)
    summary.get_by_role("link", name="Donnez un titre à votre action.").click()
    page.get_by_label("Fiche du contrat de ville").select_option("1.3")
    page.get_by_label("Titre de l’action").fill(life.title)
    page.get_by_label("Description").fill("Des ateliers chaque mercredi.")
    page.get_by_label("Mosson").check()
    page.get_by_label("Début de l’action").fill("2021-01-04")
    page.get_by_label("Fin de l’action", exact=True).fill("2021-12-31")
    if life.scripts:  # the list of what is to mend follows
        expect(summary.get_by_role("link", name="Donnez un titre")).to_be_hidden()
    page.get_by_label("Nom de la structure").fill("Les Ateliers")
    page.get_by_label("SIRET", exact=True).fill("552 100 554 00014")
    page.get_by_label("Personne à joindre").fill("Inès Puech")
    page.get_by_label("Total des charges").fill("20000")
    page.get_by_label("Ville", exact=True).fill("5 000")
    page.get_by_label("Autres produits").fill("12000")
    page.get_by_label("Choisir des fichiers").set_input_files([FILE])
    page.get_by_role("button", name="Joindre ces fichiers").click()
    expect(page.get_by_role("link", name="Bilan 2021.pdf")).to_be_visible()
    page.get_by_role("button", name="Vérifier et relire").click()
    expect(summary).to_contain_text("n’est pas un SIRET valable")
    expect(summary).to_contain_text("Il manque 3")
    life.check(page)
    page.get_by_label("SIRET", exact=True).fill("552 100 554 00013")
    page.get_by_label("État", exact=True).fill("3000")
    page.get_by_role("button", name="Vérifier et relire").click()
    expect(page.get_by_role("heading", name="Relire et déposer")).to_be_visible()
    life.check(page)


def submits(life: Life, page: Page) -> None:
    page.get_by_role("button", name="Déposer ma demande").click()
    told = page.get_by_role("status")
    expect(told).to_contain_text("Votre demande est déposée, sous la référence CV112-2021-")
    life.check(page)
    life.reference = page.url.partition("?")[0].rpartition("/")[2]
    expect(page.get_by_text("Reçue", exact=True)).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Bilan 2021.pdf").click()
    assert download.value.path().read_bytes() == PDF


def is_advised(life: Life) -> None:
    """The pilot, among several, in one form."""
    with life.as_role(Role.PILOT, ADVISING) as page:
        page.goto("/mes-fiches")
        life.check(page)
        page.get_by_role("link", name="Avis à donner").first.click()
        row = page.locator("fieldset.opinion", has_text=life.title)
        row.get_by_label("favorable", exact=True).check()
        row.get_by_label("Motifs").fill("Utile au quartier.")
        life.check(page)
        page.get_by_role("button", name="Enregistrer les avis choisis").click()
        expect(page.get_by_role("status")).to_contain_text("Avis enregistrés : 1")
        expect(page.get_by_text(life.title)).to_have_count(0)


def is_awarded(life: Life) -> None:
    with life.as_role(Role.MANAGER, REFERRING) as page:
        page.goto(f"/dossiers/{life.reference}/etapes/refer")
        page.locator("input[name=session]").first.check()
        page.get_by_role("button", name="Inscrire au comité", exact=True).click()
    with life.as_role(Role.MANAGER, DECIDING) as page:
        page.goto(f"/dossiers/{life.reference}/etapes/award")
        for amount in page.locator("[name^=amount-]").all():
            amount.fill("2500")
        page.get_by_label("Référence de la décision").fill("Délibération 2021-31")
        page.get_by_label("Date de la décision").fill("2021-03-18")
        page.get_by_role("button", name="Attribuer", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("C’est fait")


def reports(life: Life) -> None:
    """First without its figures, then whole, with a file."""
    with life.as_applicant(REPORTING) as page:
        page.goto("/mes-demandes")
        life.check(page)
        page.get_by_role("link", name=life.title).click()
        life.check(page)
        page.get_by_role("link", name="Rendre compte", exact=True).click()
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("Dites si l’action a eu lieu.")
        life.check(page)
        page.get_by_label("Oui : voici le bilan").check()
        page.get_by_label("Ce que l’action a coûté").fill("19 500")
        page.get_by_label("Ce qui a été fait").fill("Vingt enfants, trente séances.")
        page.get_by_label("Choisir des fichiers").set_input_files([FILE])
        page.get_by_role("button", name="Envoyer", exact=True).click()
        expect(page.get_by_role("status")).to_contain_text("Envoyé, merci.")


def is_reviewed(life: Life) -> None:
    """Sent back without a reason is refused; then approved."""
    with life.as_role(Role.PILOT, REVIEWING) as page:
        page.goto("/bilans")
        life.check(page)
        page.get_by_role("link", name=life.title).click()
        page.get_by_role("button", name="Renvoyer pour correction").click()
        expect(page.get_by_role("alert")).to_contain_text("il faut dire ce qui manque")
        life.check(page)
        page.get_by_role("button", name="Approuver").click()
        expect(page.get_by_role("status")).to_contain_text("Approuvé.")


@pytest.mark.parametrize(("name", "size", "scripts"), LOOKS)
def test_the_whole_life_of_an_application(
    site: Site, browser: Browser, name: str, size: tuple[int, int], scripts: bool
) -> None:
    site.forget_limits()
    life = Life(site, browser, name, size=size, java_script_enabled=scripts)
    with life.as_somebody("", WRITING) as page:
        comes_in(life, page)
        writes(life, page)
        submits(life, page)
    life.move("declare_eligible", "Déclarer recevable", CHECKING)
    is_advised(life)
    is_awarded(life)
    assert life.state() == (State.FUNDED, None)
    life.move("start_reporting", "Demander le bilan", ENDING)
    reports(life)
    is_reviewed(life)
    life.move("accept_report", "Accepter le bilan et clore", REVIEWING)
    assert life.state() == (State.CLOSED, Outcome.COMPLETED)
    with life.as_applicant(REVIEWING) as page:
        page.goto(f"/mes-demandes/{life.reference}")
        expect(page.get_by_text("Terminée", exact=True)).to_be_visible()
        expect(page.get_by_text("vous n’avez plus rien à faire")).to_be_visible()
        life.check(page)
    with reading(site.url) as session:
        assert list(verify(session, get_contract(session))) == []
