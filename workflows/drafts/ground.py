"""What a form offers to choose from: open fiches, usual funders, neighbourhoods of the year."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from config.organisations import shipped_references
from models import Fiche, Qpv
from workflows.applications.ground import Ground


class Funder(NamedTuple):
    """Somebody who may be asked for money: an organisation's id and name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of one call's form, in the order they are shown."""

    fiches: list[Fiche]
    funders: list[Funder]
    qpvs: list[Qpv]


def choices_of(ground: Ground, asked: Iterable[int] = ()) -> Choices:
    """What an application to that call may choose; raises nothing.

    `asked` are funders asked already, which may not be among the usual ones.
    """
    fiches = [ground.fiches[number] for number in ground.open_numbers]
    year = ground.call.year
    first, last = date(year, 1, 1), date(year, 12, 31)
    qpvs = [
        qpv
        for known in ground.qpvs.values()
        for qpv in known
        if qpv.valid_from <= last and (qpv.valid_to is None or first <= qpv.valid_to)
    ]
    funders = _funders(ground)
    usual, names = {funder.id for funder in funders}, ground.funders.names
    funders += [Funder(n, names[n]) for n in asked if n not in usual and n in names]
    return Choices(fiches, funders, sorted(qpvs, key=lambda qpv: (qpv.name, qpv.code)))


def _funders(ground: Ground) -> list[Funder]:
    """The usual funders of the contract, else all of its organisations."""
    known = {name: Funder(number, name) for number, name in ground.funders.names.items()}
    usual = [reference.name for reference in shipped_references() if reference.funder]
    found = [known[name] for name in usual if name in known]
    return found or [known[name] for name in sorted(known)]
