"""The rules of the lifecycle, asked of a draft before anything is written."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from config.i18n import gettext as _
from models import Application, Call, FunderLine, Organisation
from models.errors import Reason, Refused
from models.vocabulary import Role, State, Trigger
from workflows.actors import Actor
from workflows.applications.dauphin import Standing
from workflows.applications.drafting import Filed
from workflows.applications.faults import Faults
from workflows.applications.ground import Ground
from workflows.applications.layout import Layout
from workflows.blockers import blockers, prepare
from workflows.guards import IN_TIME
from workflows.submission import Draft

COLUMN_OF = {  # where a person looks when a guard fails
    "call_open": "received_at",
    "fiche_in_call": "fiche",
    "something_asked": "asked",
    "budget_balanced": "resources",
    "applicant_identified": "siret",
}
_MAY_IMPORT = frozenset({Role.MANAGER, Role.ADMINISTRATOR, Role.IMPORT})


def check_role(actor: Actor) -> None:
    """Raises `Refused` when the actor may not bring in a whole file."""
    if not {role for role, _organisation in actor.grants} & _MAY_IMPORT:
        raise Refused([Reason("not_allowed", _("C’est réservé aux responsables du programme."))])


@dataclass(frozen=True, slots=True)
class Checker:
    """Asks the guards of `submit` about drafts, and notes what they answer at their lines."""

    session: Session
    ground: Ground
    layout: Layout
    faults: Faults
    actor: Actor
    now: datetime

    def check(self, filed: Filed, draft: Draft, at: Standing | None) -> None:
        """Note why the draft could not be taken in; raises nothing.

        `at` is where another system left it: its date of receipt was that system's matter.
        """
        application = sketch(self.ground.call, draft)
        move = prepare(self.session, application, Trigger.SUBMIT, self.actor, self.now)
        taken_over = at is not None and at.state is not State.SUBMITTED
        for reason in blockers(move):
            if not (taken_over and reason.code == IN_TIME.code):
                self.note(filed.line, COLUMN_OF.get(reason.code), reason.text)
        if at is not None and at.state is State.COMMITTEE and not self.ground.sessions:
            said = _(
                "le dossier est devant le comité, et l’appel {year} n’a pas de séance : ajoutez-la"
                " avec « jalon call », puis recommencez."
            )
            self.note(filed.line, "status", said.format(year=self.ground.call.year))

    def note(self, line: int, field: str | None, text: str) -> None:
        """Note a problem, in the column of `field` when there is one; raises nothing."""
        self.faults.problem(text, line, self.layout.header(field) if field else "")


def sketch(call: Call, draft: Draft) -> Application:
    """As much of the application as the guards look at; it never meets a session. Raises nothing."""
    return Application(
        call=call,
        fiche=draft.fiche,
        applicant=Organisation(siret=draft.siret or None, rna=draft.rna or None),
        received_at=draft.received_at,
        late_reason=draft.late_reason or None,
        charges=draft.charges,
        resources=draft.resources,
        requested=draft.requested,
        lines=[FunderLine(asked=asked) for asked in draft.asked.values()],
    )
