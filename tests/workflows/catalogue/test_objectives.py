"""Objectives become a list where the source marks one, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.catalogue.objectives import (
    is_unmarked_list,
    join_objectives,
    residues,
    split_objectives,
    tags_left_open,
)

UL = '<ul style="list-style-type: none">'


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        (f"{UL} • Semer, • <u>Arroser.</u> ", ["Semer,", "Arroser."]),
        (f"{UL} Semer les graines Arroser le soir ", ["Semer les graines Arroser le soir"]),
        ("<p>Un :</p> <p>deux ; trois</p>", ["Un :", "deux ; trois"]),
        (
            f"{UL} Table : {UL} - F28:F33La dresser - La décorer",
            ["Table :", "La dresser", "La décorer"],
        ),
        ("À moyen - long terme, sans liste", ["À moyen - long terme, sans liste"]),
        ("Un - deux\n- trois\n– quatre", ["Un - deux", "trois", "quatre"]),
        ("Deux lignes\nd’une même phrase", ["Deux lignes d’une même phrase"]),
        ("<ul><li>Semer</li><li>Arroser</li></ul>", ["Semer", "Arroser"]),
        ("Pour les < 25 ans et a<b", ["Pour les < 25 ans et a< b"]),
        ("<script>alert(1)</script><!-- rien --><<b>i>x", ["alert(1)x"]),
        (" ", []),
    ],
)
def test_items_follow_the_marks(cell: str, items: list[str]) -> None:
    assert split_objectives(cell) == items


@given(st.text(alphabet='ab<>/!?•-–\n &;ul"p=F1:2', max_size=60))
def test_no_tag_survives_and_reading_again_changes_nothing(cell: str) -> None:
    items = split_objectives(cell)

    assert not any(f"<{c}" in item for item in items for c in "abulpF/!?")
    assert split_objectives(join_objectives(items)) == items


def test_nested_tags_cost_no_time() -> None:
    assert "<b" not in "".join(split_objectives("<" * 50_000 + "b>" * 50_000))


def test_what_is_left_of_a_page_or_a_spreadsheet_is_found() -> None:
    assert residues(" - F28:F33Le $A$1:$B$2, Ab12:C3 et 12:30") == ["F28:F33", "$A$1:$B$2"]
    assert tags_left_open(f"{UL}<p>a</p>{UL}<u>b</u><br>") == ["ul", "ul"]
    assert is_unmarked_list(f"{UL} Semer Arroser ")
    assert not is_unmarked_list(f"{UL} - Semer ")
    assert not is_unmarked_list("Semer Arroser")
