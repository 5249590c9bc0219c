"""The parts that a relay may play, and what must become of two messages handed to it, one by one."""

from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from tests.notifications.rogue import (
    AS_USUAL,
    CUT,
    RUBBISH,
    SILENCE,
    Play,
    Script,
    say,
    say_and_cut,
)

UNREACHABLE, ENCRYPTION = RelayFault.UNREACHABLE, RelayFault.ENCRYPTION
AUTHENTICATION, SENDER, POLICY = (
    RelayFault.AUTHENTICATION,
    RelayFault.SENDER,
    RelayFault.POLICY,
)


class End(NamedTuple):
    """Where a message stands after one round; `again` says that it waits longer before the next."""

    status: Status
    outcome: str
    attempts: int = 1
    doubtful: bool = False
    again: bool = False


SENT = End(Status.SENT, "250 OK")
UNTOUCHED = End(Status.WAITING, "", attempts=0)
LATE = "pas de réponse à temps"
LOST = ("Connection lost", "Server not connected", "Unexpected EOF received")


def put_off(outcome: str, *, doubtful: bool = False) -> End:
    """Tried once, and to be tried again later."""
    return End(Status.DEFERRED, outcome, doubtful=doubtful, again=True)


def given_back(outcome: str) -> End:
    """The relay took nothing: as due as before, no attempt counted."""
    return End(Status.DEFERRED, outcome, attempts=0)


@dataclass(frozen=True)
class Case:
    """One behaviour. `rests`: the relay is left in peace afterwards, for that reason."""

    name: str
    script: Script = field(default_factory=dict)
    first: End = SENT
    second: End = SENT
    rests: RelayFault | None = None
    detail: str = ""  # in what a person reads when the relay rests
    got: int = 2  # mails that came in whole
    connections: int = 1
    tls: Literal["none", "starttls", "tls"] = "none"
    certificate: Literal["", "good", "unknown", "expired", "other name"] = ""
    password: str = ""
    size: bool = True


def _down(name: str, script: Script, rests: RelayFault, detail: str, **more: object) -> Case:
    """Nothing can be handed over: both messages stay as they were, and nothing came in."""
    down = Case(name, script, UNTOUCHED, UNTOUCHED, rests, detail, got=0)
    return replace(down, **more)  # type: ignore[arg-type] # the fields of a case


def _one(name: str, script: Script, first: End, **more: object) -> Case:
    """The first message has trouble, the second leaves."""
    one = Case(name, script, first, got=1)
    return replace(one, **more)  # type: ignore[arg-type] # the fields of a case


COMING_IN = (
    Case("as a good server does"),
    _down("says nothing at all", {"CONNECT": SILENCE}, UNREACHABLE, LATE),
    _down("hangs up before its banner", {"CONNECT": CUT}, UNREACHABLE, "Error connecting"),
    _down("421 banner", {"CONNECT": say_and_cut("421 4.3.2 Closed")}, UNREACHABLE, "421 4.3.2"),
    _down("554 banner", {"CONNECT": say_and_cut("554 No SMTP here")}, POLICY, "554 No SMTP"),
    _down("rubbish banner", {"CONNECT": RUBBISH}, UNREACHABLE, "Malformed"),
    Case("banner of several lines", {"CONNECT": Play(b"220-Welcome\r\n220 Go on\r\n")}),
    Case("banner byte by byte", {"CONNECT": Play(b"220 localhost\r\n", by_byte=True)}),
    _down("hangs up at EHLO", {"EHLO": CUT}, UNREACHABLE, ""),
    _down("silent at EHLO", {"EHLO": SILENCE}, UNREACHABLE, LATE),
    _down("421 at EHLO", {"EHLO": say_and_cut("421 Not now")}, UNREACHABLE, "421 Not now"),
    _down(
        "EHLO and HELO refused",
        {"EHLO": say("550 5.7.1 Bad name"), "HELO": say("550 5.7.1 Bad name")},
        POLICY,
        "550 5.7.1 Bad name",
    ),
    Case("HELO only", {"EHLO": say("502 Not implemented")}),
    Case("no SIZE, no 8BITMIME, no SMTPUTF8", {"EHLO": say("250 localhost")}, size=False),
)
SECURED = (
    Case("STARTTLS with a known certificate", tls="starttls", certificate="good"),
    Case("TLS at once with a known certificate", tls="tls", certificate="good"),
    _down("STARTTLS not offered", {}, ENCRYPTION, "STARTTLS", tls="starttls"),
    _down("STARTTLS refused for good", {"STARTTLS": say("502 No")}, ENCRYPTION, "502 No",
          tls="starttls", certificate="good"),
    _down("STARTTLS refused for now", {"STARTTLS": say("454 TLS not available")}, UNREACHABLE,
          "454 TLS not available", tls="starttls", certificate="good"),
    _down("rubbish instead of a handshake", {"STARTTLS": Play(b"220 Go\r\nrubbish rubbish\r\n")},
          ENCRYPTION, "", tls="starttls", certificate="good"),
    _down("hangs up in the handshake", {"STARTTLS": say_and_cut("220 Go")}, UNREACHABLE, "",
          tls="starttls", certificate="good"),
    _down("certificate of nobody known", {}, ENCRYPTION, "certificate verify failed",
          tls="starttls", certificate="unknown"),
    _down("certificate of nobody known, TLS at once", {}, ENCRYPTION, "certificate verify failed",
          tls="tls", certificate="unknown"),
    _down("certificate out of date", {}, ENCRYPTION, "expired", tls="starttls",
          certificate="expired"),
    _down("certificate of another name", {}, ENCRYPTION, "", tls="starttls",
          certificate="other name"),
    Case("password accepted", password="secret"),
    _down("535 password refused", {}, AUTHENTICATION, "535", password="faux"),
    _down("454 password cannot be checked now", {"AUTH": say("454 4.7.0 Later")}, UNREACHABLE,
          "454 4.7.0 Later", password="secret"),
    _down("AUTH not offered", {"EHLO": say("250 localhost")}, AUTHENTICATION, "AUTH",
          password="secret"),
)  # fmt: skip
ENVELOPE = (
    Case("530 at MAIL", {"MAIL": say("530 5.7.0 Authentication required")},
         given_back("530 5.7.0 Authentication required"), UNTOUCHED, AUTHENTICATION, "530", got=0),
    Case("550 our address at MAIL", {"MAIL": say("550 5.7.1 Not you")},
         given_back("550 5.7.1 Not you"), UNTOUCHED, SENDER, "550 5.7.1 Not you", got=0),
    _one("451 at MAIL", {"MAIL": [say("451 4.3.0 Later")]}, put_off("451 4.3.0 Later")),
    _one("452 at MAIL", {"MAIL": [say("452 4.3.1 Disk full")]}, put_off("452 4.3.1 Disk full")),
    _one("552 too big at MAIL", {"MAIL": [say("552 5.3.4 Too big")]},
         End(Status.REFUSED, "552 5.3.4 Too big")),
    _one("421 at MAIL", {"MAIL": [say_and_cut("421 Closing")]}, put_off("421 Closing"),
         connections=2),
    _one("hangs up at MAIL", {"MAIL": [CUT]}, put_off("*"), connections=2),
    _one("silent at MAIL", {"MAIL": [SILENCE]}, put_off(LATE), connections=2),
    _one("rubbish at MAIL", {"MAIL": [RUBBISH]}, put_off("Malformed*"), connections=2),
    _one("450 greylisted once", {"RCPT": [say("450 4.2.0 Greylisted")]},
         put_off("450 4.2.0 Greylisted")),
    _one("451 at RCPT", {"RCPT": [say("451 4.3.0 Local error")]}, put_off("451 4.3.0 Local error")),
    _one("452 at RCPT", {"RCPT": [say("452 4.2.2 Full")]}, put_off("452 4.2.2 Full")),
    _one("550 disabled at RCPT", {"RCPT": [say("550 5.2.1 Disabled")]},
         End(Status.REFUSED, "550 5.2.1 Disabled")),
    _one("551 at RCPT", {"RCPT": [say("551 Gone elsewhere")]},
         End(Status.REFUSED, "551 Gone elsewhere")),
    _one("552 mailbox full at RCPT", {"RCPT": [say("552 5.2.2 Over quota")]},
         End(Status.REFUSED, "552 5.2.2 Over quota")),
    _one("553 at RCPT", {"RCPT": [say("553 Name not allowed")]},
         End(Status.REFUSED, "553 Name not allowed")),
    _one("550 policy at RCPT", {"RCPT": [say("550 5.7.26 Unauthenticated")]},
         End(Status.HELD, "550 5.7.26 Unauthenticated")),
    _one("421 at RCPT", {"RCPT": [say_and_cut("421 4.7.0 Too fast")]}, put_off("421 4.7.0 Too fast"),
         connections=2),
    _one("hangs up at RCPT", {"RCPT": [CUT]}, put_off("*"), connections=2),
    _one("silent at RCPT", {"RCPT": [SILENCE]}, put_off(LATE), connections=2),
    _one("503 the dialogue is lost", {"RCPT": [say("503 Bad sequence")]},
         put_off("503 Bad sequence")),
    Case("251 at RCPT", {"RCPT": [say("251 Will forward")]}),
    Case("several lines at RCPT", {"RCPT": [Play(b"250-Yes\r\n250 Go on\r\n")]}),
)  # fmt: skip
CONTENT = (
    _one("451 at DATA", {"DATA": [say("451 4.3.0 Later")]}, put_off("451 4.3.0 Later")),
    _one("554 at DATA", {"DATA": [say("554 No valid recipients")]},
         End(Status.REFUSED, "554 No valid recipients")),
    _one("421 at DATA", {"DATA": [say_and_cut("421 Closing")]}, put_off("421 Closing"),
         connections=2),
    _one("hangs up at DATA", {"DATA": [CUT]}, put_off("*"), connections=2),
    _one("silent at DATA", {"DATA": [SILENCE]}, put_off(LATE), connections=2),
    _one("250 instead of 354", {"DATA": [say("250 OK")]}, put_off("250 OK")),
    _one("hangs up in the content", {"BODY": [CUT]}, put_off("*", doubtful=True), connections=2),
    _one("hangs up after the last dot", {"DOT": [CUT]}, put_off("*", doubtful=True), got=2,
         connections=2),
    _one("silent after the last dot", {"DOT": [SILENCE]}, put_off(LATE, doubtful=True), got=2,
         connections=2),
    _one("rubbish after the last dot", {"DOT": [RUBBISH]}, put_off("Malformed*", doubtful=True),
         got=2, connections=2),
    Case("slow 250 after the last dot", {"DOT": [Play(b"250 OK\r\n", wait=0.2)]}),
    Case("250 byte by byte", {"DOT": [Play(b"250 OK\r\n", by_byte=True)]}),
    Case("does not read for a while", {"BODY": [Play(wait=0.2)]}),
    _one("451 after the last dot", {"DOT": [say("451 4.3.0 Later")]}, put_off("451 4.3.0 Later"),
         got=2),
    _one("452 after the last dot", {"DOT": [say("452 4.3.1 Disk full")]},
         put_off("452 4.3.1 Disk full"), got=2),
    _one("421 after the last dot", {"DOT": [say_and_cut("421 4.3.0 Closing")]},
         put_off("421 4.3.0 Closing"), got=2, connections=2),
    _one("550 after the last dot", {"DOT": [say("550 5.6.0 Refused content")]},
         End(Status.REFUSED, "550 5.6.0 Refused content"), got=2),
    _one("552 after the last dot", {"DOT": [say("552 5.3.4 Too big")]},
         End(Status.REFUSED, "552 5.3.4 Too big"), got=2),
    _one("554 policy after the last dot", {"DOT": [say("554 5.7.1 Spam")]},
         End(Status.HELD, "554 5.7.1 Spam"), got=2),
    _one("554 after the last dot", {"DOT": [say("554 Transaction failed")]},
         End(Status.REFUSED, "554 Transaction failed"), got=2),
    _one("RSET refused after a refusal", {"RCPT": [say("550 5.2.1 Disabled")], "RSET": [CUT]},
         End(Status.REFUSED, "550 5.2.1 Disabled"), connections=2),
    Case("hangs up between two mails", {"DOT": [say_and_cut("250 OK")]}, connections=2),
    Case("421 for a dialogue that lasts too long", {
        "MAIL": [AS_USUAL, say_and_cut("421 4.4.2 Timeout")]}, connections=2),
    Case("hangs up at QUIT", {"QUIT": CUT}),
    Case("refuses QUIT", {"QUIT": say("500 Never")}),
)  # fmt: skip
CASES = (*COMING_IN, *SECURED, *ENVELOPE, *CONTENT)
