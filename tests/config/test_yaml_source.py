"""A faulty YAML file says which file, line and field, what was found, and what was expected."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import BaseModel, ConfigDict, Field

from config.errors import ConfigError
from config.yaml_source import load_yaml


class Stage(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    days: int = Field(default=1, gt=0)


class Plan(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    opens: date | None = None
    budget: Decimal | None = None
    stages: tuple[Stage, ...] = ()
    notes: dict[str, str] = Field(default_factory=dict)


def problems_of(folder: Path, content: str | bytes) -> list[str]:
    path = folder / "plan.yaml"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError) as refused:
        load_yaml(path, Plan)
    assert str(refused.value) == "\n".join(map(str, refused.value.problems))
    return [str(problem) for problem in refused.value.problems]


def test_a_good_file_becomes_its_model(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "\ufefftitle: Été\nopens: 2021-01-04\nbudget: 23000\nstages: [{name: '1.10', days: 2}]\n",
        encoding="utf-8",
    )

    assert load_yaml(path, Plan) == Plan(
        title="Été",
        opens=date(2021, 1, 4),
        budget=Decimal(23000),
        stages=(Stage(name="1.10", days=2),),
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("opens: 2021-01-04\n", "ligne 1, champ « title » : champ absent, attendu : une valeur"),
        (
            "title: a\n\ntilte: b\n",
            "ligne 3, champ « tilte » : champ inconnu, attendu : un champ prévu ici ;",
        ),
        (
            "title: a\nstages:\n  - name: b\n  - days: 2\n",
            "ligne 4, champ « stages[2].name » : champ absent, attendu : une valeur",
        ),
        (
            "title: a\nstages:\n  - name: b\n    days: beaucoup\n",
            "ligne 4, champ « stages[1].days » : « beaucoup » refusé, attendu : un nombre entier",
        ),
        (
            "title: a\nstages:\n  - name: b\n    days: 0\n",
            "ligne 4, champ « stages[1].days » : « 0 » refusé, attendu : plus de 0",
        ),
        (
            "title: a\nstages:\n  - name: 1.10\n",  # YAML reads 1.1: the very trap of fiche numbers
            "ligne 3, champ « stages[1].name » : « 1.1 » refusé, attendu : un texte",
        ),
        (
            "title: a\nstages: {name: b}\n",
            "ligne 2, champ « stages » : groupe de champs, attendu : une liste",
        ),
        ("title: [a, b]\n", "ligne 1, champ « title » : liste de 2, attendu : un texte"),
        ("title: ~\n", "ligne 1, champ « title » : valeur vide, attendu : un texte"),
        (
            "- a\n- b\n",
            "ligne 1 : liste de 2, attendu : un groupe de champs",
        ),
        (
            "title: a\nopens: 2021-02-30\n",
            "ligne 2, champ « opens » : « 2021-02-30 » refusé,",
        ),
        (
            "title: a\nopens: 2021-01-04\ntitle: b\n",
            "ligne 3, champ « title » : champ écrit deux fois (déjà ligne 1),",
        ),
        (
            "title: a\nnotes:\n  8: b\n",
            "ligne 3, champ « notes » : nom de champ « 8 » refusé,",
        ),
        (
            "title: a\nnotes:\n  <<: {b: c}\n",
            "ligne 3, champ « notes » : nom de champ « << » refusé,",
        ),
        (
            "title: &t a\nnotes: {b: *t}\n",
            "ligne 2, champ « notes.b » : renvoi (alias) YAML,",
        ),
        (
            "title: a\nstages: &s [*s]\n",
            "ligne 2, champ « stages[1] » : renvoi (alias) YAML,",
        ),
        (
            "title: !!python/name:os.system a\n",
            "ligne 1, champ « title » : « a » refusé,",
        ),
        (
            "title: a\nnotes: !!set {b}\n",
            "ligne 2, champ « notes » : étiquette YAML « tag:yaml.org,2002:set »,",
        ),
        ("", "ligne 1 : fichier vide, attendu : des champs « nom: valeur »"),
        ("# rien\n", "ligne 1 : fichier vide, attendu : des champs « nom: valeur »"),
        (b"title: \xe9t\xe9\n", " : fichier illisible, attendu : un texte en UTF-8"),
        ("[" * 2000, " : trop de niveaux imbriqués, attendu : un fichier simple"),
        ("title: a\n---\ntitle: b\n", "ligne 2 : YAML mal formé"),
        ("title: a\n  opens: b\n", "ligne 2 : YAML mal formé"),
        ("title: a\x07\n", " : YAML mal formé"),
    ],
)
def test_a_fault_is_named_with_its_place(
    tmp_path: Path, content: str | bytes, sentence: str
) -> None:
    found = problems_of(tmp_path, content)[0]

    assert found.removeprefix("plan.yaml").removeprefix(", ").startswith(sentence)
    assert "attendu : " in found


def test_every_fault_is_named_in_the_order_of_the_lines(tmp_path: Path) -> None:
    found = problems_of(tmp_path, "stages:\n  - {days: 0}\nbudget: x\nopens: y\n")

    assert [line.split(" : ")[0] for line in found] == [
        "plan.yaml, ligne 1, champ « title »",
        "plan.yaml, ligne 2, champ « stages[1].name »",
        "plan.yaml, ligne 2, champ « stages[1].days »",
        "plan.yaml, ligne 3, champ « budget »",
        "plan.yaml, ligne 4, champ « opens »",
    ]


def test_a_file_that_is_not_there_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"absent\.yaml : fichier illisible, attendu : "):
        load_yaml(tmp_path / "absent.yaml", Plan)
