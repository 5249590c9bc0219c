"""From words to the bytes of a mail: its headers and its two parts, the same for the same key."""

import binascii
import hashlib
import re
from base64 import encodebytes
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

from config.i18n import gettext as _
from models.errors import BadInput
from notifications.formats import PARIS
from notifications.rendering import Rendered
from notifications.sender import Sender
from notifications.wire import WIRE, identifier
from notifications.wording import one_line, shortened

LONGEST_NAME = 810  # a person's and an organisation's, as the database holds them
ONE_CLICK = "List-Unsubscribe=One-Click"
_TO = re.compile(rb"^To:[^\r\n]*(?:\r\n[ \t][^\r\n]*)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Envelope:
    """What a mail carries beside its words: to whom, about what, since when."""

    key: str
    template: str
    name: str
    address: str
    contract_code: str
    composed_at: datetime
    reference: str = ""
    language: str = "fr"
    calendar: str = ""  # a file of dated duties, attached
    unsubscribe: str = ""  # where an optional mail is stopped
    answers_to: str = ""  # who reads the answers, and where, when it is not the team
    answers_at: str = ""


def compose(envelope: Envelope, words: Rendered, sender: Sender) -> bytes:
    """The whole mail as it will leave; raises BadInput when its address cannot get mail."""
    mail, team = EmailMessage(policy=WIRE), (sender.name, sender.reply_to)
    mail["From"] = _mailbox("From", sender.name, sender.address)
    mail["To"] = _to(envelope.name, envelope.address, sender)
    answers = (envelope.answers_to, envelope.answers_at)
    mail["Reply-To"] = _mailbox("Reply-To", *(answers if all(answers) else team))
    mail["Subject"] = _unencoded(words.subject)
    mail["Date"] = envelope.composed_at.astimezone(PARIS).replace(microsecond=0)
    mail["Message-ID"] = message_id(envelope.key, sender)
    if envelope.reference:
        root = message_id(f"application:{envelope.reference}", sender)
        mail["In-Reply-To"] = mail["References"] = root
        mail["X-Jalon-Reference"] = _unencoded(envelope.reference)
    mail["X-Jalon-Template"] = _usual("X-Jalon-Template", envelope.template)
    mail["Auto-Submitted"] = _usual("Auto-Submitted", "auto-generated")
    list_name = identifier(envelope.contract_code)
    mail["List-Id"] = _usual("List-Id", f"Jalon {list_name} <{list_name}.jalon.{sender.domain}>")
    _add_ways_out(mail, envelope)
    mail["MIME-Version"] = _usual("MIME-Version", "1.0")
    mail.make_alternative(boundary=f"jalon-{digest(envelope.key)}")
    mail["Content-Language"] = _usual("Content-Language", envelope.language)
    mail.attach(_part("plain", words.text))
    mail.attach(_part("html", words.html))
    if envelope.calendar:
        mail.make_mixed(boundary=f"jalon-mixed-{digest(envelope.key)}")
        mail.attach(_calendar(envelope.calendar))
    return mail.as_bytes()


def addressed(content: bytes, name: str, address: str, sender: Sender) -> bytes:
    """The same mail for another address: no byte of it differs but its To; raises BadInput."""
    line = WIRE.fold_binary("To", _to(name, address, sender)).rstrip()
    head, blank, body = content.partition(b"\r\n\r\n")
    return _TO.sub(lambda _old: line, head, count=1) + blank + body


def _to(name: str, address: str, sender: Sender) -> Any:
    own = {sender.address, sender.reply_to}  # already checked, and may be a local one
    return _mailbox("To", name, address if address in own else usable_address(address))


def _add_ways_out(mail: EmailMessage, envelope: Envelope) -> None:
    """How an optional mail is stopped: RFC 2369, and by one click RFC 8058, which asks for https."""
    if envelope.unsubscribe:
        mail["List-Unsubscribe"] = f"<{envelope.unsubscribe}>"
        if envelope.unsubscribe.startswith("https:"):
            mail["List-Unsubscribe-Post"] = _usual("List-Unsubscribe-Post", ONE_CLICK)


def message_id(key: str, sender: Sender) -> str:
    """The identifier of the mail of that key: known before it is composed, the same every time."""
    return f"<{digest(key)}@{sender.domain}>"


def digest(key: str) -> str:
    """A short name for a key, fit for identifiers and file names."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def usable_address(address: str) -> str:
    """`address` in ASCII; raises BadInput when no mail can be sent to it."""
    try:
        checked = validate_email(address, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise BadInput(
            _("L’adresse « {address} » ne peut pas recevoir de courriel : corrigez-la.").format(
                address=one_line(address)
            )
        ) from error
    return checked.ascii_email or checked.normalized


@lru_cache(maxsize=2048)
def _mailbox(header: str, name: str, address: str) -> Any:
    """A header of one address, kept: the email package takes its time to make one."""
    shown = shortened(_unencoded(name), LONGEST_NAME)
    return WIRE.header_factory(header, Address(shown, addr_spec=address))


@lru_cache(maxsize=256)
def _usual(header: str, value: str) -> Any:
    """A header that many mails share."""
    return WIRE.header_factory(header, value)


def _unencoded(text: str) -> str:
    """Typed words that look like an encoded word are not one: decoded, they could hide a line end."""
    return one_line(text).replace("=?", "= ?")


def _calendar(text: str) -> EmailMessage:
    """The dated duties, as a file that calendars open."""
    part = EmailMessage(policy=WIRE)
    method = "CANCEL" if "METHOD:CANCEL" in text else "PUBLISH"
    part["Content-Type"] = f'text/calendar; charset="utf-8"; method={method}; name="echeances.ics"'
    part["Content-Disposition"] = 'attachment; filename="echeances.ics"'
    part["Content-Transfer-Encoding"] = _usual("Content-Transfer-Encoding", "base64")
    part.set_payload(encodebytes(text.encode()).decode("ascii"))
    return part


def _part(kind: str, text: str) -> EmailMessage:
    """Quoted-printable, so that every relay takes it; binascii is ten times as fast as email's own."""
    part = EmailMessage(policy=WIRE)
    part["Content-Type"] = _usual("Content-Type", f'text/{kind}; charset="utf-8"')
    part["Content-Transfer-Encoding"] = _usual("Content-Transfer-Encoding", "quoted-printable")
    part.set_payload(binascii.b2a_qp(text.encode(), istext=True).decode("ascii"))
    return part
