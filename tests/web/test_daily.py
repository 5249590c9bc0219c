"""What those who open Jalon every day need of its pages: the next thing at hand, nothing lost on the way."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from models import Message, Person, RoleGrant
from models.session import transaction
from models.vocabulary import MessageStatus, Role
from tests.web.browser import page_of
from tests.web.forms import token_in
from tests.web.site import OWN, Site
from workflows.queries import get_contract

FUNDED = "CV112-2021-0004"  # of the grantee
ELIGIBLE = "CV112-2021-0005"  # on a fiche that Bpifrance leads among others


@pytest.fixture(autouse=True)
def _after_the_awards(site: Site) -> None:
    site.forget_limits()
    site.now = datetime(2021, 3, 21, 9, tzinfo=UTC)


def test_a_manager_reads_a_report_and_comes_back_to_the_application(site: Site) -> None:
    here = f"/dossiers/{FUNDED}"
    with site.client(site.as_role(Role.MANAGER)) as client:
        assert f'"{here}/bilan"' not in client.get(here).text
    with site.client(site.as_role(Role.GRANTEE)) as client:
        path = f"/mes-demandes/{FUNDED}/bilan"
        form = {"kind": "final", "ending": "new_dates", "comment": "Travaux."}
        form |= {"token": token_in(client.get(path).text), "asked_end": "2022-06-30"}
        assert client.post(path, data=form).status_code == 303

    with site.client(site.as_role(Role.MANAGER)) as client:
        assert f'"{here}/bilan"' in client.get(here).text
        page = client.get(f"{here}/bilan").text
        assert '"/bilans"' not in page  # which is for pilots
        form = {"token": token_in(page), "do": "return"}
        assert client.post(f"{here}/bilan", data=form | {"reason": " "}).status_code == 400
        answer = client.post(f"{here}/bilan", data=form | {"reason": "Trop tard."})
        assert answer.status_code == 303
        back = client.get(answer.headers["location"])
        assert back.status_code == 200
        assert re.search(r"C’est fait.*Renvoyer le bilan", back.text)
        assert "Corriger cette étape" not in back.text  # it moved nothing


def test_the_timeline_dates_its_mail_and_says_what_each_act_was_about(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        text = client.get(f"/dossiers/{FUNDED}").text
    mail = re.findall(r'<li class="mail">.*?</li>', text)
    assert mail
    assert all(re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", line) for line in mail)
    assert re.search(
        r"Donner un avis</strong>.*?<p class=\"small\">\w+ : (favorable|réservé)", text
    )


def test_accents_do_not_put_a_name_at_the_end(site: Site) -> None:
    with transaction(site.url) as session:
        contract = get_contract(session).id
        for name in ("Zoé Essai", "Élodie Essai", "Eloi Essai"):
            person = Person(email=f"{name[:3].lower()}@essai.example", name=name)
            session.add(person)
            session.flush()
            session.add(RoleGrant(person_id=person.id, role=Role.READER, contract_id=contract))
    with site.client(site.as_role(Role.MANAGER)) as client:
        names = re.findall(r">(\w+) Essai</a>", client.get("/annuaire").text)
        organisations = re.findall(
            r'<dt><a href="/annuaire/organismes/\d+">(\w)', client.get("/annuaire").text
        )
    assert names == ["Élodie", "Eloi", "Zoé"]
    assert organisations.index("É") < organisations.index("V")


@pytest.mark.parametrize(
    ("address", "tab"), [("/tableau", "/dossiers"), ("/rappels", "/courrier"), (f"/dossiers/{OWN}", "/dossiers")]
)  # fmt: skip
def test_a_page_without_a_tab_shows_which_one_it_is_part_of(
    site: Site, address: str, tab: str
) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        assert f'<a href="{tab}" aria-current="page">' in client.get(address).text


def test_the_home_page_tells_what_comes_later_and_what_is_ready(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        text = client.get("/").text
        assert "Plus tard (1)" in text
        assert "Prochain comité" in text
        assert "Inscrire au comité" not in text
    with site.client(site.as_role(Role.PILOT)) as client:
        form = {"token": token_in(client.get("/avis").text), f"verdict-{ELIGIBLE}": "favourable"}
        assert client.post("/avis", data=form).status_code == 303
    with site.client(site.as_role(Role.MANAGER)) as client:
        text = client.get("/").text
        assert re.search(r"Inscrire au comité.*avis donné.*: 1<", text)
        found = re.search(r'<form method="post" action="/dossiers/lot">.*?</form>', text)
        assert found
        form = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found[0].replace("&amp;", "&")))
        ahead = client.post("/dossiers/lot", data=form)
    assert ahead.status_code == 200
    # at the next session until another is chosen; those refused are no part of what will be done
    assert re.search(r'name="session" value="\d+" checked', ahead.text)
    hidden = re.findall(r'type="hidden" name="(reference|refused)" value="([\w-]+)"', ahead.text)
    assert [reference for name, reference in hidden if name == "reference"] == [ELIGIBLE]
    assert len(hidden) > 1


def test_opinions_to_give_are_counted_so_far_on_a_fiche(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.now = datetime(2021, 2, 10, 9, tzinfo=UTC)
    with site.client(site.as_role(Role.PILOT)) as client:
        assert re.search(
            r'"/avis\?fiche=1.3"><strong>[1-9]\d*</strong>', client.get("/mes-fiches").text
        )
        for name in ("workflows.portal.led.COUNTED", "web.pages.pilot.COUNTED"):
            monkeypatch.setattr(name, 0)
        assert '"/avis?fiche=1.3"><strong>0+</strong>' in client.get("/mes-fiches").text


def test_opinions_of_one_fiche_are_given_apart_and_no_reason_is_lost(site: Site) -> None:
    site.now = datetime(2021, 2, 10, 9, tzinfo=UTC)
    with site.client(site.as_role(Role.PILOT)) as client:
        assert '"/avis?fiche=1.3"' in client.get("/mes-fiches").text
        text = client.get("/avis?fiche=1.3").text
        waiting = re.findall(r'name="comment-([\w-]+)"', text)
        assert waiting
        assert 'name="comment-' not in client.get("/avis?fiche=1.10").text
        form = {"token": token_in(text), f"comment-{waiting[0]}": "Presque prêt"}
        kept = client.post("/avis?fiche=1.3", data=form).text
        assert "Motifs écrits sans avis choisi" in kept
        assert "Presque prêt" in kept
        form |= {f"verdict-{waiting[0]}": "favourable"}
        answer = client.post("/avis?fiche=1.3", data=form)
        assert answer.headers["location"] == "/avis?fait=1&fiche=1.3"


def test_filters_in_force_are_told_and_taken_away(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        for address in ("/tableau", "/dossiers"):
            away = f'href="{address}?appel=2021">Ôter les filtres'
            assert "Ôter les filtres" not in client.get(f"{address}?appel=2021").text
            assert away in client.get(f"{address}?appel=2021&fiche=1.3&texte=atelier").text
        assert "fiche 1.3" in client.get("/tableau?fiche=1.3").text
        nothing = client.get("/dossiers?etat=closed").text
        assert 'href="/dossiers">Voir tous les dossiers' in nothing


def test_what_is_wrong_with_a_snooze_is_said_where_it_was_typed(site: Site) -> None:
    page = f"/dossiers/{FUNDED}/rappels/{FUNDED}:final_report"
    with site.client(site.as_role(Role.MANAGER)) as client:
        form = {"token": token_in(client.get(page).text), "intent": "snooze"}
        form |= {"until": "1999-01-01", "reason": "Vu ensemble"}
        wrong = client.post(page, data=form)
        assert (wrong.status_code, "au plus tard" in wrong.text) == (400, True)
        assert 'value="1999-01-01"' in wrong.text
        assert wrong.text.count('value="Vu ensemble"') == 1
        done = client.post(page, data=form | {"until": "2021-04-02"})
        assert "C’est enregistré" in client.get(done.headers["location"]).text


@pytest.mark.slow
@pytest.mark.xdist_group("browser")
def test_the_way_back_leads_to_the_list_as_it_was_left(site: Site, browser: Browser) -> None:
    with page_of(browser, site, site.as_role(Role.MANAGER)) as page:
        page.goto("/dossiers?etat=funded&texte=ateliers")
        page.locator("tbody a").first.click()
        page.get_by_role("link", name="Voir l").or_(
            page.get_by_role("link", name="Noter un versement")
        ).first.click()
        page.locator("a.back").click()
        page.locator("a.back").click()
        expect(page.get_by_role("searchbox")).to_have_value("ateliers")
        assert page.url.endswith("/dossiers?etat=funded&texte=ateliers")
    with page_of(browser, site, site.as_role(Role.MANAGER), java_script_enabled=False) as page:
        page.goto(f"/dossiers/{FUNDED}")
        page.locator("a.back").click()
        assert page.url.endswith("/dossiers")


TOO_BIG = "9" * 25


@pytest.mark.parametrize(
    "address",
    [f"/dossiers?apres={TOO_BIG}", f"/courrier?avant={TOO_BIG}", f"/courrier/{TOO_BIG}",
     f"/annuaire/organismes/{TOO_BIG}", f"/seances/{TOO_BIG}/fiche.pdf", "/fiches?pilote=9999"],
)  # fmt: skip
def test_a_number_that_nothing_has_is_not_found(site: Site, address: str) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        assert client.get(address).status_code == 404


def test_an_error_leads_back_to_the_list_it_hangs_on(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        wrong = client.get("/dossiers?appel=2050")
        assert (wrong.status_code, "2050" in wrong.text) == (400, True)
        assert '<a href="/dossiers" data-back>' in wrong.text
        assert '<a href="/courrier" data-back>' in client.get("/courrier/99999").text


def test_what_the_directory_and_a_mail_refuse_is_said_where_it_was_typed(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        form = {"token": token_in(client.get("/annuaire").text), "intent": "organisation"}
        told = client.post("/annuaire/organismes", data=form | {"name": "Etat"})
        assert (told.status_code, "réunissez les deux" in told.text) == (400, True)
        assert 'name="name" value="Etat"' in told.text
        with transaction(site.url) as session:
            number = session.scalars(select(Message.id).order_by(Message.id)).first()
            session.get_one(Message, number).status = MessageStatus.WAITING
        told = client.post(f"/courrier/{number}", data=form | {"intent": "cancel", "reason": " "})
        assert (told.status_code, "Écrivez pourquoi" in told.text) == (400, True)
        assert 'id="where"' in told.text  # still the page of the message
        assert '<dd><a href="/dossiers/CV112-2021-' in told.text


def test_whoever_can_lift_a_refusal_is_not_told_that_they_can(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        step = f"/dossiers/{FUNDED}/etapes/declare_not_carried_out"
        text = client.get(step).text
        revision = re.search(r'name="revision" value="(\d+)"', text)
        assert revision
        form = {"token": token_in(text), "revision": revision[1], "to_repay": "0", "intent": "do"}
        told = client.post(step, data=form)
        assert (told.status_code, "Il faut un motif" in told.text) == (422, True)
        assert "Peut y remédier" not in told.text
