"""The emergency account: a password and a code, each code once, slower at each failure, told to everybody."""

from datetime import datetime, timedelta

import httpx
import pyotp
import pytest
from sqlalchemy import delete, select

from models import EmergencyAccount, JournalEntry, Message, WebSession
from models.account import Means
from models.errors import BadInput, NotFound
from models.session import transaction
from models.vocabulary import Act
from tests.web.site import NOW, Site
from tests.web.test_signing_in import post
from workflows.accounts.emergency import FAILURES, Kit, open_account, try_account

ADMIN, PASSWORD = "administrator@essai.example", "le cheval boit du thé vert"


@pytest.fixture
def kit(site: Site) -> Kit:
    site.forget_limits()
    site.now = NOW
    with transaction(site.url) as session:
        session.execute(delete(EmergencyAccount))
        session.execute(delete(WebSession))
        return open_account(session, ADMIN, PASSWORD, NOW)


def code_at(kit: Kit, now: datetime) -> str:
    return pyotp.TOTP(kit.secret).at(now)


def tried(
    site: Site, code: str, now: datetime = NOW, password: str = PASSWORD, email: str = ADMIN
) -> str:
    """What came of an attempt: `in`, or the code of the reason."""
    with transaction(site.url) as session:
        found = try_account(session, email, password, code, now)
        return "in" if found.person else found.reason.code if found.reason else ""


def test_an_administrator_comes_in_and_everybody_is_told(site: Site, kit: Kit) -> None:
    before, woken = NOW, site.woken
    with site.client() as client:
        form = {"email": ADMIN.upper(), "password": PASSWORD, "suite": "/reglages"}
        wrong = post(client, "/connexion/secours", **form, code="0")
        assert 'name="suite" value="/reglages"' in wrong.text, "the page asked for is kept"
        entered = post(client, "/connexion/secours", **form, code=code_at(kit, before))
        assert (entered.status_code, entered.headers["location"]) == (303, "/reglages")
        assert client.get("/").status_code == 200
    assert site.woken == woken + 1
    with transaction(site.url) as session:
        assert session.scalars(select(WebSession.means)).all() == [Means.CODE]
        entry = session.scalars(
            select(JournalEntry).where(JournalEntry.action == Act.EMERGENCY_SIGN_IN)
        ).all()[-1]
        mail = session.scalars(select(Message).where(Message.entry_id == entry.id)).all()
        assert {m.template for m in mail} == {"emergency_used"}
        assert {"claire@contrat.example", "malik@contrat.example"} <= {m.recipient for m in mail}


def test_a_code_serves_once_and_for_a_short_while(site: Site, kit: Kit) -> None:
    code = code_at(kit, NOW)
    assert tried(site, code) == "in"
    assert tried(site, code) == "wrong"
    assert tried(site, code_at(kit, NOW - timedelta(seconds=30))) == "wrong", "older than the last"
    assert tried(site, code_at(kit, NOW + timedelta(seconds=30))) == "in", "the clocks may differ"
    assert tried(site, code_at(kit, NOW + timedelta(minutes=5))) == "wrong"


def test_a_recovery_code_serves_once(site: Site, kit: Kit) -> None:
    assert len(set(kit.codes)) == 10
    assert tried(site, f" {kit.codes[3].upper()} ") == "in"
    assert tried(site, kit.codes[3]) == "wrong"
    assert tried(site, kit.codes[4]) == "in"


def test_secrets_are_not_kept_as_they_are(site: Site, kit: Kit) -> None:
    with transaction(site.url) as session:
        found = session.scalars(select(EmergencyAccount)).one()
        assert PASSWORD not in found.password_hash
        assert found.password_hash.startswith("$argon2id$")
        assert not set(kit.codes) & set(found.recovery)


@pytest.mark.parametrize(
    "changes",
    [{"password": PASSWORD + "!"}, {"email": "claire@contrat.example"}, {"code": "000000"}],
)
def test_what_was_wrong_is_not_told(site: Site, kit: Kit, changes: dict[str, str]) -> None:
    said = {"code": code_at(kit, NOW), "password": PASSWORD, "email": ADMIN} | changes
    assert tried(site, said["code"], NOW, said["password"], said["email"]) == "wrong"


def test_failures_close_the_account_for_longer_and_longer(site: Site, kit: Kit) -> None:
    now = NOW
    for number in range(FAILURES):
        last = tried(site, "000000", now)
        assert last == ("locked" if number == FAILURES - 1 else "wrong")
    assert tried(site, code_at(kit, now), now) == "locked", "even with what is right"
    now += timedelta(minutes=15)
    assert tried(site, "000000", now) == "locked"
    assert tried(site, code_at(kit, now), now + timedelta(minutes=29)) == "locked"
    now += timedelta(minutes=30)
    assert tried(site, code_at(kit, now), now) == "in"
    assert tried(site, "000000", now) == "wrong", "counted anew"


def test_the_page_says_what_is_wrong_and_slows_down(site: Site, kit: Kit) -> None:
    with site.client() as client:
        answers: list[httpx.Response] = [
            post(client, "/connexion/secours", email=ADMIN, password="faux", code="1")
            for _time in range(11)
        ]
    assert [a.status_code for a in answers] == 10 * [422] + [429]
    assert "ne convient pas" in answers[0].text
    assert "faux" not in answers[0].text
    assert "Trop d’essais" in answers[5].text


def test_an_administrator_who_is_one_no_more_stays_out(site: Site, kit: Kit) -> None:
    from models import RoleGrant
    from models.vocabulary import Role

    with transaction(site.url) as session:
        grants = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR))
        for grant in grants.all():
            grant.role = Role.READER
        session.flush()
        assert try_account(session, ADMIN, PASSWORD, code_at(kit, NOW), NOW).person is None
        session.rollback()


@pytest.mark.parametrize(
    ("email", "password", "kind", "said"),
    [
        ("nobody@essai.example", PASSWORD, NotFound, "jalon people add"),
        ("manager@essai.example", PASSWORD, BadInput, "--role administrator"),
        (ADMIN, "court", BadInput, "12 à 200"),
    ],
)
def test_who_may_not_have_one(
    site: Site, email: str, password: str, kind: type[Exception], said: str
) -> None:
    with transaction(site.url) as session, pytest.raises(kind, match=said):
        open_account(session, email, password, NOW)
