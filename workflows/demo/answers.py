"""What the play makes of reminders and of mail that comes back: answers, delays, an address that fails."""

from datetime import date
from decimal import Decimal

from sqlalchemy import select

from config.vocabulary import Duty
from models import FunderLine, Message, Obligation
from models.vocabulary import MessageStatus, Role
from workflows.acts import decide_line, extend
from workflows.answers import ask_delay, take_care
from workflows.bounces import hear, reinstate
from workflows.demo.cast import words
from workflows.demo.stage import Scene
from workflows.obligations import LIVE
from workflows.reminder_control import resume

WANTED = date(2021, 10, 29)
RETURNED = """\
From: MAILER-DAEMON@mx.porteur.example
To: {sender}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{number}@mx.porteur.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Your message could not be delivered.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.porteur.example

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 Unknown user

--B
Content-Type: text/rfc822-headers

Message-ID: {identifier}

--B--
"""


def share_of(scene: Scene, position: int, line: FunderLine) -> Decimal:
    """What the funder of that line gives: half of them less than asked, some nothing."""
    if position > 0 and (scene.part.index + position) % 4 == 0:
        return Decimal(0)
    share = Decimal("0.8") if scene.part.luck < 0.5 else Decimal(1)
    return (line.asked * share).quantize(Decimal(1))


def decide_early(scene: Scene) -> None:
    """The last of the funders decides some days before the committee; raises what the act raises."""
    position, line = list(enumerate(scene.application.lines))[-1]
    amount = share_of(scene, position, line)
    decide_line(scene.desk(Role.FUNDER), scene.application, line, amount, reference=said("early"))


def care(scene: Scene) -> None:
    """« Je m’en occupe », where the report is still owed; raises what the act raises."""
    if owed := _interim(scene):
        take_care(scene.desk(Role.GRANTEE), scene.application, owed)


def ask(scene: Scene) -> None:
    """« Délai demandé », where the report is still owed; raises what the act raises."""
    if owed := _interim(scene):
        ask_delay(scene.desk(Role.GRANTEE), scene.application, owed, WANTED, said("delay"))


def grant(scene: Scene) -> None:
    """The delay is granted; raises what the act raises."""
    if owed := _interim(scene):
        extend(scene.desk(Role.MANAGER), scene.application, owed, WANTED, said("granted"))


def refuse(scene: Scene) -> None:
    """The delay is refused; raises what the act raises."""
    if owed := _interim(scene):
        resume(scene.desk(Role.MANAGER), scene.application, owed, said("no_delay"))


def come_back(scene: Scene) -> None:
    """The last mail to the applicant comes back: nobody of that name there. Raises nothing."""
    query = select(Message).where(
        Message.application_id == scene.application.id,
        Message.person_id == scene.application.contact_id,
        Message.status == MessageStatus.SENT,
    )
    message = scene.session.scalars(query.order_by(Message.id.desc())).first()
    if message is not None:
        text = RETURNED.format(
            sender="contrat@ville.example",
            number=message.id,
            address=message.recipient,
            identifier=message.message_id,
        )
        hear(scene.session, text.encode(), scene.now)


def works_again(scene: Scene) -> None:
    """The address works again, and what was held for it leaves; raises `BadInput`."""
    reinstate(scene.session, scene.part.email)


def said(key: str) -> str:
    """The sentence that a person gives as a reason; raises `KeyError` for one not written."""
    return str(words()["sentences"][key])


def _interim(scene: Scene) -> Obligation | None:
    """The interim report, while it is owed: some sent theirs early, some owe none."""
    query = select(Obligation).where(
        Obligation.application_id == scene.application.id,
        Obligation.duty == Duty.INTERIM_REPORT,
        Obligation.status.in_(LIVE),
    )
    return scene.session.scalars(query).first()
