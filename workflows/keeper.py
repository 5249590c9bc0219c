"""Who keeps the directory and the calendar of a contract, and how what they change gets in the journal."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Organisation, Person
from models.errors import NotFound
from models.vocabulary import Act, Role
from workflows.actors import SYSTEM, Actor
from workflows.directory import reference_organisation
from workflows.journal import By, record
from workflows.sessions import check_manager
from workflows.ties import seen_person


class Keeper(NamedTuple):
    """Who keeps the directory of which contract, when, in which transaction.

    Raises `Refused` for who is no manager, before anything is done (`keeper_of`).
    """

    session: Session
    contract_id: int
    actor: Actor
    now: datetime

    def note(self, act: Act, **facts: object) -> None:
        """Flush, and write it in the journal; raises nothing."""
        self.session.flush()
        by = By(Role.SYSTEM if self.actor is SYSTEM else Role.MANAGER, self.actor.person_id)
        record(self.session, self.contract_id, act, by, self.now, facts=facts)

    def organisation(self, number: int) -> Organisation:
        """The reference organisation of the contract of that number; raises `NotFound`."""
        return reference_organisation(self.session, self.contract_id, number)

    def person(self, number: int) -> Person:
        """The person of that number, whom the contract sees; raises `NotFound`."""
        found = seen_person(self.session, self.contract_id, number)
        if found is None:
            raise NotFound(_("Personne n’a le numéro {number}.").format(number=number))
        return found


def keeper_of(session: Session, contract_id: int, actor: Actor, now: datetime) -> Keeper:
    """Whoever keeps the directory; raises `Refused` for who is no manager."""
    check_manager(actor)
    return Keeper(session, contract_id, actor, now)
