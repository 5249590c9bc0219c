"""Putting a catalogue into the database: what is there is changed, nothing is ever deleted."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.catalogues import shipped_catalogues
from config.i18n import gettext as _
from config.qpv import shipped_neighbourhoods
from models import Contract, Enjeu, Fiche, FichePilot, Organisation, Qpv
from models.errors import Reason, Refused
from models.schemas.catalogue import CatalogueDoc, FicheDoc
from models.vocabulary import Act, Role
from workflows.actors import SYSTEM, Actor
from workflows.catalogue.difference import CatalogueDiff, difference
from workflows.catalogue.organisations import create_organisations, organisations_by_name
from workflows.catalogue.read import read_catalogue
from workflows.catalogue.stored import fiches_of, find_contract
from workflows.deadlines import civil_date
from workflows.journal import By, record

_MAY_IMPORT = (Role.ADMINISTRATOR, Role.MANAGER, Role.SYSTEM, Role.IMPORT)


def apply_catalogue(
    session: Session, document: CatalogueDoc, *, now: datetime, actor: Actor
) -> CatalogueDiff:
    """Make the database say what `document` says, and return what that changed.

    Applying the same document again changes nothing and leaves no trace. A
    fiche that the document no longer has is retired when no application uses
    it, and kept otherwise. Raises Refused when the actor is no manager.
    """
    by = _by(actor)
    diff = difference(session, document)
    if diff.is_empty:
        return diff
    contract = _contract(session, document)
    create_organisations(session, contract.id, document)
    _write_fiches(session, contract.id, document)
    _retire(session, contract.id, diff.retired, now)
    session.flush()
    facts = {
        "year": document.year,
        "fiches": document.counts.fiches,
        "added": diff.added + diff.restored,
        "changed": diff.changed,
        "retired": diff.retired,
    }
    record(session, contract.id, Act.IMPORT_CATALOGUE, by, now, facts=facts)
    session.flush()
    return diff


def load_shipped(session: Session, *, now: datetime) -> list[CatalogueDiff]:
    """Load the shipped catalogues and neighbourhoods of contracts that have no fiche yet.

    A catalogue that is there, official wording included, is left alone. Raises
    BadInput or ConfigError when a shipped file was spoilt.
    """
    latest = {shipped.contract["code"]: shipped for shipped in shipped_catalogues()}
    done = []
    for code, shipped in latest.items():
        contract = find_contract(session, code)
        if contract is None or not fiches_of(session, contract.id):
            document = read_catalogue(shipped.path).document
            done.append(apply_catalogue(session, document, now=now, actor=SYSTEM))
    _load_neighbourhoods(session)
    return done


def _by(actor: Actor) -> By:
    held = {role for role, _organisation in actor.grants}
    role = next((role for role in _MAY_IMPORT if role in held), None)
    if role is None:
        raise Refused([Reason("not_allowed", _("C’est réservé aux responsables du programme."))])
    return By(role, actor.person_id)


def _contract(session: Session, document: CatalogueDoc) -> Contract:
    wanted = document.contract
    contract = find_contract(session, wanted.code)
    if contract is None:
        contract = Contract(code=wanted.code)
        session.add(contract)
    contract.name, contract.starts_on, contract.ends_on = (
        wanted.name,
        wanted.starts_on,
        wanted.ends_on,
    )
    session.flush()
    return contract


def _write_fiches(session: Session, contract_id: int, document: CatalogueDoc) -> None:
    enjeux = _write_enjeux(session, contract_id, document)
    organisations = organisations_by_name(session, contract_id)
    stored = {fiche.number: fiche for fiche in fiches_of(session, contract_id)}
    for position, wanted in enumerate(document.fiches, start=1):
        fiche = stored.get(wanted.number)
        if fiche is None:
            fiche = Fiche(contract_id=contract_id, number=wanted.number, pilots=[])
            session.add(fiche)
        fiche.enjeu_id = enjeux[wanted.enjeu].id
        fiche.position = position
        fiche.title = wanted.title
        fiche.objectives = wanted.objectives
        fiche.objectives_source = wanted.objectives_source
        fiche.in_call = wanted.call
        fiche.pilots_source = wanted.pilots_source
        fiche.retired_on = None
        _write_pilots(fiche, wanted, organisations)


def _write_enjeux(session: Session, contract_id: int, document: CatalogueDoc) -> dict[int, Enjeu]:
    rows = session.scalars(select(Enjeu).where(Enjeu.contract_id == contract_id))
    enjeux = {row.number: row for row in rows}
    for wanted in document.enjeux:
        enjeu = enjeux.get(wanted.number)
        if enjeu is None:
            enjeu = enjeux[wanted.number] = Enjeu(contract_id=contract_id, number=wanted.number)
            session.add(enjeu)
        enjeu.title = wanted.title
    session.flush()
    return enjeux


def _write_pilots(fiche: Fiche, wanted: FicheDoc, organisations: dict[str, Organisation]) -> None:
    """Reuse the row of a pilot that stays: one fiche and one organisation make one row."""
    rows = {row.organisation_id: row for row in fiche.pilots}
    pilots = []
    for position, pilot in enumerate(wanted.pilots, start=1):
        organisation = organisations[pilot.name]
        row = rows.get(organisation.id) or FichePilot(organisation_id=organisation.id)
        row.position, row.service, row.spelling = position, pilot.service, pilot.spelling
        pilots.append(row)
    fiche.pilots = pilots


def _retire(session: Session, contract_id: int, numbers: list[str], now: datetime) -> None:
    for fiche in fiches_of(session, contract_id):
        if fiche.number in numbers:
            fiche.retired_on = civil_date(now)


def _load_neighbourhoods(session: Session) -> None:
    for group in shipped_neighbourhoods():
        contract = find_contract(session, group.contract)
        if contract is None:
            continue
        there = {(qpv.code, qpv.valid_from) for qpv in session.scalars(select(Qpv))}
        for known in group.neighbourhoods:
            if (known.code, known.valid_from) not in there:
                session.add(Qpv(contract_id=contract.id, **known.model_dump()))
    session.flush()
