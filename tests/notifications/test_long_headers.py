"""Headers longer than 78 characters arrive whole, byte for byte, through a real server."""

from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from models import Message
from models.session import transaction
from notifications.composing import Envelope, compose
from notifications.rendering import Rendered
from notifications.sender import Sender
from tests.notifications.conftest import SENDER
from tests.notifications.postbox import NOW, deliver, fill
from tests.notifications.servers import Scripted

pytestmark = pytest.mark.slow

ENVELOPE = Envelope(
    key="award:1:1",
    template="award",
    name="Association pour la promotion de la médiation et de l’éducation à la santé, Hauts de Massane",
    address=f"{'a' * 60}@{'b' * 60}.{'c' * 60}.example",
    contract_code="CV112",
    composed_at=NOW,
    reference="CV112-2021-0001",
    unsubscribe=f"https://jalon.ville.example/courriels/arret/12.call_open.{'a2' * 60}",
)
WORDS = Rendered(
    f"[CV112-2021-0001] {'Une subvention vous est accordée, « à titre exceptionnel » ' * 6}fin",
    "Texte.\n.\n..\n.point en tête\n",
    "<p>Page.</p>\n.\n",
)
LONG_SENDER = replace(SENDER, name="Contrat de ville de Montpellier Méditerranée Métropole " * 2)


def sent(url: str, content: bytes) -> bytes:
    """The mail as a real server got it."""
    fill(url, 1)
    with transaction(url) as session:
        session.scalars(select(Message)).one().content = content
    with Scripted() as server:
        assert deliver(server.relay, url).sent == 1
    (came,) = server.received
    return came


def test_every_byte_of_long_headers_arrives(sqlite_url: str) -> None:
    content = compose(ENVELOPE, WORDS, LONG_SENDER)
    assert len(max(content.split(b"\r\n"), key=len)) > 78
    came = sent(sqlite_url, content)
    assert came == content

    mail = message_from_bytes(came, policy=default)
    assert str(mail["Subject"]) == " ".join(WORDS.subject.split(" "))
    assert mail["To"].addresses[0].addr_spec == ENVELOPE.address
    raw = message_from_bytes(came)["To"]  # Python's newer parser keeps blanks between words
    assert str(make_header(decode_header(raw.rpartition("<")[0].strip()))) == ENVELOPE.name
    assert str(mail["List-Unsubscribe"]) == f"<{ENVELOPE.unsubscribe}>"
    assert mail["References"] == mail["In-Reply-To"]
    assert [len(mail.get_all(name, [])) for name in ("To", "From", "Subject", "Message-ID")] == [
        1
    ] * 4


def test_no_line_is_longer_than_smtp_allows() -> None:
    lines = compose(ENVELOPE, WORDS, LONG_SENDER).split(b"\r\n")
    assert max(map(len, lines)) <= 998


@pytest.mark.parametrize("sender", [SENDER, LONG_SENDER])
@given(st.text(min_size=1, max_size=400), st.text(max_size=200))
def test_whatever_is_typed_there_is_one_of_each_header(
    sender: Sender, subject: str, name: str
) -> None:
    content = compose(replace(ENVELOPE, name=name), replace_subject(subject), sender)
    mail = message_from_bytes(content, policy=default)
    assert (
        mail.keys() == message_from_bytes(compose(ENVELOPE, WORDS, sender), policy=default).keys()
    )
    assert len(mail["To"].addresses) == 1
    assert max(map(len, content.split(b"\r\n"))) <= 998


def replace_subject(subject: str) -> Rendered:
    return Rendered(subject, WORDS.text, WORDS.html)
