"""A faulty policy file is refused whole, each fault with its file, line and field."""

import shutil
from pathlib import Path

import pytest

from config.errors import ConfigError
from config.policy import SHIPPED, load_policies


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped policies, to be spoilt."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "policies"))


def spoil(folder: Path, name: str, before: str, after: str) -> list[str]:
    text = (folder / name).read_text(encoding="utf-8")
    assert text.count(before) >= 1, "the shipped file has changed; so must the test"
    (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load_policies(folder)
    return [str(problem) for problem in refused.value.problems]


def line_of(folder: Path, name: str, start: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(i for i, line in enumerate(lines, 1) if line.strip().startswith(start))


@pytest.mark.parametrize(
    ("before", "after", "start", "sentence"),
    [
        (
            "rule: 10-15 of budget_year",
            "rule: 15 octobre",
            "rule: 15 octobre",
            "champ « interim_report.rule » : règle « 15 octobre » illisible, attendu : « P6M",
        ),
        (
            "P30D after eligibility",
            "P30D after lunch",
            "otherwise: P30D after lunch",
            "champ « pilot_opinion.otherwise » : événement « lunch » inconnu, attendu : l’un de",
        ),
        (
            "min_notice: P5D",
            "min_notice: 5",
            "min_notice: 5",
            "champ « pilot_opinion.min_notice » : durée « 5 » illisible, attendu : de 1 à 999",
        ),
        (
            "call_closing: strict",
            "call_closing: souple",
            "call_closing",
            "champ « call_closing » : « souple » refusé, attendu : l’une des valeurs 'strict' ou",
        ),
        (
            "strictly_above: 23000",
            "strictly_above: beaucoup",
            "strictly_above",
            "champ « agreement.threshold.strictly_above » : « beaucoup » refusé, attendu : un nom",
        ),
        (
            "strictly_above: 23000",
            "strictly_above: -1",
            "strictly_above",
            "champ « agreement.threshold.strictly_above » : « -1 » refusé, attendu : au moins 0",
        ),
        (
            "repayment:",
            "remboursement:",
            "remboursement:",
            "champ « remboursement » : champ inconnu, attendu : ",
        ),
        (
            "    law: loi 2000-321 art. 10\n    form: cerfa 15059*02\n",
            "    law: ''\n",
            "law: ''",
            "champ « final_report.source » : source vide, attendu : law, form, page ou practice",
        ),
    ],
)
def test_a_faulty_deadline_is_named(
    folder: Path, before: str, after: str, start: str, sentence: str
) -> None:
    problems = spoil(folder, "deadlines.yaml", before, after)
    line = line_of(folder, "deadlines.yaml", start) - (1 if start == "law: ''" else 0)

    assert any(
        problem.startswith(f"deadlines.yaml, ligne {line}, {sentence}") for problem in problems
    ), problems


def test_a_kind_left_out_is_named(folder: Path) -> None:
    problems = spoil(folder, "deadlines.yaml", "repayment:", "remboursement:")

    line = line_of(folder, "deadlines.yaml", "call_closing")  # the first of the group it lacks in

    assert problems[0].startswith(
        f"deadlines.yaml, ligne {line}, champ « repayment » : champ absent, attendu"
    )


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("offset: J-7", "offset: 7 jours", "« default[2].offset » : échelon « 7 jours » illisible"),
        ("offset: J-7", "offset: J-30", "« default » : échelon J-30 écrit deux fois"),
        ("offset: J-7", "offset: J+30", "« default » : échelon J-1 placé après J+30"),
        ("offset: J-30", "offset: J-999", "« default[1].offset » : « -999 » refusé, attendu"),
        ("audience: [owner]", "audience: []", "« default[1].audience » : liste de 0, attendu"),
        (
            "audience: [owner]",
            "audience: [owner, owner]",
            "« default[1].audience » : « owner » écrit deux fois",
        ),
        ("audience: [owner]", "audience: [maire]", "« default[1].audience[1] » : « maire » refusé"),
        ("catch_up: merge", "catch_up: later", "« default[1].catch_up » : « later » refusé"),
        (
            "  missing_piece:",
            "  missing_pieces:",
            "« by_kind.missing_pieces » : « missing_pieces »",
        ),
        (
            "by_kind:",
            "by_kind:\n  repayment: []",
            "« by_kind.repayment » : liste de 0, attendu : au",
        ),
    ],
)
def test_a_faulty_ladder_is_named(folder: Path, before: str, after: str, sentence: str) -> None:
    problems = spoil(folder, "reminders.yaml", before, after)

    assert problems[0].startswith("reminders.yaml, ligne ")
    assert f"champ {sentence}" in problems[0]
    assert "attendu : " in problems[0]


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("zone: Europe/Paris", "zone: Paris", "« zone » : « Paris » refusé, attendu : un fuseau"),
        ("country: FR", "country: France", "« country » : « France » refusé, attendu : un texte"),
        ("[monday,", "[lundi,", "« working_days[1] » : « lundi » refusé, attendu : l’une des"),
        ("[monday,", "[friday,", "« working_days » : « friday » écrit deux fois, attendu"),
        ("days: []", "days: [2021-02-30]", "« extra_closed_days[1] » : « 2021-02-30 » refusé"),
        (
            "days: []",
            "days: [demain]",
            "« extra_closed_days[1] » : « demain » refusé, attendu : une",
        ),
        ("working_days: [", "working_days: [] # [", "« working_days » : liste de 0, attendu"),
    ],
)
def test_a_faulty_calendar_is_named(folder: Path, before: str, after: str, sentence: str) -> None:
    problems = spoil(folder, "calendar.yaml", before, after)

    assert problems[0].startswith("calendar.yaml, ligne ")
    assert f"champ {sentence}" in problems[0]


def test_the_faults_of_all_files_are_named_together(folder: Path) -> None:
    (folder / "calendar.yaml").write_text("zone: Paris\n", encoding="utf-8")
    (folder / "deadline.yaml").write_text("{}", encoding="utf-8")

    problems = spoil(folder, "reminders.yaml", "catch_up: skip", "catch_up: never")

    assert problems[0] == (
        "deadline.yaml : fichier inconnu, attendu : deadlines.yaml, reminders.yaml, calendar.yaml,"
        " calls.yaml, schedule.yaml, mail.yaml"
    )
    assert {problem.split(",")[0] for problem in problems[1:]} == {
        "calendar.yaml",
        "reminders.yaml",
    }


def test_a_file_left_out_is_the_shipped_one(folder: Path) -> None:
    (folder / "deadlines.yaml").unlink()
    (folder / "reminders.yaml").unlink()
    calendar = folder / "calendar.yaml"
    calendar.write_text(
        calendar.read_text(encoding="utf-8").replace("days: []", "days: [2021-05-14]"),
        encoding="utf-8",
    )

    found = load_policies(folder)

    assert found.deadlines == load_policies().deadlines
    assert found.reminders == load_policies().reminders
    assert [f"{day}" for day in found.calendar.extra_closed_days] == ["2021-05-14"]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nulle-part : dossier introuvable, attendu"):
        load_policies(tmp_path / "nulle-part")
