"""The organisations of a contract: those the database knows, and those a document needs."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.organisations import Directory, Reference, shipped_references, spelling_key
from models import Organisation, OrganisationAlias
from models.schemas.catalogue import CatalogueDoc
from models.vocabulary import AliasKind
from workflows.catalogue.stored import find_contract
from workflows.spellings import Spellings


def directory_of(session: Session, code: str) -> Directory:
    """Every spelling known for a contract: the database's first, then those that ship. Raises nothing."""
    contract = find_contract(session, code)
    own = _references(session, contract.id) if contract else []
    known = Directory(own)
    return Directory(
        own + [_unclaimed(r, known) for r in shipped_references() if _is_new(r, known)]
    )


def needed_by(document: CatalogueDoc) -> list[Reference]:
    """The organisations a document needs, each after its parent: lead, pilots, usual funders.

    Raises nothing; one that does not ship is taken to have no parent and no alias.
    """
    shipped = {reference.name: reference for reference in shipped_references()}
    names = [document.contract.organisation]
    names += [pilot.name for fiche in document.fiches for pilot in fiche.pilots]
    names += [reference.name for reference in shipped.values() if reference.funder]
    ordered: dict[str, Reference] = {}
    for name in names:
        reference = shipped.get(name) or Reference(name=name)
        if reference.parent:
            ordered.setdefault(reference.parent, shipped[reference.parent])
        ordered.setdefault(name, reference)
    return list(ordered.values())


def missing_organisations(
    session: Session, contract_id: int | None, document: CatalogueDoc
) -> tuple[list[Reference], list[tuple[str, str, AliasKind]]]:
    """Organisations to create, and spellings to add (spelling, organisation, kind). Raises nothing."""
    needed = needed_by(document)
    keys = _present(session, contract_id)
    spellings = [
        (spelling, reference.name, kind)
        for reference in needed
        for kind, given in (
            (AliasKind.ALIAS, reference.aliases),
            (AliasKind.TYPING_ERROR, reference.typing_errors),
        )
        for spelling in given
        if spelling_key(spelling) not in keys
    ]
    missing = [reference for reference in needed if spelling_key(reference.name) not in keys]
    return missing, spellings


def create_organisations(session: Session, contract_id: int, document: CatalogueDoc) -> None:
    """Add what `missing_organisations` finds, and mark who leads the contract. Raises nothing."""
    missing, spellings = missing_organisations(session, contract_id, document)
    rows = _by_spelling(session, contract_id)
    for reference in missing:
        parent = rows[spelling_key(reference.parent)].id if reference.parent else None
        row = Organisation(contract_id=contract_id, name=reference.name, parent_id=parent)
        session.add(row)
        session.flush()  # its id may be a child's parent
        rows[spelling_key(row.name)] = row
    for spelling, name, kind in spellings:
        session.add(
            OrganisationAlias(
                contract_id=contract_id,
                organisation_id=rows[spelling_key(name)].id,
                spelling=spelling,
                key=spelling_key(spelling),
                kind=kind,
            )
        )
    lead = rows[spelling_key(document.contract.organisation)]
    for row in rows.values():
        row.leads = row is lead
    session.flush()


def _by_spelling(session: Session, contract_id: int) -> dict[str, Organisation]:
    """Those of the database, by name and by alias: one that was renamed is not made anew."""
    rows = {row.id: row for row in organisations_by_name(session, contract_id).values()}
    return {key: rows[number] for key, number in Spellings.of(session, contract_id).ids.items()}


def organisations_by_name(session: Session, contract_id: int) -> dict[str, Organisation]:
    """The reference organisations of a contract. Raises nothing."""
    rows = session.scalars(select(Organisation).where(Organisation.contract_id == contract_id))
    return {row.name: row for row in rows}


def _present(session: Session, contract_id: int | None) -> set[str]:
    return set() if contract_id is None else set(Spellings.of(session, contract_id).ids)


def _references(session: Session, contract_id: int) -> list[Reference]:
    spellings: dict[int, dict[AliasKind, list[str]]] = {}
    for alias in session.scalars(
        select(OrganisationAlias).where(OrganisationAlias.contract_id == contract_id)
    ):
        kinds = spellings.setdefault(alias.organisation_id, {})
        kinds.setdefault(alias.kind, []).append(alias.spelling)
    return [
        Reference(
            name=row.name,
            aliases=tuple(spellings.get(row.id, {}).get(AliasKind.ALIAS, ())),
            typing_errors=tuple(spellings.get(row.id, {}).get(AliasKind.TYPING_ERROR, ())),
        )
        for row in organisations_by_name(session, contract_id).values()
    ]


def _is_new(reference: Reference, known: Directory) -> bool:
    found = known.find(reference.name)
    return found is None


def _unclaimed(reference: Reference, known: Directory) -> Reference:
    """`reference` without the spellings that the database gives to somebody else."""
    return reference.model_copy(
        update={
            "aliases": tuple(s for s in reference.aliases if known.find(s) is None),
            "typing_errors": tuple(s for s in reference.typing_errors if known.find(s) is None),
        }
    )
