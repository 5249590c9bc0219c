"""One application typed field by field, read by the same rules as a line of a file."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Call
from models.errors import BadInput
from workflows.applications.columns import OWN, Profile, Use
from workflows.applications.faults import Faults
from workflows.applications.fields import CellReader
from workflows.applications.funding import add_funder, check_funder
from workflows.applications.ground import Ground
from workflows.applications.layout import Layout
from workflows.applications.opening import open_draft
from workflows.applications.reading import Row
from workflows.deadlines import civil_date
from workflows.submission import Draft

FIELDS = tuple(column.field for column in OWN if column.use is not Use.SHOWN)


def typed_draft(
    session: Session,
    call: Call,
    said: Mapping[str, str | None],
    asks: Sequence[tuple[str, str]],
    *,
    now: datetime,
    names: Mapping[str, str] | None = None,
) -> Draft:
    """The draft that fields and (funder, amount) pairs make; it was received now unless said otherwise.

    `names` are what a person calls the fields, for the errors. Raises `BadInput` with every problem.
    """
    titles = {name: name for name in FIELDS} | dict(names or {})
    draft, faults = read_typed(session, call, said, asks, now=now, titles=titles)
    if draft is None or faults.count:
        raise BadInput([replace(problem, line=None) for problem in faults.problems])
    _check_new(session, call, draft.external_reference)
    return draft


def read_typed(
    session: Session,
    call: Call,
    said: Mapping[str, str | None],
    asks: Sequence[tuple[str, str]],
    *,
    now: datetime,
    titles: Mapping[str, str],
    ground: Ground | None = None,
) -> tuple[Draft | None, Faults]:
    """The draft, None when it cannot be one, and what is wrong with it; raises nothing.

    A problem's column is the field's title, its line the rank of the ask from 1 (1 for the rest).
    """
    faults = Faults("")
    places = {name: place for place, name in enumerate(FIELDS)}
    layout = Layout(Profile.OWN, places, dict(titles), len(FIELDS))
    cells, ground = CellReader(layout, faults), ground or Ground.of(session, call)
    values = {"received_at": now.isoformat()} | {name: text for name, text in said.items() if text}
    rows = [
        Row(rank, [*(values.get(name) or "" for name in FIELDS[:-3]), funder, amount])
        for rank, (funder, amount) in enumerate(asks or [("", "")], 1)
    ]
    reference = cells.value(rows[0], "reference", required=False)
    draft = open_draft(cells, ground, rows[0], reference or "")
    for row in rows:
        if draft is None:
            check_funder(cells, ground, row)
        else:
            add_funder(cells, ground, row, draft, None, civil_date(now))
    if draft is not None:
        draft.external_reference = reference  # None, not empty: two may have none
    return draft, faults


def _check_new(session: Session, call: Call, reference: str | None) -> None:
    taken = reference and session.scalar(
        select(Application.reference).where(
            Application.call_id == call.id, Application.external_reference == reference
        )
    )
    if taken:
        raise BadInput(
            _(
                "La référence « {reference} » est déjà celle du dossier {taken} de cet appel."
            ).format(reference=reference, taken=taken)
        )
