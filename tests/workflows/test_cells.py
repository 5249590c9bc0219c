"""No text cell of ours is run by a spreadsheet, and each reads back as it was."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.cells import plain_cell, safe_cell


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@A1", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"]
)
def test_a_text_that_would_run_gets_an_apostrophe(text: str) -> None:
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "value", ["", "a=1", "1.10", "'", "l’été", "'mot", 12, Decimal("-3.50"), date(2021, 1, 4), None]
)
def test_anything_else_stays_as_it_is(value: object) -> None:
    assert safe_cell(value) is value


@given(st.text(alphabet="'=+-@\t\rab ", max_size=6))
def test_reading_back_gives_the_text_again(text: str) -> None:
    guarded = safe_cell(text)

    assert isinstance(guarded, str)
    assert guarded[:1] not in set("=+-@\t\r")
    assert plain_cell(guarded) == text
