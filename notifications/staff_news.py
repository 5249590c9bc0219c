"""What is written to the team about the service itself."""

from datetime import date

from notifications.contexts import Context
from notifications.wording import Line


class BatchHeld(Context):
    """A run of reminders that waits for a person; `batch` is its name for the command."""

    day: date
    digests: int
    late: int
    because: Line
    batch: Line
    readers: tuple[Line, ...]
    hidden_readers: int = 0


BATCH_HELD = BatchHeld(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    day=date(2021, 10, 8),
    digests=22,
    late=14,
    because="les règles de rappel ont changé depuis le 1er octobre 2021, et 14 rappels de jours"
    " passés partiraient d’un coup",
    batch="digest:2021-10-08",
    readers=("claire@contrat.example", "contact0@porteur.example"),
    hidden_readers=20,
)
