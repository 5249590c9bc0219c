"""The mail that tells the use of an emergency account."""

from datetime import UTC, datetime

from notifications.contexts import Context
from notifications.wording import Line


class EmergencyUsed(Context):
    """To everybody who runs the programme."""

    person: Line
    address: Line
    device: Line
    at: datetime


EMERGENCY_USED = EmergencyUsed(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    person="Claire Aubert",
    address="claire.aubert@contrat.example",
    device="Firefox, Linux",
    at=datetime(2021, 3, 20, 7, 5, tzinfo=UTC),
)
