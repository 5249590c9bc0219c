"""What is written to the team when an address gets no mail any more."""

from datetime import date

from notifications.contexts import Context, Part
from notifications.wording import Line


class AddressFailing(Context):
    """To managers, and to pilots with the applications of that person that they follow."""

    person: Line
    address: Line
    detail: Line
    files: tuple[Line, ...]


class FailingFile(Part):
    """An application whose applicant cannot be written to."""

    reference: Line
    title: Line
    applicant: Line
    link: Line


class FailingAddress(Part):
    """An address that gets no mail, in the week in short; whose it is, and what waits for them."""

    address: Line
    person: Line
    since: date
    organisations: tuple[Line, ...] = ()
    files: tuple[FailingFile, ...] = ()


ADDRESS_FAILING = AddressFailing(
    contract_code="CV112",
    contract_name="Contrat de ville de Montpellier",
    person="Nadia Roux",
    address="bureau@exemple-une.example",
    detail="smtp; 550 5.1.1 Unknown user",
    files=("CV112-2021-0001 « Café des métiers <de la Mosson> »",),
)
