"""One fiche of the contract, whole."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from models import Fiche, FichePilot
from models.errors import NotFound


def fiche_whole(session: Session, contract_id: int, number: str) -> Fiche:
    """The fiche of that number, with its enjeu and pilots; raises `NotFound`."""
    query = (
        select(Fiche)
        .where(Fiche.contract_id == contract_id, Fiche.number == number)
        .options(
            joinedload(Fiche.enjeu),
            selectinload(Fiche.pilots).joinedload(FichePilot.organisation),
        )
    )
    found = session.scalar(query)
    if found is None:
        raise NotFound(_("Il n’y a pas de fiche « {number} ».").format(number=number))
    return found
