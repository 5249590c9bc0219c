"""What applications hang on: the contract, its fiches and organisations."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Path
from pydantic import Field
from sqlalchemy import select
from starlette.requests import Request

from config.i18n import gettext as _
from models import Contract, Fiche, Organisation
from models.errors import NotFound
from models.session import reading
from web.api.credentials import caller_of
from web.api.fields import Told
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import settings_of
from workflows.catalogue.stored import fiches_of

router = APIRouter(tags=["catalogue"], route_class=ApiRoute)


class ContractOut(Told):
    """The contrat de ville that the token is for."""

    code: str = Field(examples=["CV112"])
    name: str
    starts_on: date
    ends_on: date


class FicheOut(Told):
    """An action sheet of the contract. Its number is text: "1.10" is not "1.1"."""

    number: str
    title: str
    enjeu: int
    enjeu_title: str
    objectives: list[str]
    in_call: bool
    retired_on: date | None
    pilots: list[str]


class OrganisationOut(Told):
    """A pilot or a funder of the contract."""

    name: str
    siret: str | None


@router.get("/contract", name="api_contract", responses=responses())
def contract(request: Request) -> ContractOut:
    """The contract that this token is for."""
    with _looking(request) as session:
        found = session.get_one(Contract, caller_of(request).contract_id)
        return ContractOut.model_validate(found)


@router.get("/fiches", name="api_fiches", responses=responses())
def fiches(request: Request) -> list[FicheOut]:
    """The action sheets, in the order of the document; retired ones too."""
    with _looking(request) as session:
        return [_fiche(fiche) for fiche in fiches_of(session, caller_of(request).contract_id)]


@router.get("/fiches/{number}", name="api_fiche", responses=responses(404))
def fiche(
    request: Request,
    number: Annotated[str, Path(pattern=r"^[0-9A-Za-z.-]{1,20}$", examples=["1.10"])],
) -> FicheOut:
    """One action sheet."""
    with _looking(request) as session:
        for one in fiches_of(session, caller_of(request).contract_id):
            if one.number == number:
                return _fiche(one)
    raise NotFound(_("Aucune fiche n’a le numéro « {number} ».").format(number=number))


@router.get("/organisations", name="api_organisations", responses=responses())
def organisations(request: Request) -> list[OrganisationOut]:
    """The pilots and funders of the contract, by name."""
    with _looking(request) as session:
        query = select(Organisation).where(
            Organisation.contract_id == caller_of(request).contract_id
        )
        found = session.scalars(query.order_by(Organisation.name))
        return [OrganisationOut.model_validate(one) for one in found]


def _looking(request: Request) -> Any:
    return reading(settings_of(request).database_url)


def _fiche(one: Fiche) -> FicheOut:
    return FicheOut(
        number=one.number,
        title=one.title,
        enjeu=one.enjeu.number,
        enjeu_title=one.enjeu.title,
        objectives=one.objectives,
        in_call=one.in_call,
        retired_on=one.retired_on,
        pilots=[pilot.organisation.name for pilot in one.pilots],
    )
