"""What a manager does with mail and reminders on their pages: each works, and each guard holds."""

import re
from datetime import date
from html import unescape

import httpx
import pytest
from sqlalchemy import select, update

from models import Message, Obligation, ObligationAnswer, ReminderRun
from models.session import transaction
from models.vocabulary import AnswerKind, MessageStatus, Role
from tests.web.forms import token_in
from tests.web.site import Site
from web.pages import mail
from workflows import mail_search
from workflows.brake import batch_name

DUTY = "CV112-2021-0001:final_report"  # due on 30 June 2022
PAGE = f"/dossiers/CV112-2021-0001/rappels/{DUTY}"


class Manager:
    """A manager who posts forms."""

    def __init__(self, client: httpx.Client) -> None:
        self.client, self.token = client, token_in(client.get("/annuaire").text)

    def post(self, path: str, **form: str) -> httpx.Response:
        return self.client.post(path, data={"token": self.token, **form})


def answers(site: Site) -> list[tuple[AnswerKind, date | None, int | None]]:
    with transaction(site.url) as session:
        query = (
            select(ObligationAnswer.kind, ObligationAnswer.until, ObligationAnswer.rung)
            .join(Obligation, Obligation.id == ObligationAnswer.obligation_id)
            .where(Obligation.key == DUTY)
        )
        rows = session.execute(query.order_by(ObligationAnswer.id))
        return [(kind, until, rung) for kind, until, rung in rows]


def test_reminders_are_put_to_sleep_skipped_and_go_on(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        manager = Manager(client)
        sleep = {"intent": "snooze", "until": "2021-04-02", "reason": "Ils sont prévenus"}
        for wrong in ({"reason": ""}, {"until": "bientôt"}, {"until": "2021-03-19"}):
            assert manager.post(PAGE, **(sleep | wrong)).status_code == 400
        assert manager.post(PAGE, intent="resume").status_code == 400, "nothing waits"
        assert answers(site) == []

        assert manager.post(PAGE, **sleep).headers["location"] == f"{PAGE}?fait=oui"
        assert answers(site) == [(AnswerKind.SNOOZED, date(2021, 4, 2), None)]
        assert "2 avril 2021" in client.get(PAGE).text
        assert 'href="/rappels"' in client.get(PAGE).text, "on to the next one"
        assert manager.post(PAGE, intent="resume").status_code == 303
        assert [kind for kind, _until, _rung in answers(site)][1:] == [AnswerKind.RESUMED]

        skip = {"intent": "skip", "rung": "J-30", "reason": "Vu au téléphone"}
        assert manager.post(PAGE, **(skip | {"reason": " "})).status_code == 400
        assert manager.post(PAGE, **(skip | {"rung": "J-999"})).status_code == 400
        assert manager.post(PAGE, **skip).status_code == 303
        assert answers(site)[2] == (AnswerKind.SKIPPED, None, -30)
        assert manager.post(PAGE, intent="autre").status_code == 400


def test_a_duty_is_handled_under_its_own_application_alone(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        elsewhere = PAGE.replace("CV112-2021-0001/rappels", "CV112-2021-0002/rappels")
        sleep = {"intent": "snooze", "until": "2021-04-02", "reason": "Ils sont prévenus"}
        before = answers(site)
        assert Manager(client).post(elsewhere, **sleep).status_code == 404
        assert (client.get(elsewhere).status_code, answers(site)) == (404, before)


@pytest.fixture
def number(site: Site) -> int:
    """A message that waits."""
    with transaction(site.url) as session:
        found = session.scalars(select(Message.id).order_by(Message.id)).first()
        waiting = {"status": MessageStatus.WAITING, "outcome": ""}
        session.execute(update(Message).where(Message.id == found).values(**waiting))
    return found or 0


def status(site: Site, number: int) -> MessageStatus:
    with transaction(site.url) as session:
        return session.get_one(Message, number).status


def tabs(page: str) -> list[str]:
    found = page[page.index('class="tabs"') :].partition("</ul>")[0]
    return [unescape(link) for link in re.findall('href="([^"]+)"', found)]


def recipients(page: str) -> set[str]:
    return set(re.findall(r'<td role="cell">([^<]+@[^<]+)</td>', page))


def test_mail_is_found_by_its_recipient_whatever_its_state(site: Site) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        everybody = recipients(client.get("/courrier").text)
        wanted = min(a for a in everybody if a.startswith("contact"))
        page = client.get(f"/courrier?destinataire={wanted[:8].upper()}").text
        assert {wanted} <= recipients(page) < everybody
        assert all(a.startswith(wanted[:8]) for a in recipients(page))
        kept = f"destinataire={wanted[:8]}"
        assert [kept in tab for tab in tabs(page)] == [True] * len(tabs(page))
        narrow = client.get(tabs(page)[1]).text
        assert f'name="etat" value="{MessageStatus.WAITING}"' in narrow
        assert f'value="{wanted[:8]}"' in narrow
        assert tabs(narrow)[0] == f"/courrier?{kept}"
        both = client.get(f"/courrier?dossier=CV112-2021-0001&{kept}").text
        assert all("dossier=CV112-2021-0001" in tab and kept in tab for tab in tabs(both))
        none = client.get("/courrier?destinataire=personne%22%3E").text
        assert "qui commence par « personne&#34;&gt; »" in none.replace("\u00a0", " ").replace(
            "\u202f", " "
        )
        assert tabs(none) == ["/courrier?destinataire=personne%22%3E"]


def test_more_addresses_than_are_looked_at_are_told(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail, "ADDRESSES", 1)
    monkeypatch.setattr(mail_search, "ADDRESSES", 1)
    with site.client(site.as_role(Role.MANAGER)) as client:
        page = client.get("/courrier?destinataire=c").text
    assert "adresses commencent ainsi" in page
    assert len(recipients(page)) == 1


def test_a_message_that_somebody_saw_to_meanwhile_is_named_by_its_words(
    site: Site, number: int
) -> None:
    with transaction(site.url) as session:
        message = session.get_one(Message, number)
        key, subject, recipient = message.key, message.subject, message.recipient
        message.status = MessageStatus.HELD
    with site.client(site.as_role(Role.MANAGER)) as client:
        said = Manager(client).post(f"/courrier/{number}", intent="retry")
    assert said.status_code == 422
    told = unescape(said.text).partition("Rien n’a été changé")[2].partition("</div>")[0]
    assert subject in told
    assert recipient in told
    assert key not in told


def test_a_batch_that_was_let_go_meanwhile_is_told_above_the_mail(site: Site) -> None:
    with transaction(site.url) as session:
        day, released = date(2021, 3, 19), site.now
        held = {"held_because": "Trop.", "released_at": released, "rules": "", "digests": 3}
        session.add(ReminderRun(day=day, at=released, late=0, **held))
    with site.client(site.as_role(Role.MANAGER)) as client:
        woken, said = site.woken, Manager(client).post("/courrier/lots", batch=batch_name(day))
        assert said.status_code == 400
        assert "Ce lot a déjà été libéré." in said.text
        assert 'class="tabs"' in said.text, "the mail is there to go on with"
        assert site.woken == woken


def test_a_message_is_given_up_with_a_reason_and_sent_after_all(site: Site, number: int) -> None:
    with site.client(site.as_role(Role.MANAGER)) as client:
        manager, path = Manager(client), f"/courrier/{number}"
        assert manager.post(path, intent="cancel", reason="  ").status_code == 400
        assert status(site, number) is MessageStatus.WAITING
        done = manager.post(path, intent="cancel", reason="Doublon").headers["location"]
        assert done == f"{path}?fait=oui"
        assert "C’est enregistré." in client.get(done).text
        assert status(site, number) is MessageStatus.CANCELLED
        assert "Doublon" in client.get(path).text
        assert manager.post(path, intent="cancel", reason="Encore").status_code == 422


def test_a_held_message_is_let_go_and_wakes_the_delivery(site: Site, number: int) -> None:
    with transaction(site.url) as session:
        session.get_one(Message, number).status = MessageStatus.HELD
    with site.client(site.as_role(Role.MANAGER)) as client:
        manager, path, woken = Manager(client), f"/courrier/{number}", site.woken
        assert manager.post(path, intent="autre").status_code == 400
        assert (status(site, number), site.woken) == (MessageStatus.HELD, woken)
        assert manager.post(path, intent="release").status_code == 303
        assert (status(site, number), site.woken) == (MessageStatus.WAITING, woken + 1)
        assert manager.post(path, intent="release").status_code == 422, "it is held no more"


def test_opinions_on_what_is_not_theirs_tell_a_pilot_nothing(site: Site) -> None:
    """Another's application and one that does not exist are refused in the same words."""
    with site.client(site.as_role(Role.PILOT)) as client:
        right = token_in(client.get("/avis").text)
        others, none = "CV112-2021-0011", "CV112-2021-9999"
        form = {"token": right, f"verdict-{others}": "favourable", f"verdict-{none}": "favourable"}
        said = client.post("/avis", data=form)
        assert said.status_code == 200
        assert said.text.count("pas parmi les vôtres") == 2
        assert "Atelier d’écriture" not in said.text
