"""Cells as people and spreadsheets write them: read, or refused with what was found and expected."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from workflows.applications import identifying, moments, parsing
from workflows.applications.cellwise import Unreadable, key_of

_typed = datetime.combine  # as a spreadsheet gives it, without a zone


@pytest.mark.parametrize(
    ("cell", "euros"),
    [
        ("1 234,56 €", "1234.56"),
        ("1\u202f234,56\u00a0€", "1234.56"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("12 000 euros", "12000.00"),
        ("12000,5", "12000.50"),
        ("0", "0.00"),
        ("7,", "7.00"),
        (1234.56, "1234.56"),
        (0.1 + 0.2, "0.30"),
        (5000, "5000.00"),
    ],
)
def test_amounts(cell: Any, euros: str) -> None:
    assert parsing.amount(cell) == Decimal(euros)
    assert str(parsing.amount(cell)) == euros


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-5", "négatif"),
        ("(5)", "négatif"),
        ("\N{MINUS SIGN}5", "négatif"),
        (-0.01, "négatif"),
        ("1,234", "plus de deux décimales"),
        (1.005, "plus de deux décimales"),
        ("3000 par an", "n’est pas un montant"),
        ("#REF!", "« #REF! »"),
        ("1e3", "n’est pas un montant"),
        (True, "n’est pas un montant"),
        (date(2021, 1, 1), "« 2021-01-01 »"),
        ("999999999999", "démesuré"),
        (float("nan"), "n’est pas un montant"),
        ("٣", "n’est pas un montant"),
    ],
)
def test_bad_amounts(cell: Any, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        parsing.amount(cell)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("31/12/2021", date(2021, 12, 31)),
        ("1/2/2021", date(2021, 2, 1)),
        ("01.02.2021", date(2021, 2, 1)),
        ("2021-02-01", date(2021, 2, 1)),
        ("2022-08-31T22:00Z", date(2022, 9, 1)),  # local midnight, stored as UTC
        ("2022-12-31T23:00:00.000Z", date(2023, 1, 1)),
        ("2022-08-31T21:59Z", date(2022, 8, 31)),
        ("44561", date(2021, 12, 31)),
        (44561, date(2021, 12, 31)),
        (44561.75, date(2021, 12, 31)),
        (date(2021, 12, 31), date(2021, 12, 31)),
        (_typed(date(2021, 12, 31), time()), date(2021, 12, 31)),
        (_typed(date(2021, 12, 30), time(23, 59, 59, 999_999)), date(2021, 12, 31)),
    ],
)
def test_days(cell: Any, day: date) -> None:
    assert moments.day(cell) == day


@pytest.mark.parametrize(
    ("cell", "instant"),
    [
        ("04/01/2021", datetime(2021, 1, 4, 11, tzinfo=UTC)),  # noon in Paris
        ("04/01/2021 23:59", datetime(2021, 1, 4, 22, 59, tzinfo=UTC)),
        ("04/01/2021 9h05", datetime(2021, 1, 4, 8, 5, tzinfo=UTC)),
        ("2021-07-01 09:00:00", datetime(2021, 7, 1, 7, tzinfo=UTC)),
        ("2021-01-04T22:59:59Z", datetime(2021, 1, 4, 22, 59, 59, tzinfo=UTC)),
        (_typed(date(2021, 1, 4), time(23, 30)), datetime(2021, 1, 4, 22, 30, tzinfo=UTC)),
        (44200.5, datetime(2021, 1, 4, 11, tzinfo=UTC)),
    ],
)
def test_instants(cell: Any, instant: datetime) -> None:
    assert moments.instant(cell) == instant
    assert moments.instant(cell).utcoffset() is not None


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("31/02/2021", "n’existe pas"),
        ("2021-13-01", "n’existe pas"),
        ("31/12/21", "quatre chiffres"),
        ("bientôt", "n’est pas une date"),
        ("01/01/0021", "invraisemblable"),
        (12, "n’est pas une date"),
        (True, "n’est pas une date"),
        (time(12), "n’est pas une date"),
    ],
)
def test_bad_days(cell: Any, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        moments.day(cell)
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("oui", True),
        ("X", True),
        (1, True),
        (1.0, True),
        (True, True),
        ("Non", False),
        ("0", False),
    ],
)
def test_yes_or_no(cell: Any, answer: bool) -> None:
    assert parsing.yes_no(cell) is answer


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Unreadable, match="ni oui ni non"):
        parsing.yes_no("peut-être")


@pytest.mark.parametrize(
    "cell",
    ["73282932000074", "732 829 320 00074", 73282932000074.0, "73282932000074.0", 73282932000074],
)
def test_sirets(cell: Any) -> None:
    assert identifying.siret(cell) == "73282932000074"


@pytest.mark.parametrize("number", ["35600000049837", "35600000000048"])
def test_the_sirets_of_la_poste(number: str) -> None:
    assert identifying.siret(number) == number


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("5480034500019", "a perdu un zéro"),
        (5480034500019.0, "a perdu un zéro"),
        ("73282932000079", "clé de contrôle"),
        ("732829320", "9 chiffres"),
        ("7,32829E+13", "arrondi"),
        ("en cours", "14 chiffres"),
    ],
)
def test_bad_sirets(cell: Any, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        identifying.siret(cell)
    assert said in str(refused.value)


def test_other_numbers() -> None:
    assert identifying.rna("w 342 000 001") == "W342000001"
    assert identifying.email("Ines@Porteur.Example ") == "ines@porteur.example"
    assert identifying.codes("QP034005;qp034006 QP034005") == ("QP034005", "QP034006")
    assert identifying.fiche_number(" 1.10 ") == "1.10"
    assert parsing.years(3.0) == 3


@pytest.mark.parametrize(
    ("reader", "cell", "said"),
    [
        (identifying.rna, "X123", "W et neuf"),
        (identifying.email, "ines chez porteur", "adresse électronique"),
        (identifying.fiche_number, 1.1, "« 1.10 » y devient 1.1"),
        (identifying.fiche_number, date(2021, 10, 1), "pour le tableur"),
        (identifying.fiche_number, "douze", "par exemple 1.10"),
        (parsing.years, 0, "entier de 1"),
        (parsing.years, "deux", "entier de 1"),
        (parsing.text(3), "abcd", "3 au plus"),
        (parsing.text(9), "a\x1bb", "U+001B"),
    ],
)
def test_other_bad_cells(reader: Any, cell: Any, said: str) -> None:
    with pytest.raises(Unreadable) as refused:
        reader(cell)
    assert said in str(refused.value)


def test_titles_are_compared_by_their_letters() -> None:
    assert key_of(" Reçu  LE ") == key_of("recu_le") == "recule"
    assert key_of("fin d’exercice") == key_of("Fin d'exercice")
