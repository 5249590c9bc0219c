"""More time, asked in a form: what it says, and what is shown again when it cannot be taken."""

from dataclasses import dataclass
from datetime import date

from config.typed import day_of
from models import Obligation
from models.errors import BadInput, JalonError, Problem, Reason
from web.draft_form import by_field
from web.errors import sentences_of
from web.forms import ROOMY, Form
from workflows.answers import faults_of_delay


@dataclass(frozen=True)
class Slip:
    """What was typed about one duty, and what is wrong with it."""

    key: str
    wanted: str
    reason: str
    faults: tuple[Problem, ...]

    @property
    def wrong(self) -> dict[str, str]:
        """What is said at each field."""
        return by_field((fault.column, fault.text) for fault in self.faults)

    @property
    def first(self) -> str:
        """The field where the reader starts."""
        return self.faults[0].column if self.faults else ""


def delay_in(form: Form, obligation: Obligation, today: date) -> tuple[date, str]:
    """The date asked for and why; raises `BadInput` with what is missing, each at its field."""
    long: list[Problem] = []
    wanted, reason = day_of(form.text("wanted")), form.prose("reason", long)
    faults = faults_of_delay(obligation, wanted, reason, today) + long
    if wanted is None or faults:
        raise BadInput(faults)
    return wanted, reason


def slip_of(form: Form, error: JalonError) -> Slip:
    """The form as it was typed; raises nothing."""
    faults = error.problems if isinstance(error, BadInput) else ()
    at_fields = tuple(fault for fault in faults if fault.column)
    reason = form.text("reason", most=ROOMY)
    return Slip(form.text("key"), form.text("wanted"), reason, at_fields)


def said_at(error: Exception | None, field: str) -> str:
    """What is wrong at that field, in one line; raises nothing."""
    faults = error.problems if isinstance(error, BadInput) else ()
    return " ".join(fault.text for fault in faults if fault.column == field)


def beside_the_form(error: Exception) -> list[Reason]:
    """What is wrong and stands at no field; raises nothing."""
    if not isinstance(error, BadInput):
        return sentences_of(error)
    return [Reason("bad_input", str(fault)) for fault in error.problems if not fault.column]
