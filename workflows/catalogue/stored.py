"""The catalogue as the database holds it, as a document."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from models import Call, Contract, Enjeu, Fiche, FichePilot, Organisation
from models.errors import NotFound
from models.schemas.catalogue import CatalogueDoc, ContractDoc, EnjeuDoc, FicheDoc, PilotDoc


def find_contract(session: Session, code: str) -> Contract | None:
    """The contract of that code, or None. Raises nothing."""
    return session.scalar(select(Contract).where(Contract.code == code))


def fiches_of(session: Session, contract_id: int) -> list[Fiche]:
    """Every fiche of a contract in document order, retired ones too, pilots loaded. Raises nothing."""
    return list(
        session.scalars(
            select(Fiche)
            .where(Fiche.contract_id == contract_id)
            .options(
                joinedload(Fiche.enjeu),
                selectinload(Fiche.pilots).joinedload(FichePilot.organisation),
            )
            .order_by(Fiche.position, Fiche.id)
        )
    )


def stored_catalogue(session: Session, code: str) -> CatalogueDoc:
    """The catalogue in force for a contract; its year is that of the latest call, if there is one.

    Raises NotFound when no contract has that code.
    """
    if (contract := find_contract(session, code)) is None:
        text = _("Aucun contrat de ville « {code} » : importez d’abord son catalogue.")
        raise NotFound(text.format(code=code))
    fiches = [fiche for fiche in fiches_of(session, contract.id) if fiche.retired_on is None]
    used = {fiche.enjeu_id for fiche in fiches}
    enjeux = session.scalars(select(Enjeu).where(Enjeu.id.in_(used)).order_by(Enjeu.number))
    return CatalogueDoc(
        contract=_contract_doc(session, contract),
        year=session.scalar(select(func.max(Call.year)).where(Call.contract_id == contract.id)),
        enjeux=[EnjeuDoc(number=enjeu.number, title=enjeu.title) for enjeu in enjeux],
        fiches=[_fiche_doc(fiche) for fiche in fiches],
    )


def _contract_doc(session: Session, contract: Contract) -> ContractDoc:
    lead = session.scalar(
        select(Organisation.name).where(Organisation.contract_id == contract.id, Organisation.leads)
    )
    return ContractDoc(
        code=contract.code,
        name=contract.name,
        organisation=lead or contract.name,
        starts_on=contract.starts_on,
        ends_on=contract.ends_on,
    )


def _fiche_doc(fiche: Fiche) -> FicheDoc:
    return FicheDoc(
        number=fiche.number,
        enjeu=fiche.enjeu.number,
        enjeu_title=fiche.enjeu.title,
        title=fiche.title,
        objectives=fiche.objectives,
        objectives_source=fiche.objectives_source,
        call=fiche.in_call,
        pilots=[
            PilotDoc(name=p.organisation.name, service=p.service, spelling=p.spelling)
            for p in fiche.pilots
        ],
        pilots_source=fiche.pilots_source,
    )
