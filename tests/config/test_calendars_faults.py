"""A faulty calendar of calls or a faulty schedule is refused, by file, line and field."""

from datetime import time
from pathlib import Path

import pytest

from config.policy import load_policies
from tests.config.test_policy_faults import folder, spoil

__all__ = ["folder"]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "opens: 11-25 of year_before",
            "opens: 25 novembre",
            "« 25 novembre » illisible, attendu : « 11-25",
        ),
        ("opens: 11-25 of year_before", "opens: 11-31 of year_before", "11-31"),
        ("opens: 11-25 of year_before", "opens: 11-25 of last_year", "illisible, attendu"),
        ("opens: 11-25 of year_before", "opens: 02-25 of budget_year", "précède l’ouverture"),
        ("[P30D, P7D]", "[P30D, P30D]", "écrit deux fois"),
        ("[P30D, P7D]", "[P1M]", "« P1M » en mois, attendu : en jours"),
        ("closes:", "ends:", "champ inconnu"),
    ],
)
def test_a_faulty_calendar_of_calls_is_named(
    folder: Path, before: str, after: str, sentence: str
) -> None:
    problems = spoil(folder, "calls.yaml", before, after)

    assert problems[0].startswith("calls.yaml, ligne ")
    assert any(sentence in problem for problem in problems)


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ('"06:10"', '"02:30"', "entre 2 h et 3 h"),
        ('"06:10"', '"02:00"', "entre 2 h et 3 h"),
        ('"06:10"', "6:10", "heure « 370 » illisible, attendu : entre guillemets"),
        ('"06:10"', '"24:00"', "illisible"),
        ("every_minutes: 5", "every_minutes: 0", "attendu : au moins 1"),
        ("{every_minutes: 5}", '{every_minutes: 5, at: ["07:00"]}', "l’un des deux"),
        ("{every_minutes: 5}", "{at: []}", "l’un des deux"),
        ('backup: {at: ["03:30"]}', "", "champ absent"),
    ],
)
def test_a_faulty_schedule_is_named(folder: Path, before: str, after: str, sentence: str) -> None:
    problems = spoil(folder, "schedule.yaml", before, after)

    assert problems[0].startswith("schedule.yaml")
    assert sentence in problems[0]


def test_the_shipped_ones_say_what_is_published() -> None:
    policies = load_policies()
    calendar = policies.calls.by_contract["CV112"]

    assert (str(calendar.opens), str(calendar.closes)) == (
        "11-25 of year_before",
        "01-04 of budget_year",
    )
    assert [lead.days for lead in calendar.warn_ahead] == [30, 7]
    times = policies.schedule.by_name()
    assert times["compose-digests"].at == (time(6, 30),)
    assert times["watch-deadlines"].at < times["compose-digests"].at
    assert times["deliver-mail"].every_minutes == 5
