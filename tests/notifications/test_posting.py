"""What a mail carries as it leaves: an address of its own, a link to stop it, a signature."""

import subprocess
from collections.abc import Callable
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import dkim
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from config.errors import ConfigError
from config.settings import load_settings
from models import Message
from models.session import transaction
from notifications import call_news, outbox
from notifications.posting import UNSUBSCRIBE_PATH, Posting, current_posting
from notifications.tokens import (
    Unsubscription,
    bounce_token,
    read_bounce,
    read_unsubscription,
    unsubscribe_token,
)
from tests.notifications.postbox import NOW, deliver, fill, one
from tests.notifications.servers import Scripted
from tests.notifications.world import World, a_world

SECRET = "un secret de plus de trente-deux caractères"
KEY = SECRET.encode()


class Envelopes(Scripted):
    """Keeps the envelope's sender of each mail."""

    def __init__(self) -> None:
        super().__init__()
        self.senders: list[str] = []

    async def handle_MAIL(self, server, session, envelope, address, options):  # type: ignore[no-untyped-def] # noqa: N802 # as aiosmtpd calls
        self.senders.append(address)
        return await super().handle_MAIL(server, session, envelope, address, options)


def settle_on(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"JALON_{name}", str(value))
    current_posting.cache_clear()


@given(st.integers(0, 2**40 - 1))
def test_a_bounce_token_comes_back_whatever_its_case(number: int) -> None:
    token = bounce_token(KEY, number)
    assert len(token) == 24
    assert read_bounce(KEY, token) == read_bounce(KEY, token.upper()) == number
    assert read_bounce(b"another secret", token) is None


@given(st.integers(1, 2**40), st.sampled_from(["call_open", "withdrawn_staff"]))
def test_an_unsubscription_comes_back(person: int, template: str) -> None:
    token = unsubscribe_token(KEY, person, template)
    assert read_unsubscription(KEY, token) == Unsubscription(person, template)
    assert read_unsubscription(KEY, token.replace(str(person), str(person + 1), 1)) is None


@given(st.text(max_size=60) | st.from_regex(r"[0-9]{1,3}\.[a-z_]{3,12}\.[a-z2-7]{32}"))
def test_what_is_not_ours_is_nothing(token: str) -> None:
    assert read_bounce(KEY, token) is None
    assert read_unsubscription(KEY, token) is None


def test_a_token_serves_one_purpose_only() -> None:
    assert read_unsubscription(KEY, f"1.call_open.{bounce_token(KEY, 1)}") is None
    assert read_bounce(KEY, unsubscribe_token(KEY, 1, "call_open").rpartition(".")[2]) is None


@pytest.mark.slow
def test_each_message_has_a_return_address_of_its_own(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle_on(monkeypatch, MAIL_SECRET=SECRET, BOUNCE_ADDRESS="retours@ville.example")
    fill(sqlite_url, 2)
    with Envelopes() as server:
        assert deliver(server.relay, sqlite_url).sent == 2
    assert len(set(server.senders)) == 2
    for place, address in enumerate(server.senders):
        local, _at, domain = address.partition("@")
        assert (domain, local.partition("+")[0], len(local) <= 64) == (
            "ville.example",
            "retours",
            True,
        )
        assert read_bounce(KEY, local.partition("+")[2]) == one(sqlite_url, f"award-{place}").id


@pytest.mark.slow
def test_without_a_secret_the_plain_address_is_used(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Envelopes() as server:
        deliver(server.relay, sqlite_url)
    assert server.senders == ["contrat@ville.example"]


def announce(world: World) -> Message:
    return outbox.owe(
        world.session,
        key="call_open:1:1",
        template="call_open",
        context=call_news.CALL_OPEN,
        person=world.grantee,
        contract_id=world.contract.id,
        now=NOW,
    )


@pytest.mark.parametrize(("scheme", "one_click"), [("https", True), ("http", False)])
def test_only_an_optional_mail_can_be_stopped(
    world: World, monkeypatch: pytest.MonkeyPatch, scheme: str, *, one_click: bool
) -> None:
    settle_on(monkeypatch, MAIL_SECRET=SECRET, PUBLIC_URL=f"{scheme}://jalon.ville.example")
    mail = message_from_bytes(announce(world).content, policy=default)
    link = str(mail["List-Unsubscribe"])
    start = f"<{scheme}://jalon.ville.example{UNSUBSCRIBE_PATH}"
    assert link.startswith(start)
    found = read_unsubscription(KEY, link.removeprefix(start).removesuffix(">"))
    assert found == Unsubscription(world.grantee.id, "call_open")
    said = mail["List-Unsubscribe-Post"]
    assert said == ("List-Unsubscribe=One-Click" if one_click else None)

    must = message_from_bytes(world.award().content, policy=default)
    assert must["List-Unsubscribe"] is None
    assert must["List-Unsubscribe-Post"] is None


def test_without_a_secret_there_is_no_link(world: World) -> None:
    assert b"List-Unsubscribe" not in announce(world).content


@pytest.fixture
def rsa(tmp_path: Path) -> Path:
    path = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", path, "2048"], check=True, capture_output=True)
    return path


def published(key: Path) -> Callable[..., bytes]:
    """What the DNS would say of that key."""
    made = ["openssl", "rsa", "-in", str(key), "-pubout", "-outform", "DER"]
    import base64

    der = subprocess.run(made, check=True, capture_output=True).stdout
    return lambda *_name, **_more: b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)


@pytest.mark.slow
def test_a_mail_is_signed_as_it_leaves_and_the_signature_holds_on_arrival(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch, rsa: Path
) -> None:
    settle_on(monkeypatch, DKIM_KEY=rsa, DKIM_SELECTOR="jalon1", MAIL_SECRET=SECRET,
              PUBLIC_URL="https://jalon.ville.example")  # fmt: skip
    with transaction(sqlite_url) as session:
        announce(a_world(session))
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url).sent == 1
    (came,) = server.received
    with transaction(sqlite_url) as session:
        frozen = session.scalars(select(Message.content)).one()
    assert came.endswith(frozen)
    assert dkim.verify(came, dnsfunc=published(rsa))
    assert not dkim.verify(came.replace(b"Subject: ", b"Subject: Re "), dnsfunc=published(rsa))
    header = bytes(came[: came.index(b"From:")]).replace(b"\r\n ", b"").replace(b" ", b"").lower()
    assert b"d=ville.example;" in header
    assert b"list-unsubscribe-post" in header


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"BOUNCE_ADDRESS": "retours@ville.example"}, "JALON_MAIL_SECRET : absente"),
        ({"MAIL_SECRET": "court"}, "JALON_MAIL_SECRET"),
        ({"DKIM_KEY": "/nulle/part.pem", "DKIM_SELECTOR": "a"}, "un fichier lisible"),
        ({"DKIM_KEY": __file__}, "JALON_DKIM_SELECTOR : absente"),
        ({"DKIM_KEY": __file__, "DKIM_SELECTOR": "a"}, "une clé privée RSA au format PEM"),
    ],
)
def test_a_setting_at_fault_is_named(
    monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str
) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"JALON_{name}", value)
    with pytest.raises(ConfigError) as refused:
        Posting.of(load_settings())
    assert said in "\n".join(map(str, refused.value.problems))
