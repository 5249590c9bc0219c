"""The shipped organisations, and how a spelling leads to one."""

from pathlib import Path

import pytest

from config.errors import ConfigError
from config.organisations import (
    Directory,
    Known,
    Reference,
    shipped_directory,
    shipped_references,
    spelling_key,
)
from config.qpv import shipped_neighbourhoods


@pytest.mark.parametrize(
    ("spelling", "known"),
    [
        ("Métropole", Known("Métropole", "name")),
        ("3m", Known("Métropole", "alias")),
        ("ETAT", Known("État", "name")),
        ("Préfecture de l’Hérault", Known("État", "alias")),
        ("ddsc", Known("DDCS", "typing_error")),
        (" ville  de\tMontpellier ", Known("Ville", "alias")),
        ("Zorglub", None),
        ("", None),
    ],
)
def test_a_spelling_leads_to_its_organisation(spelling: str, known: Known | None) -> None:
    assert shipped_directory().find(spelling) == known


def test_the_shipped_list_holds_the_canonical_pilots_and_the_usual_funders() -> None:
    references = {reference.name: reference for reference in shipped_references()}

    assert len(references) == 21
    assert [name for name, r in references.items() if r.parent == "État"] == [
        "DDCS",
        "DSDEN",
        "DRAC",
        "Éducation nationale",
        "Rectorat",
    ]
    assert [name for name, r in references.items() if r.funder] == [
        "Métropole",
        "Ville",
        "État",
        "CAF",
        "Région",
        "Département",
    ]


def test_a_key_forgets_case_accents_spaces_and_apostrophes() -> None:
    assert spelling_key(" L’ÉTÉ  à\nla   Région ") == "l'ete a la region"


def test_a_spelling_for_two_organisations_is_refused() -> None:
    with pytest.raises(ValueError, match="à la fois CAF et Ville"):
        Directory([Reference(name="CAF"), Reference(name="Ville", aliases=("caf",))])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("organisations: [{name: A}, {name: A}]", "deux fois"),
        ("organisations: [{name: A, parent: B}]", "inconnues : B"),
        ("organisations: [{name: A}, {name: B, aliases: [a]}]", "à la fois A et B"),
        ("organisations: [{nom: A}]", "champ inconnu"),
    ],
)
def test_a_list_that_contradicts_itself_is_refused(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "organisations.yaml"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError, match=said):
        shipped_references(path)


def test_the_shipped_neighbourhoods_are_the_twelve_of_2015() -> None:
    (group,) = shipped_neighbourhoods()

    assert group.contract == "CV112"
    assert len({place.code for place in group.neighbourhoods}) == 12
