"""The outbox as a screen shows it: a page of messages, how many wait for a person, one message read."""

from collections.abc import Sequence
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, literal, select, union_all
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Message
from models.errors import NotFound
from models.vocabulary import MessageStatus
from workflows.mail_search import ids_to

A_PAGE = 50
COUNTED = 999


class Line(NamedTuple):
    """One message in a list."""

    id: int
    recipient: str
    template: str
    subject: str
    due_at: datetime
    status: MessageStatus
    outcome: str
    doubtful: bool
    reference: str | None


class Page(NamedTuple):
    """Some messages, the latest first, and the id to go on before; None on the last page."""

    lines: Sequence[Line]
    before: int | None


class Read(NamedTuple):
    """A message as its reader sees it."""

    headers: list[tuple[str, str]]
    text: str
    html: str


def page_of_mail(
    session: Session,
    contract_id: int,
    *,
    status: MessageStatus | None = None,
    reference: str = "",
    addresses: Sequence[str] | None = None,
    before: int | None = None,
) -> Page:
    """Messages of a contract, narrowed to a status, one application, some addresses; raises nothing."""
    m = Message
    query = (
        select(
            m.id, m.recipient, m.template, m.subject, m.due_at, m.status, m.outcome, m.doubtful,
            Application.reference,
        )
        .outerjoin(Application, Application.id == m.application_id)
        .where(m.contract_id == contract_id)
        .order_by(m.id.desc())
        .limit(A_PAGE + 1)
    )  # fmt: skip
    narrowed: list[ColumnElement[bool]] = []
    if status is not None:
        narrowed.append(m.status == status)
    if reference:
        narrowed.append(_about(reference))
    if before is not None:
        narrowed.append(m.id < before)
    if addresses is not None:
        narrowed = [m.id.in_(ids_to(contract_id, addresses, A_PAGE + 1, *narrowed))]
    query = query.where(*narrowed)
    lines = [Line(*row) for row in session.execute(query)]
    return Page(lines[:A_PAGE], lines[A_PAGE - 1].id if len(lines) > A_PAGE else None)


def counts_of_mail(session: Session, contract_id: int) -> dict[MessageStatus, int]:
    """How many messages in each status, counted up to a thousand; raises nothing."""
    parts = []
    for status in MessageStatus:
        some = select(literal(1)).where(
            Message.contract_id == contract_id, Message.status == status
        )
        within = some.limit(COUNTED + 1).subquery()
        parts.append(select(literal(status.value), func.count()).select_from(within))
    rows = session.execute(union_all(*parts))
    return {MessageStatus(status): count for status, count in rows}


def counts_within(
    session: Session, contract_id: int, reference: str, addresses: Sequence[str] | None
) -> dict[MessageStatus, int] | None:
    """The same of one application, or of some addresses; None where there are too many to count.

    Raises nothing.
    """
    query = select(Message.status).where(Message.contract_id == contract_id)
    if reference:
        query = query.where(_about(reference))
    if addresses is not None:
        query = query.where(Message.recipient.in_(addresses))
    within = query.limit(COUNTED + 1).subquery()
    rows = session.execute(select(within.c.status, func.count()).group_by(within.c.status))
    found = {MessageStatus(status): count for status, count in rows}
    return found if sum(found.values()) <= COUNTED else None


def _about(reference: str) -> ColumnElement[bool]:
    wanted = select(Application.id).where(Application.reference == reference)
    return Message.application_id.in_(wanted)


def message_of(session: Session, contract_id: int, number: int) -> Message:
    """One message of a contract, whole; raises `NotFound`."""
    found = session.get(Message, number)
    if found is None or found.contract_id != contract_id:
        raise NotFound(_("Ce message n’existe pas."))
    return found


def about_of(session: Session, message: Message) -> tuple[str, str] | None:
    """The reference and the title of the application it is about; None for a digest. Raises nothing."""
    query = select(Application.reference, Application.title)
    row = session.execute(query.where(Application.id == message.application_id)).one_or_none()
    return (row[0], row[1]) if row else None


def read_message(content: bytes) -> Read:
    """Its headers and its two parts; raises nothing."""
    mail = message_from_bytes(content, policy=policy.default)
    wanted = ("From", "To", "Reply-To", "Subject", "Date", "Message-ID")
    headers = [(name, str(mail[name])) for name in wanted if mail[name]]
    return Read(headers, _part(mail, "plain"), _part(mail, "html"))


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    return str(body.get_content()) if body else ""
