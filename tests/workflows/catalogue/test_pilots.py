"""Pilots: separators, services in brackets, spellings, and nothing dropped."""

import pytest

from config.organisations import Directory, Reference, shipped_directory
from workflows.catalogue.findings import Findings
from workflows.catalogue.pilots import PilotReader, Place

PLACE = Place(7, "Pilote")


def read(cell: str) -> tuple[list[tuple[str, str | None]], Findings]:
    findings = Findings("appel.txt")
    pilots = PilotReader(shipped_directory(), findings).read_cell(cell, PLACE)
    return [(pilot.name, pilot.service) for pilot in pilots], findings


@pytest.mark.parametrize(
    ("cell", "pilots"),
    [
        ("DSDEN/Ville, CAF", [("DSDEN", None), ("Ville", None), ("CAF", None)]),
        ("Ville , Métropole ;CAF", [("Ville", None), ("Métropole", None), ("CAF", None)]),
        ("Ville /bailleurs", [("Ville", None), ("Bailleurs sociaux", None)]),
        ("Région (SPRO), 3M et ville de Montpellier", [("Région", "SPRO"), ("Métropole", None), ("Ville", None)]),
        ("Région et Etat (DDCS/DIRECCTE et SGAR)", [("Région", None), ("État", "DDCS/DIRECCTE et SGAR")]),
        ("Etat (DDCS) (SGAR) et CAF", [("État", "DDCS/SGAR"), ("CAF", None)]),
        ("Métropole, Ville et ensemble des communes de la Métropole",
         [("Métropole", None), ("Ville", None), ("Communes de la Métropole", None)]),
        ("ETAT ET metropole", [("État", None), ("Métropole", None)]),
        ("DDSC", [("DDCS", None)]),
        ("préfecture de l’Hérault", [("État", None)]),
        ("Ville,, CAF,", [("Ville", None), ("CAF", None)]),
    ],
)  # fmt: skip
def test_a_cell_names_organisations_in_order(
    cell: str, pilots: list[tuple[str, str | None]]
) -> None:
    read_pilots, findings = read(cell)

    assert read_pilots == pilots
    assert findings.problems == []


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Ville, Metropolle", "pilote inconnu « Metropolle » : vouliez-vous dire « Métropole »"),
        ("Zorglub", "pilote inconnu « Zorglub » : corrigez-le"),
        ("Ville et Zorglub", "pilote inconnu « Zorglub »"),
        ("(DDCS) Etat", "parenthèse vide, mal fermée ou sans organisation"),
        ("Etat (DDCS", "parenthèse"),
        ("Etat (DDCS (34))", "parenthèse"),
        ("Etat, (DDCS)", "parenthèse"),
        ("Etat ()", "parenthèse"),
        (" ", "aucun pilote"),
        (" / ,", "aucun pilote"),
        ("V" * 500, "nom trop long"),
        (f"Etat ({'d' * 300})", "nom trop long"),
    ],
)
def test_what_is_not_understood_is_a_problem_with_its_place(cell: str, said: str) -> None:
    _pilots, findings = read(cell)

    assert any(problem.text.startswith(said) for problem in findings.problems)
    assert {(p.file, p.line, p.column) for p in findings.problems} == {("appel.txt", 7, "Pilote")}


def test_a_name_that_holds_the_word_et_is_not_cut() -> None:
    directory = Directory([Reference(name="Eaux et forêts"), Reference(name="Ville")])
    reader = PilotReader(directory, Findings("appel.txt"))

    pilots = reader.read_cell("Eaux et Forêts, Ville", PLACE)

    assert [pilot.name for pilot in pilots] == ["Eaux et forêts", "Ville"]


def test_a_pilot_named_twice_is_kept_once_and_told() -> None:
    pilots, findings = read("Etat (DDCS), Ville, Etat (SGAR)")

    assert pilots == [("État", "DDCS/SGAR"), ("Ville", None)]
    assert [(o.code, o.line) for o in findings.oddities] == [("pilot_twice", 7)]
