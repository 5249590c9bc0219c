"""What is written to the team when an address gets no mail any more."""

from notifications.contexts import Context
from notifications.wording import Line


class AddressFailing(Context):
    """To managers, and to pilots with the applications of that person that they follow."""

    person: Line
    address: Line
    detail: Line
    files: tuple[Line, ...]


ADDRESS_FAILING = AddressFailing(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    person="Nadia Roux",
    address="bureau@exemple-une.example",
    detail="smtp; 550 5.1.1 Unknown user",
    files=("CV112-2021-0001 « Café des métiers <de la Mosson> »",),
)
