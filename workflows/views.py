"""Views kept of the list: one's own, and those that colleagues share."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Person, SavedView
from models.errors import BadInput, NotFound

MOST = 50
LONGEST_NAME, LONGEST_QUERY = 80, 2000


class View(NamedTuple):
    """A view to choose: its name, its address, whose it is."""

    id: int
    name: str
    query: str
    shared: bool
    mine: bool
    by: str


def views_for(session: Session, contract_id: int, person_id: int) -> Sequence[View]:
    """The person's own views and the shared ones, by name; raises nothing."""
    query = (
        select(SavedView, Person.name)
        .join(Person, Person.id == SavedView.person_id)
        .where(
            SavedView.contract_id == contract_id,
            or_(SavedView.person_id == person_id, SavedView.shared),
        )
        .order_by(SavedView.name, SavedView.id)
    )
    return [
        View(v.id, v.name, v.query, v.shared, v.person_id == person_id, name)
        for v, name in session.execute(query)
    ]


def keep_view(
    session: Session,
    contract_id: int,
    person_id: int,
    name: str,
    query: str,
    now: datetime,
    *,
    shared: bool = False,
) -> SavedView:
    """Keep a view; one of the same name is replaced. Raises `BadInput`."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME:
        raise BadInput(
            _("Donnez à la vue un nom de {most} caractères au plus.").format(most=LONGEST_NAME)
        )
    if len(query) > LONGEST_QUERY:
        said = _(
            "L’adresse de cette liste a {count} caractères ; au plus {most} pour la garder :"
            " raccourcissez les mots cherchés ou ôtez des filtres."
        )
        raise BadInput(said.format(count=len(query), most=LONGEST_QUERY))
    own = select(SavedView).where(
        SavedView.contract_id == contract_id, SavedView.person_id == person_id
    )
    found = session.scalar(own.where(SavedView.name == name))
    if found is None:
        if len(session.scalars(own).all()) >= MOST:
            raise BadInput(_("Vous avez {most} vues : ôtez-en une d’abord.").format(most=MOST))
        found = SavedView(contract_id=contract_id, person_id=person_id, name=name, made_at=now)
        session.add(found)
    found.query, found.shared = query, shared
    session.flush()
    return found


def drop_view(session: Session, person_id: int, view_id: int) -> None:
    """Forget a view of that person; raises `NotFound` when it is not theirs."""
    dropped = session.execute(
        delete(SavedView).where(SavedView.id == view_id, SavedView.person_id == person_id)
    )
    if not dropped.rowcount:  # type: ignore[attr-defined] # a DELETE counts its rows
        raise NotFound(_("Cette vue n’existe plus, ou n’est pas à vous."))
