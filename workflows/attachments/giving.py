"""Files given for a piece that was asked, or with a report: kept in the same breath as the act."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from config.i18n import gettext as _
from models import Application, Piece, Report
from models.errors import BadInput
from models.vocabulary import ReportEnding, ReportKind
from workflows.acts import receive_piece
from workflows.attachments.inspecting import Inspected
from workflows.attachments.keeping import Owner, keep
from workflows.desk import Desk
from workflows.grants import receive_report


def give_piece(
    desk: Desk, application: Application, name: str, files: Sequence[Inspected]
) -> Piece:
    """The piece came, with its files; raises `Refused`, or `BadInput` when it is not awaited."""
    if not files:
        raise BadInput(_("Choisissez un fichier à envoyer."))
    piece = receive_piece(desk, application, name, files=_told(files))
    _keep_all(desk, files, Owner(application_id=application.id, piece_id=piece.id))
    return piece


def give_report(
    desk: Desk,
    application: Application,
    kind: ReportKind,
    files: Sequence[Inspected],
    *,
    ending: ReportEnding,
    spent: Decimal | None = None,
    comment: str = "",
    asked_end: date | None = None,
) -> Report:
    """The report came, with its files; raises `Refused`, `BadInput`."""
    report = receive_report(
        desk,
        application,
        kind,
        ending=ending,
        spent=spent,
        comment=comment,
        asked_end=asked_end,
        files=_told(files),
    )
    _keep_all(desk, files, Owner(application_id=application.id, report_id=report.id))
    return report


def _keep_all(desk: Desk, files: Sequence[Inspected], owner: Owner) -> None:
    for file in files:
        keep(desk.session, file, owner, given_by=desk.actor.person_id, now=desk.now)


def _told(files: Sequence[Inspected]) -> list[dict[str, object]]:
    """What the journal keeps of files: digest and size, and no name, which may be personal."""
    return [{"sha256": file.sha256, "size": len(file.content)} for file in files]
