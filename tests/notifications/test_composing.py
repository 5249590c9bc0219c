"""Headers exactly as the RFCs ask, whatever people type into a field."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import BadInput
from notifications import samples
from notifications.composing import Envelope, compose, message_id, usable_address
from notifications.rendering import Rendered, render
from notifications.sender import Sender
from notifications.wording import one_line, several_lines, shortened
from tests.notifications.conftest import SENDER

LONG = "Comité départemental de soutien à la parentalité et à l’éducation populaire "
HOSTILE = st.text(max_size=300) | st.sampled_from([
    "Titre\r\nBcc: espion@ailleurs.example",
    "Titre\n\n<script>alert(1)</script>",
    "a@b.example, espion@ailleurs.example",
    "=?utf-8?b?U2Fib3RhZ2U=?=",
    "=?utf-8?q?a=0D=0ABcc:_espion@ailleurs.example?=",
    "«\u202e\u2066\x00\x07» </p></td></table>",
    "{{ 7 * 7 }} {% raw %} %(x)s %s",
    ".\r\n.\r\nRCPT TO:<espion@ailleurs.example>",
    LONG * 3,
])  # fmt: skip


def envelope(**changes: str) -> Envelope:
    given = {
        "key": "award:12:34",
        "template": "award",
        "name": "Élodie Née-Martin",
        "address": "elodie@asso.example",
        "contract_code": "CV112",
        "reference": "CV112-2021-0042",
    }
    return Envelope(**given | changes, composed_at=datetime(2024, 3, 1, 11, tzinfo=UTC))


def read(content: bytes) -> EmailMessage:
    mail = message_from_bytes(content, policy=default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_headers_of_a_mail() -> None:
    mail = read(compose(envelope(), render("award", samples.AWARD), SENDER))
    root = message_id("application:CV112-2021-0042", SENDER)
    assert {name: str(value) for name, value in mail.items()} == {
        "From": "Contrat de ville <contrat@ville.example>",
        "To": "Élodie Née-Martin <elodie@asso.example>",
        "Reply-To": "Contrat de ville <equipe@ville.example>",
        "Subject": "[CV112-2021-0042] Une subvention de 25\u202f000\u00a0€ vous est accordée",
        "Date": "Fri, 01 Mar 2024 12:00:00 +0100",
        "Message-ID": message_id("award:12:34", SENDER),
        "In-Reply-To": root,
        "References": root,
        "X-Jalon-Reference": "CV112-2021-0042",
        "X-Jalon-Template": "award",
        "Auto-Submitted": "auto-generated",
        "List-Id": "Jalon cv112 <cv112.jalon.ville.example>",
        "MIME-Version": "1.0",
        "Content-Type": mail["Content-Type"],
        "Content-Language": "fr",
    }
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.defects == []


def test_both_parts_arrive_as_they_were_written() -> None:
    words = render("award", samples.AWARD)
    mail = read(compose(envelope(), words, SENDER))
    parts = [(part.get_content_type(), part.get_content()) for part in mail.iter_parts()]
    assert [kind for kind, _text in parts] == ["text/plain", "text/html"]
    assert [text.replace("\r\n", "\n") for _kind, text in parts] == [words.text, words.html]


def test_the_same_key_makes_the_same_bytes() -> None:
    words = render("award", samples.AWARD)
    once = compose(envelope(), words, SENDER)
    assert compose(envelope(), words, SENDER) == once
    other = read(compose(envelope(key="award:12:35"), words, SENDER))
    assert other["Message-ID"] != read(once)["Message-ID"]
    assert other["References"] == read(once)["References"]


def test_a_mail_about_no_application_starts_no_thread() -> None:
    mail = read(compose(envelope(reference=""), Rendered("Objet", "t", "<p>t</p>"), SENDER))
    assert mail["References"] is mail["In-Reply-To"] is mail["X-Jalon-Reference"] is None


def test_a_mail_is_seven_bits_with_lines_that_any_relay_takes() -> None:
    content = compose(
        envelope(name=LONG, reference="R" * 40), render("award", samples.AWARD), SENDER
    )
    assert content.isascii()
    assert content.count(b"\n") == content.count(b"\r\n")
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_long_identifiers_are_never_folded() -> None:
    far = Sender("contrat@" + "sous-domaine." * 12 + "example", "Contrat", "r@ville.example")
    content = compose(envelope(), Rendered("Objet", "t", "<p>t</p>"), far)
    lines = content.split(b"\r\n")
    for header in (b"Message-ID: <", b"References: <", b"In-Reply-To: <", b"List-Id: "):
        (line,) = [line for line in lines if line.startswith(header)]
        assert line.endswith(b".example>")
        assert len(line) > 78
    assert read(content)["Message-ID"] == message_id("award:12:34", far)


@given(subject=HOSTILE, name=HOSTILE, reference=HOSTILE)
def test_no_field_can_add_a_header_or_a_recipient(subject: str, name: str, reference: str) -> None:
    words = Rendered(subject, "texte", "<p>texte</p>")
    content = compose(envelope(name=name, reference=reference), words, SENDER)
    mail = read(content)

    usual = read(compose(envelope(), Rendered("Objet", "t", "<p>t</p>"), SENDER))
    thread = {"In-Reply-To", "References", "X-Jalon-Reference"} if not reference else set()
    assert list(mail.keys()) == [name for name in usual if name not in thread]
    assert [a.addr_spec for a in mail["To"].addresses] == ["elodie@asso.example"]
    assert content.isascii()
    head = content.partition(b"\r\n\r\n")[0]
    words_in_head = re.findall(rb"=\?utf-8\?b\?[^?]*\?=", head)
    assert max(map(len, words_in_head), default=0) <= 75


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=250))
@pytest.mark.slow
def test_a_subject_arrives_whole(subject: str) -> None:
    wanted = one_line(subject).replace("=?", "= ?")
    got = read(compose(envelope(), Rendered(wanted, "t", "<p>t</p>"), SENDER))["Subject"]
    assert str(got).strip() == wanted


def test_words_that_look_encoded_arrive_as_typed() -> None:
    for typed in ("=?utf-8?b?U2Fib3RhZ2U=?= et après", "=?utf-8?q?a=0D=0ABcc:_x@y.example?="):
        mail = read(compose(envelope(name=typed), Rendered(typed, "t", "<p>t</p>"), SENDER))
        assert mail["Subject"] == typed.replace("=?", "= ?")
        assert mail["To"].addresses[0].display_name == typed.replace("=?", "= ?")
        assert mail["Bcc"] is None


def test_hidden_characters_are_dropped() -> None:
    assert one_line(" a\u202eb\x00c\r\n\td\u00a0€ ") == "abc d\u00a0€"
    assert several_lines("\n un\x85deux \r\n\n trois\u2066 \n\n") == "un\ndeux\n\ntrois"


@given(title=HOSTILE, reason=HOSTILE)
def test_hostile_words_leave_the_page_its_shape(title: str, reason: str) -> None:
    told = samples.DEFERRED.model_dump() | {"title": title, "reason": f"Motif {reason}"}
    page = render("deferred", type(samples.DEFERRED)(**told)).html
    plain = render("deferred", samples.DEFERRED).html
    assert _tags(page) == _tags(plain)
    assert "<script" not in page


@given(HOSTILE)
def test_words_made_safe_stay_on_their_lines(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1
    for line in several_lines(text).split("\n"):
        assert line == one_line(line)
    assert one_line(one_line(text)) == one_line(text)
    assert len(shortened(text, 20)) <= 20


@pytest.mark.parametrize(
    "address",
    [
        "personne",
        "a b@ville.example",
        "a@ville.example, b@ville.example",
        "a@ville.example\r\nBcc: b@ville.example",
        "élodie@ville.example",
        "a@localhost",
        "",
    ],
)
def test_an_address_that_gets_no_mail_is_refused_in_words(address: str) -> None:
    with pytest.raises(BadInput, match="ne peut pas recevoir de courriel"):
        usable_address(address)
    with pytest.raises(BadInput):
        compose(envelope(address=address), Rendered("Objet", "t", "<p>t</p>"), SENDER)


def test_an_accented_domain_travels_in_ascii() -> None:
    assert usable_address("mairie@sète.example") == "mairie@xn--ste-6la.example"


def _tags(html: str) -> list[str]:
    """The page's tags, but for the lines of the reason, as many as there are."""
    return [tag for tag in re.findall(r"</?\w+", html) if tag not in {"<p", "</p"}]
