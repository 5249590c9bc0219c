"""One applicant under two names: the one known stays, and a warning says so once."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.organisations import spelling_key
from models import Organisation
from workflows.applications.faults import Faults
from workflows.applications.layout import Layout
from workflows.submission import Draft


class Names:
    """The name that each SIRET or RNA is known under: in the database, else in the file's first line."""

    def __init__(self, layout: Layout, faults: Faults) -> None:
        self.layout, self.faults = layout, faults
        self._known: dict[str, str] = {}
        self._told: set[str] = set()

    def look_up(self, session: Session, drafts: Iterable[Draft]) -> None:
        """Learn the names that the database knows these applicants under; raises nothing."""
        sirets = {draft.siret for draft in drafts if draft.siret} - self._known.keys()
        query = select(Organisation.siret, Organisation.name).where(
            Organisation.contract_id.is_(None), Organisation.siret.in_(sirets)
        )
        self._known.update((siret, name) for siret, name in session.execute(query) if siret)

    def compare(self, line: int, draft: Draft) -> None:
        """Warn when the file names an applicant otherwise than it is known; raises nothing."""
        number, name = draft.siret or draft.rna, draft.applicant_name.strip()
        if not name or number in self._told:
            return
        known = self._known.setdefault(number, name)
        if known != name and spelling_key(known) != spelling_key(name):
            self._told.add(number)
            said = _("« {name} » ({number}) est connu sous le nom « {known} », qui est gardé.")
            text = said.format(name=name, number=number, known=known)
            self.faults.warn(text, line, self.layout.header("applicant"))
