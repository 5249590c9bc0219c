"""Who plays in the demonstration: applicants, their actions and amounts, drawn from one seed."""

import random
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from stdnum import luhn

SEED = 2021
APPLICATIONS = 248
WORDS = Path(__file__).parents[2] / "config" / "demo_words.yaml"
FUNDERS = ("État", "Métropole", "Ville", "CAF", "Région", "Département")


class Story(StrEnum):
    """How one application lives."""

    PLAIN = "plain"
    LATE_REFUSED = "late_refused"
    LATE_ADMITTED = "late_admitted"
    INCOMPLETE = "incomplete"
    NEVER_COMPLETE = "never_complete"
    INELIGIBLE = "ineligible"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"
    DEFERRED = "deferred"
    CORRECTED = "corrected"
    OPINION_WAIVED = "opinion_waived"
    NOT_CARRIED_OUT = "not_carried_out"
    POSTPONED = "postponed"
    REPORT_OVERDUE = "report_overdue"
    REPORT_RETURNED = "report_returned"


SHARES = {  # how many of each; the rest is plain
    Story.LATE_REFUSED: 6,
    Story.LATE_ADMITTED: 4,
    Story.INCOMPLETE: 22,
    Story.NEVER_COMPLETE: 6,
    Story.INELIGIBLE: 11,
    Story.WITHDRAWN: 9,
    Story.REFUSED: 30,
    Story.DEFERRED: 14,
    Story.CORRECTED: 3,
    Story.OPINION_WAIVED: 8,
    Story.NOT_CARRIED_OUT: 9,
    Story.POSTPONED: 6,
    Story.REPORT_OVERDUE: 24,
    Story.REPORT_RETURNED: 12,
}


@dataclass(frozen=True, slots=True)
class Part:
    """One application as the cast will submit it; amounts in euros by funder's name."""

    index: int
    story: Story
    fiche: str
    title: str
    applicant: str
    siret: str
    contact: str
    email: str
    received_on: date
    starts_on: date
    ends_on: date
    asked: dict[str, Decimal]
    charges: Decimal
    renewal: bool
    qpv: str
    luck: float  # between 0 and 1: how prompt these people are


@cache
def words() -> dict[str, Any]:
    """The words that names and titles are made from; raises nothing."""
    return dict(yaml.safe_load(WORDS.read_text(encoding="utf-8")))


def siret_of(index: int) -> str:
    """A number that passes the SIRET check, for an organisation that does not exist; raises nothing."""
    siren = f"{900_000_00 + index * 37:08d}"
    siren += luhn.calc_check_digit(siren)
    branch = siren + "0001"
    return branch + luhn.calc_check_digit(branch)


def stories(count: int = APPLICATIONS) -> list[Story]:
    """One story per application, in an order that depends on the seed alone; raises nothing."""
    told = [story for story, many in SHARES.items() for _again in range(many)]
    told += [Story.PLAIN] * (count - len(told))
    random.Random(SEED).shuffle(told)  # noqa: S311 # a plausible order, not a secret
    return told


def cast(fiches: list[tuple[str, int]], qpvs: list[str]) -> list[Part]:
    """Every application of the demonstration, on fiches given as (number, enjeu); raises nothing."""
    chance = random.Random(SEED)  # noqa: S311 # the same play every time, not a secret
    return [
        _part(index, story, fiches[index % len(fiches)], qpvs, chance)
        for index, story in enumerate(stories())
    ]


def _part(
    index: int, story: Story, fiche: tuple[str, int], qpvs: list[str], chance: random.Random
) -> Part:
    number, enjeu = fiche
    who = index % 120  # some applicants file several applications
    first, last = words()["first_names"][who % 25], words()["last_names"][(who * 3) % 25]
    asked = _asked(chance)
    school_year = chance.random() < 0.25
    received = _received(index, story, chance)
    return Part(
        index=index,
        story=story,
        fiche=number,
        title=_title(index, enjeu),
        applicant=_applicant(who),
        siret=siret_of(who),
        contact=f"{first} {last}",
        email=f"contact{who:03d}@porteur.example",
        received_on=received,
        starts_on=date(2021, 9, 1) if school_year else date(2021, 1, 4),
        ends_on=date(2022, 8, 31) if school_year else date(2021, 12, 31),
        asked=asked,
        charges=(sum(asked.values(), Decimal(0)) * Decimal("1.4")).quantize(Decimal(1)),
        renewal=chance.random() < 0.35,
        qpv=qpvs[index % len(qpvs)],
        luck=chance.random(),
    )


def _received(index: int, story: Story, chance: random.Random) -> date:
    early = date(2020, 11, 26 + chance.randrange(5))
    usual = date(2020, 12, 1 + chance.randrange(31))
    late = date(2021, 1, 5 + chance.randrange(4))
    if story in (Story.LATE_REFUSED, Story.LATE_ADMITTED):
        return late
    return early if index % 9 == 0 else usual


def _title(index: int, enjeu: int) -> str:
    themes = words()["themes"][enjeu]
    return f"{themes[index % len(themes)]} ({words()['names'][index % 25]})"


def _applicant(who: int) -> str:
    return f"{words()['forms'][who // 25 * 2 % 10]} {words()['names'][who % 25]}"


def _asked(chance: random.Random) -> dict[str, Decimal]:
    """From two to four funders, small sums more often than large ones."""
    chosen = [FUNDERS[0], *chance.sample(FUNDERS[1:], chance.choice((1, 1, 2, 2, 3)))]
    sums = (2000, 3000, 4000, 5000, 6000, 8000, 10_000, 12_000, 15_000, 20_000, 28_000, 40_000)
    weights = (9, 10, 10, 12, 10, 9, 8, 6, 5, 3, 2, 1)
    return {name: Decimal(chance.choices(sums, weights)[0]) for name in chosen}
