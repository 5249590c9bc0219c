"""What is written about the yearly call: that it opens soon, that it is open, that it has closed."""

from datetime import date

from notifications.contexts import Context, Part
from notifications.wording import Line


class FicheLine(Part):
    """A fiche as a mail names it."""

    number: Line
    title: Line


class AboutCall(Context):
    """What every message about a call carries."""

    year: int
    opens_on: date
    closes_on: date


class CallAhead(AboutCall):
    """To managers, and to pilots with the fiches they are in charge of."""

    pilot: Line
    committee: tuple[date, ...]
    fiches: tuple[FicheLine, ...]

    def last_day(self) -> date:
        return self.opens_on


class CallOpen(AboutCall):
    """To those who applied before, and to registered grantees."""

    fiches: tuple[FicheLine, ...]

    def last_day(self) -> date:
        return self.closes_on


class CallClosed(AboutCall):
    """To managers; without dates when no calendar says when the next call opens."""

    applications: int
    next_opens_on: date | None
    next_closes_on: date | None


_CONTRACT = {"contract_code": "CV112", "contract_name": "Contrat de ville de Montpellier"}
_CALL = _CONTRACT | {"year": 2022, "opens_on": date(2021, 11, 25), "closes_on": date(2022, 1, 4)}
_FICHES = (
    FicheLine(number="1.10", title="Favoriser l’initiative des habitants"),
    FicheLine(number="6.1", title="Jardins <& compagnie> : cultiver ensemble"),
)
CALL_AHEAD = CallAhead.model_validate(
    _CALL
    | {"pilot": "Métropole", "committee": (date(2022, 3, 18), date(2022, 4, 15)), "fiches": _FICHES}
)
CALL_OPEN = CallOpen.model_validate(
    _CALL | {"fiches": _FICHES, "page": "https://jalon.exemple.fr/appels/2022"}
)
CALL_CLOSED = CallClosed.model_validate(
    _CALL
    | {
        "applications": 212,
        "next_opens_on": date(2022, 11, 25),
        "next_closes_on": date(2023, 1, 4),
    }
)
