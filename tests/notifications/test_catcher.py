"""The local catcher, and the relays it stands in for: sign-on, encryption, what is wrong with them."""

import shutil
import ssl
import subprocess
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword
from pydantic import SecretStr

from config.settings import Settings
from models.errors import Unavailable
from models.vocabulary import MessageStatus as Status
from notifications.catcher import Catcher
from notifications.relay import Relay
from tests.notifications.postbox import NOW, deliver, fill, ids, one
from tests.notifications.servers import Scripted, impatient

pytestmark = pytest.mark.slow


def test_it_keeps_each_mail_once_under_a_name_of_its_own(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url, 2)
    with Catcher(tmp_path / "var" / "mail") as catcher:
        deliver(catcher.relay, sqlite_url)
    names = sorted(path.name for path in (tmp_path / "var" / "mail").iterdir())
    assert len(names) == 2
    assert all(name.startswith("20210215T093000Z-") and name.endswith(".eml") for name in names)
    kept = [message_from_bytes(p.read_bytes()) for p in (tmp_path / "var" / "mail").iterdir()]
    assert sorted(str(mail["Message-ID"]) for mail in kept) == sorted(ids(sqlite_url))


def test_it_can_count_without_keeping(sqlite_url: str, tmp_path: Path) -> None:
    fill(sqlite_url, 2)
    with Catcher(tmp_path / "mail", keep=False) as catcher:
        deliver(catcher.relay, sqlite_url)
    assert (catcher.count, catcher.by_template) == (2, {"award": 2})
    assert not (tmp_path / "mail").exists()


def test_a_port_that_is_taken_is_an_error_and_leaves_no_thread(tmp_path: Path) -> None:
    with (
        Catcher(tmp_path, keep=False) as first,
        pytest.raises(OSError, match="in use"),
        Catcher(tmp_path, port=first.relay.port),
    ):
        pass


class Guarded(Scripted):
    """A relay that wants a name and a password."""

    def _talk(self) -> SMTP:
        def check(
            _server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any
        ) -> AuthResult:
            assert isinstance(data, LoginPassword)
            return AuthResult(success=data == LoginPassword(b"jalon", b"secret"), handled=False)

        return SMTP(
            self,
            hostname="localhost",
            loop=self._loop,
            authenticator=check,
            auth_required=True,
            auth_require_tls=False,
        )


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_a_wrong_password_is_said_and_loses_nothing(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Guarded() as server:
        relay = impatient(server.relay)
        with pytest.raises(Unavailable, match="535"):
            deliver(replace(relay, username="jalon", password="faux"), sqlite_url)
        assert one(sqlite_url).status is Status.WAITING
        hours = timedelta(hours=1)
        with pytest.raises(Unavailable, match="530"):
            deliver(relay, sqlite_url, NOW + hours)
        signed_on = replace(relay, username="jalon", password="secret")
        assert deliver(signed_on, sqlite_url, NOW + 3 * hours).sent == 1


class Encrypted(Scripted):
    """A relay whose certificate nobody vouches for."""

    def __init__(self, certificate: Path) -> None:
        super().__init__()
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(certificate)

    def _talk(self) -> SMTP:
        return SMTP(self, hostname="localhost", loop=self._loop, tls_context=self.context)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed: no certificate can be made for this test")
    path = tmp_path / "self-signed.pem"
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run(
        [*made, "-keyout", path, "-out", tmp_path / "cert.pem"], check=True, capture_output=True
    )
    path.write_text(path.read_text() + (tmp_path / "cert.pem").read_text())
    return path


def test_a_certificate_that_nobody_vouches_for_is_refused(
    sqlite_url: str, certificate: Path
) -> None:
    fill(sqlite_url, 1)
    with Encrypted(certificate) as server:
        encrypted = replace(server.relay, tls="starttls")
        with pytest.raises(Unavailable, match="certificate verify failed"):
            deliver(encrypted, sqlite_url)
        assert (one(sqlite_url).status, server.received) == (Status.WAITING, [])
        known = replace(encrypted, ca_file=str(certificate))
        assert deliver(known, sqlite_url, NOW + timedelta(hours=1)).sent == 1


def test_encryption_that_is_not_offered_is_not_done_without(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Scripted() as server:
        with pytest.raises(Unavailable, match="STARTTLS"):
            deliver(replace(server.relay, tls="starttls"), sqlite_url)
        assert server.received == []


def test_a_relay_is_read_off_the_settings() -> None:
    assert Relay.of(Settings()) is None
    assert Relay("relais", 25).tls == "starttls"
    settings = Settings(
        smtp_host="relais.ville.example",
        smtp_username="jalon",
        smtp_password=SecretStr("secret"),
        sender_address="contrat@ville.example",
    )
    relay = Relay.of(settings)
    assert relay == Relay("relais.ville.example", 587, "starttls", "jalon", "secret")
    assert str(relay) == "relais.ville.example:587"
    assert "secret" not in repr(relay)
