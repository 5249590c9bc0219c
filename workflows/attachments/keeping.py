"""Files kept in the database, and read back part by part."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Attachment, AttachmentPart
from models.attachment import PART_BYTES
from models.errors import BadInput, NotFound
from workflows.attachments.inspecting import Inspected

AT_MOST = 20  # files of one draft, or of one application's piece or report


class Owner(NamedTuple):
    """What a file belongs to: a draft, or an application and there a piece or a report."""

    draft_id: int | None = None
    application_id: int | None = None
    piece_id: int | None = None
    report_id: int | None = None


def keep(
    session: Session, file: Inspected, owner: Owner, *, given_by: int | None, now: datetime
) -> Attachment:
    """Write the file down, for `owner`; raises `BadInput` when it has too many already."""
    if len(attachments_of(session, owner)) >= AT_MOST:
        raise BadInput(_("Il y a déjà {most} fichiers ici : retirez-en un.").format(most=AT_MOST))
    kept = Attachment(
        **owner._asdict(),
        given_by=given_by,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        given_at=now,
    )
    session.add(kept)
    session.flush()
    for position, start in enumerate(range(0, len(file.content), PART_BYTES)):
        part = file.content[start : start + PART_BYTES]
        session.add(AttachmentPart(attachment_id=kept.id, position=position, content=part))
        session.flush()
    return kept


def attachments_of(session: Session, owner: Owner) -> list[Attachment]:
    """The files of a draft, of an application (all of them), of a piece or of a report; raises nothing."""
    query = select(Attachment).order_by(Attachment.id)
    for column, value in owner._asdict().items():
        if value is not None:
            query = query.where(getattr(Attachment, column) == value)
    return list(session.scalars(query))


def parts_of(session: Session, attachment_id: int) -> Iterator[bytes]:
    """The bytes of a file in order, one part in memory at a time; raises nothing."""
    count = session.scalar(
        select(func.count()).where(AttachmentPart.attachment_id == attachment_id)
    )
    for position in range(count or 0):
        part = session.scalar(
            select(AttachmentPart.content).where(
                AttachmentPart.attachment_id == attachment_id,
                AttachmentPart.position == position,
            )
        )
        yield part or b""


def find_attachment(session: Session, attachment_id: int) -> Attachment:
    """The file of that number; raises `NotFound`."""
    found = session.get(Attachment, attachment_id)
    if found is None:
        raise NotFound(_("Ce fichier n’existe plus."))
    return found


def remove(session: Session, owner: Owner, attachment_id: int) -> None:
    """Take back a file of that draft; raises `NotFound` when it is not there."""
    found = find_attachment(session, attachment_id)
    if owner.draft_id is None or found.draft_id != owner.draft_id:
        raise NotFound(_("Ce fichier n’existe plus."))
    session.execute(delete(Attachment).where(Attachment.id == attachment_id))


def hand_over(session: Session, draft_id: int, application_id: int) -> int:
    """The files of a draft become those of the application it made; how many. Raises nothing."""
    moved = session.execute(
        update(Attachment)
        .where(Attachment.draft_id == draft_id)
        .values(draft_id=None, application_id=application_id)
        .execution_options(synchronize_session=False)
    )
    return int(moved.rowcount)  # type: ignore[attr-defined] # an UPDATE counts its rows
