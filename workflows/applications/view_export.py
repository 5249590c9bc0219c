"""A list as a file: exactly the rows and columns of the screen, under what was asked, how many, and when."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.labels import state_label
from models.errors import BadInput
from notifications.formats import PARIS
from workflows.accounts.sight import Sight
from workflows.applications.filtering import Filters, after_row
from workflows.applications.listing import Row, list_applications
from workflows.applications.opendocument import write_ods
from workflows.applications.picking import ids_in_order
from workflows.applications.spreadsheets import WRITERS, Writer

FORMATS: dict[str, Writer] = {**WRITERS, "ods": write_ods}
AT_ONCE = 1000
MOST_ODS = 50_000  # an OpenDocument sheet is made in memory

VALUES: dict[str, Callable[[Row], Any]] = {  # of a row, by the name of the column
    "porteur": lambda row: row.applicant,
    "fiche": lambda row: row.fiche,
    "etat": lambda row: state_label(row.state, row.outcome),
    "appel": lambda row: row.year,
    "recu": lambda row: _local(row.received_at),
    "depuis": lambda row: _local(row.state_since),
    "demande": lambda row: row.requested,
    "accorde": lambda row: row.voted,
}


def export_view(
    session: Session,
    sight: Sight,
    filters: Filters,
    columns: Sequence[tuple[str, str]],
    path: Path,
    *,
    file_format: str,
    asked: str,
    now: datetime,
) -> int:
    """Write the list to `path`; how many rows. `columns` are names and titles, `asked` the filters in words.

    Raises `BadInput` for another format, or too many rows for it.
    """
    if file_format not in FORMATS:
        said = _("format « {found} » inconnu ; attendu : {known}.")
        raise BadInput(said.format(found=file_format, known=", ".join(FORMATS)))
    count = _count(session, sight, filters)
    if file_format == "ods" and count > MOST_ODS:
        said = _("{count} lignes, au plus {most} en ODS : choisissez CSV ou XLSX.")
        raise BadInput(said.format(count=count, most=MOST_ODS))
    when = f"{now.astimezone(PARIS):%d/%m/%Y %H:%M}"
    above = _("Dossiers : {asked}. En tout : {count}, le {when}.")
    titles = [_("Référence"), _("Intitulé"), *(title for _name, title in columns)]
    return FORMATS[file_format](
        path,
        titles,
        _lines(session, sight, filters, [name for name, _title in columns]),
        [above.format(asked=asked, count=count, when=when)],
    )


def _count(session: Session, sight: Sight, filters: Filters) -> int:
    every = replace(filters, after=0, limit=None)
    within = ids_in_order(session, sight, every).subquery()
    return session.scalar(select(func.count()).select_from(within)) or 0


def _lines(
    session: Session, sight: Sight, filters: Filters, names: list[str]
) -> Iterator[list[Any]]:
    asked = replace(filters, limit=AT_ONCE)
    while True:
        part = list_applications(session, sight.contract_id, asked, sight)
        for row in part:
            yield [row.reference, row.title, *(VALUES[name](row) for name in names)]
        if len(part) < AT_ONCE:
            return
        asked = after_row(asked, part[-1].id, part[-1].state_since)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(PARIS).replace(tzinfo=None, microsecond=0)
