"""A whole installation moved from one database to another, and proof that nothing was lost."""

from dataclasses import dataclass

from sqlalchemy import select

from config.i18n import gettext as _
from models import Contract
from models.copying import copy_rows, count_rows
from models.errors import Reason, Refused
from models.schema import current_revision, refuse_unless_current, upgrade
from models.session import reading
from workflows.audit import anchor_of, verify


@dataclass(frozen=True, slots=True)
class Moved:
    """How many rows each table has on both sides, and where each contract's journal ends."""

    rows: dict[str, int]
    journals: dict[str, int]


def move(source: str, dest: str) -> Moved:
    """Copy every row from `source` to the empty `dest`, then compare both sides.

    Raises `Refused` when `dest` is not empty, or when the two sides are not the same afterwards,
    `Unavailable` when either does not answer or `source` is not up to date.
    """
    refuse_unless_current(source)
    if current_revision(dest) is not None and any(count_rows(dest).values()):
        text = _("La base d’arrivée n’est pas vide : donnez-en une autre, ou videz-la.")
        raise Refused([Reason("not_empty", text)])
    upgrade(dest)
    rows = copy_rows(source, dest)
    journals = _journals(source)
    faults = [
        _("la table {table} n’a pas le même nombre de lignes").format(table=name)
        for name, many in count_rows(source).items()
        if rows[name] != many
    ]
    if _journals(dest) != journals:
        faults.append(_("les journaux ne sont pas les mêmes"))
    faults += [*_broken(source), *_broken(dest)]
    if faults:
        text = _("La copie n’est pas fidèle ({faults}) : arrêtez Jalon, videz l’arrivée, reprenez.")
        raise Refused([Reason("not_the_same", text.format(faults=" ; ".join(faults)))])
    return Moved(rows, {code: seq for code, (seq, _hash) in journals.items()})


def _journals(url: str) -> dict[str, tuple[int, str]]:
    with reading(url) as session:
        anchors = [anchor_of(session, c) for c in session.scalars(select(Contract)).all()]
        return {anchor.contract: (anchor.seq, anchor.hash) for anchor in anchors}


def _broken(url: str) -> list[str]:
    with reading(url) as session:
        contracts = session.scalars(select(Contract)).all()
        return [str(fault) for contract in contracts for fault in verify(session, contract)]
