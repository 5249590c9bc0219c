"""A committee session with the applications brought before it."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Call, CommitteeSession, Fiche, FunderLine
from models.errors import BadInput, NotFound
from workflows.queries import whole

MOST = 1000  # on one sheet


def session_whole(
    session: Session, contract_id: int, number: int
) -> tuple[CommitteeSession, Sequence[Application]]:
    """The session of that number and its applications, fiche by fiche.

    Raises `NotFound`, `BadInput` when there are too many for a sheet.
    """
    query = select(CommitteeSession).join(Call, Call.id == CommitteeSession.call_id)
    found = session.scalar(
        query.where(CommitteeSession.id == number, Call.contract_id == contract_id)
    )
    if found is None:
        raise NotFound(_("Cette séance du comité n’existe pas."))
    applications = (
        select(Application)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .where(Application.session_id == number)
        .options(*whole())
        .order_by(Fiche.position, Application.id)
        .limit(MOST + 1)
    )
    rows = session.scalars(applications).unique().all()
    if len(rows) > MOST:
        said = _("Cette séance a plus de {most} dossiers : prenez plutôt la liste en XLSX.")
        raise BadInput(said.format(most=MOST))
    return found, rows


class OfFunder(NamedTuple):
    """What one funder is asked, would give and gives over a session."""

    name: str
    applications: int
    asked: Decimal
    proposed: Decimal
    voted: Decimal


def totals_of_funders(applications: Sequence[Application]) -> list[OfFunder]:
    """What each funder of a session comes to, the one that is asked most first; raises nothing."""
    lines: defaultdict[str, list[FunderLine]] = defaultdict(list)
    for line in (line for application in applications for line in application.lines):
        lines[line.funder.name].append(line)
    found = [
        OfFunder(
            name,
            len(own),
            sum((line.asked for line in own), Decimal(0)),
            sum((line.proposed or Decimal(0) for line in own), Decimal(0)),
            sum((line.voted or Decimal(0) for line in own), Decimal(0)),
        )
        for name, own in lines.items()
    ]
    return sorted(found, key=lambda of: (-of.asked, of.name))


def sessions_of_year(session: Session, contract_id: int, year: int) -> Sequence[CommitteeSession]:
    """The sessions of the call of that year, in order; raises nothing."""
    query = select(CommitteeSession).join(Call, Call.id == CommitteeSession.call_id)
    wanted = query.where(Call.contract_id == contract_id, Call.year == year)
    return session.scalars(wanted.order_by(CommitteeSession.held_on)).all()
