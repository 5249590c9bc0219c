"""What a relay's answer means: for this message, or for every message that we would hand to it."""

import re
from enum import StrEnum

from aiosmtplib import SMTPException, SMTPResponseException, SMTPTimeoutError

from config.i18n import gettext as _
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications.breaker import RelayDown
from notifications.claims import Result
from notifications.wording import one_line, shortened

AUTHENTICATION = frozenset({530, 534, 535, 538})
CLOSING, TOO_BIG = 421, 552
NOT_UNDERSTOOD = frozenset({500, 502, 503})  # the dialogue went wrong, not the message
FOR_GOOD = range(500, 600)
NO_MAILBOX = frozenset({550, 551, 553})
_NOBODY = re.compile(r"5\.1\.(?:1|2|3|6|10)\b")  # RFC 3463 and 7505: no such mailbox or domain
_POLICY = re.compile(r"5\.7\.\d{1,3}\b")  # RFC 3463: security or policy


class Stage(StrEnum):
    """How far a hand-over had got."""

    SENDER = "MAIL"
    RECIPIENT = "RCPT"
    DATA = "DATA"
    CONTENT = "content"


def judged(error: Exception, stage: Stage) -> Result:
    """What became of the message; raises `RelayDown` when the answer is about us, whatever we send."""
    if isinstance(error, SMTPResponseException) and error.code > 0:
        return _answered(error, stage)
    if not isinstance(error, SMTPException | OSError):  # an address that cannot be said in SMTP
        return Result(Status.REFUSED, said(error))
    return Result(
        Status.DEFERRED,
        said(error),
        doubtful=stage is Stage.CONTENT,  # it may have been taken, though the answer did not come
        trouble=RelayFault.UNREACHABLE,
    )


def _answered(error: SMTPResponseException, stage: Stage) -> Result:
    code, words = error.code, said(error)
    if code in AUTHENTICATION and stage is not Stage.CONTENT:
        raise RelayDown(RelayFault.AUTHENTICATION, words) from error
    if code not in FOR_GOOD or code in NOT_UNDERSTOOD:
        closing = code == CLOSING or code in NOT_UNDERSTOOD
        return Result(Status.DEFERRED, words, trouble=RelayFault.UNREACHABLE if closing else None)
    if stage is Stage.SENDER and code != TOO_BIG:
        raise RelayDown(RelayFault.SENDER, words) from error
    if _POLICY.match(error.message):
        return Result(Status.HELD, words, trouble=RelayFault.POLICY)
    at_recipient = stage is Stage.RECIPIENT and code in NO_MAILBOX
    nobody = at_recipient and _NOBODY.match(error.message) is not None
    return Result(Status.REFUSED, words, nobody=nobody)


def said(error: Exception) -> str:
    """The relay's own words when it answered, else what went wrong, on one line."""
    if isinstance(error, SMTPResponseException):
        return answer(error.code, error.message) if error.code > 0 else brief(error.message)
    if isinstance(error, SMTPTimeoutError):
        return _("pas de réponse à temps")
    return brief(str(error)) or type(error).__name__


def answer(code: int, text: str) -> str:
    """« 250 OK »."""
    return f"{code} {brief(text)}"


def brief(text: str) -> str:
    """Words of the other side, on one line and not too long."""
    return shortened(one_line(text), 500)
