"""Questions asked of the database, one function each, with all that the answer needs loaded."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from config.i18n import gettext as _
from models import Application, Call, Contract, Fiche, FichePilot, FunderLine, Opinion
from models.errors import BadInput, NotFound

Loader = Callable[[Any], Any]  # `selectinload` or `joinedload`


def whole(small: Loader = selectinload) -> tuple[ORMOption, ...]:
    """Everything that a move, its mail and its page look at.

    `small` is how to load the collections that hold a few rows: in queries of their own for
    many applications, with the application itself (`joinedload`) for a single one. Raises nothing.
    """
    return (
        joinedload(Application.call).options(
            joinedload(Call.contract), selectinload(Call.sessions)
        ),
        joinedload(Application.fiche).options(
            joinedload(Fiche.enjeu),
            selectinload(Fiche.pilots).joinedload(FichePilot.organisation),
        ),
        joinedload(Application.applicant),
        joinedload(Application.contact),
        joinedload(Application.session),
        small(Application.lines).options(joinedload(FunderLine.funder), small(FunderLine.payments)),
        selectinload(Application.pieces),
        small(Application.opinions).joinedload(Opinion.organisation),
        small(Application.reports),
    )


# Statements are built once: building this one costs as much as running it.
ONE = select(Application).options(*whole(joinedload))
BY_REFERENCE = ONE.where(Application.reference == bindparam("reference"))
BY_ID = ONE.where(Application.id == bindparam("application_id"))


def get_application(session: Session, reference: str) -> Application:
    """The application of that reference, whole; raises `NotFound`."""
    rows = session.scalars(BY_REFERENCE, {"reference": reference.strip()})
    found = rows.unique().one_or_none()
    if found is None:
        raise NotFound(
            _(
                "Aucun dossier ne porte la référence « {reference} » :"
                " « jalon applications list » donne celles qui existent."
            ).format(reference=reference)
        )
    return found


def get_application_by_id(session: Session, application_id: int) -> Application:
    """The application of that id, whole; raises `NotFound`."""
    rows = session.scalars(BY_ID, {"application_id": application_id})
    found = rows.unique().one_or_none()
    if found is None:
        raise NotFound(_("Ce dossier n’existe plus."))
    return found


def get_contract(session: Session, code: str | None = None) -> Contract:
    """The contract of that code, or the only one there is.

    Raises `NotFound` for an unknown code or an empty database, `BadInput` when there
    are several and none is named.
    """
    query = select(Contract).order_by(Contract.code)
    found = list(session.scalars(query.where(Contract.code == code) if code else query.limit(2)))
    if not found:
        raise NotFound(
            _("Le contrat de ville « {code} » n’existe pas ici.").format(code=code)
            if code
            else _("La base ne contient aucun contrat de ville : lancez d’abord « jalon init ».")
        )
    if len(found) > 1:
        raise BadInput(_("Plusieurs contrats de ville existent : précisez lequel avec --contract."))
    return found[0]


def get_call(session: Session, contract_id: int, year: int | None = None) -> Call:
    """The call of that year, or the latest, with its fiches and sessions; raises `NotFound`."""
    query = (
        select(Call)
        .where(Call.contract_id == contract_id)
        .options(joinedload(Call.contract), selectinload(Call.fiches), selectinload(Call.sessions))
        .order_by(Call.year.desc())
        .limit(1)
    )
    found = session.scalar(query.where(Call.year == year) if year else query)
    if found is None:
        raise NotFound(
            _("L’appel à projets {year} n’existe pas : ouvrez-le avec « jalon call open ».").format(
                year=year
            )
            if year
            else _("Aucun appel à projets n’est ouvert : « jalon call open » en crée un.")
        )
    return found
