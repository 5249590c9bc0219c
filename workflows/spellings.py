"""The organisations of a contract by any spelling they go by: names, aliases, typing errors met."""

from dataclasses import dataclass
from difflib import get_close_matches

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.organisations import spelling_key
from models import Organisation, OrganisationAlias
from models.errors import NotFound


@dataclass(frozen=True, slots=True)
class Spellings:
    """Every spelling of a contract's reference organisations, read once."""

    ids: dict[str, int]  # by `spelling_key`
    names: dict[int, str]

    @classmethod
    def of(cls, session: Session, contract_id: int) -> "Spellings":
        """The spellings that the database knows for a contract; raises nothing."""
        names = select(Organisation.id, Organisation.name).where(
            Organisation.contract_id == contract_id
        )
        aliases = select(OrganisationAlias.key, OrganisationAlias.organisation_id).where(
            OrganisationAlias.contract_id == contract_id
        )
        found = {row.id: row.name for row in session.execute(names)}
        ids = {row.key: row.organisation_id for row in session.execute(aliases)}
        return cls(ids | {spelling_key(name): key for key, name in found.items()}, found)

    def find(self, spelling: str) -> int | None:
        """The organisation that goes by `spelling`; None when none does. Raises nothing."""
        return self.ids.get(spelling_key(spelling))

    def close_to(self, spelling: str) -> list[str]:
        """Names close to an unknown spelling, the closest first; raises nothing."""
        close = get_close_matches(spelling_key(spelling)[:200], self.ids, n=3, cutoff=0.6)
        return list(dict.fromkeys(self.names[self.ids[key]] for key in close))

    def unknown(self, spelling: str) -> str:
        """The sentence about an unknown spelling, with what it may have meant; raises nothing."""
        if names := self.close_to(spelling):
            said = _(
                "« {spelling} » n’est pas un organisme du contrat ; vouliez-vous dire {names} ?"
            )
            return said.format(spelling=spelling, names=_(" ou ").join(names))
        said = _("« {spelling} » n’est pas un organisme du contrat ; organismes connus : {names}.")
        return said.format(spelling=spelling, names=", ".join(sorted(self.names.values())))


def organisation_id(session: Session, contract_id: int, spelling: str) -> int:
    """The reference organisation that goes by `spelling`; raises `NotFound`, with close names."""
    spellings = Spellings.of(session, contract_id)
    found = spellings.find(spelling)
    if found is None:
        raise NotFound(spellings.unknown(spelling))
    return found
