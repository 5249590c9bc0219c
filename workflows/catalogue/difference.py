"""What a document would change in the database: said field by field before anything is applied."""

from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Fiche
from models.schemas.catalogue import CatalogueDoc, ContractDoc, FicheDoc
from workflows.catalogue.organisations import missing_organisations
from workflows.catalogue.stored import find_contract, stored_catalogue


class Change(NamedTuple):
    """One field that changes; `of` is a fiche's number, « enjeu 3 » or the contract's code."""

    of: str
    field: str
    before: str
    after: str


class Kept(NamedTuple):
    """A fiche absent from the document that stays, because applications use it."""

    number: str
    applications: int


@dataclass
class CatalogueDiff:
    """Everything an import adds, changes, brings back or retires; `kept` changes nothing."""

    contract: str
    new_contract: bool = False
    heading_changes: list[Change] = field(default_factory=list)  # of the contract and its enjeux
    added: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)  # of fiches
    restored: list[str] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)
    kept: list[Kept] = field(default_factory=list)
    reordered: bool = False
    organisations: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)

    @property
    def changed(self) -> list[str]:
        """Numbers of the fiches of which some field changes."""
        return list(dict.fromkeys(change.of for change in self.changes))

    @property
    def is_empty(self) -> bool:
        """Whether applying it would leave the database as it is."""
        parts = (self.heading_changes, self.added, self.changes, self.restored, self.retired)
        return not (
            self.new_contract or self.reordered or self.organisations or self.aliases or any(parts)
        )


def difference(session: Session, document: CatalogueDoc) -> CatalogueDiff:
    """What applying `document` would change. Changes nothing; raises nothing."""
    code = document.contract.code
    contract = find_contract(session, code)
    missing, spellings = missing_organisations(session, contract.id if contract else None, document)
    diff = CatalogueDiff(
        contract=code,
        new_contract=contract is None,
        organisations=[reference.name for reference in missing],
        aliases=[spelling for spelling, _name, _kind in spellings],
    )
    if contract is None:
        diff.added = [fiche.number for fiche in document.fiches]
        return diff
    stored = stored_catalogue(session, code)
    diff.heading_changes = _heading_changes(stored, document)
    _compare_fiches(session, contract.id, stored, document, diff)
    return diff


def _heading_changes(stored: CatalogueDoc, document: CatalogueDoc) -> list[Change]:
    before, after = stored.contract, document.contract
    found = [
        Change(after.code, name, str(getattr(before, name)), str(getattr(after, name)))
        for name in ContractDoc.model_fields
        if getattr(before, name) != getattr(after, name)
    ]
    titles = {enjeu.number: enjeu.title for enjeu in stored.enjeux}
    for enjeu in document.enjeux:
        title = titles.get(enjeu.number, "")
        if title != enjeu.title:
            of = _("enjeu {number}").format(number=enjeu.number)
            found.append(Change(of, "title", title, enjeu.title))
    return found


def _compare_fiches(
    session: Session,
    contract_id: int,
    stored: CatalogueDoc,
    document: CatalogueDoc,
    diff: CatalogueDiff,
) -> None:
    before = {fiche.number: fiche for fiche in stored.fiches}
    after = {fiche.number: fiche for fiche in document.fiches}
    retired = set(
        session.scalars(
            select(Fiche.number).where(
                Fiche.contract_id == contract_id, Fiche.retired_on.is_not(None)
            )
        )
    )
    for number, fiche in after.items():
        if number in before:
            diff.changes += _fiche_changes(before[number], fiche)
        else:
            (diff.restored if number in retired else diff.added).append(number)
    used = _applications_by_fiche(session, contract_id)
    for number in before:
        if number in after:
            continue
        if used.get(number):
            diff.kept.append(Kept(number, used[number]))
        else:
            diff.retired.append(number)
    common = [number for number in before if number in after]
    diff.reordered = common != [number for number in after if number in before]


def _fiche_changes(before: FicheDoc, after: FicheDoc) -> list[Change]:
    """Field by field; a source cell is told apart only when what was read from it is the same."""
    old, new = _words(before), _words(after)
    found = [
        Change(after.number, name, old[name], new[name]) for name in new if old[name] != new[name]
    ]
    names = {change.field for change in found}
    return [
        c
        for c in found
        if c.field.removesuffix("_source") == c.field
        or c.field.removesuffix("_source") not in names
    ]


def _words(fiche: FicheDoc) -> dict[str, str]:
    return {
        "enjeu": str(fiche.enjeu),
        "title": fiche.title,
        "call": "x" if fiche.call else "",
        "objectives": "\n".join(fiche.objectives),
        "objectives_source": fiche.objectives_source,
        "pilots": ", ".join(
            f"{pilot.name} ({pilot.service})" if pilot.service else pilot.name
            for pilot in fiche.pilots
        ),
        "pilots_source": fiche.pilots_source,
    }


def _applications_by_fiche(session: Session, contract_id: int) -> dict[str, int]:
    rows = session.execute(
        select(Fiche.number, func.count())
        .join(Application, Application.fiche_id == Fiche.id)
        .where(Fiche.contract_id == contract_id)
        .group_by(Fiche.number)
    )
    return {number: many for number, many in rows}  # noqa: C416 # rows are no pairs for mypy
