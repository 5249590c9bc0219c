"""A big workbook of applications in our own format, the same at each run: what imports are measured on."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

from stdnum.luhn import calc_check_digit
from xlsxwriter import Workbook

from workflows.applications.columns import OWN, Use

FUNDERS = ("Ville", "Métropole", "État", "CAF", "Département", "Région")
FICHES = ("1.3", "1.10", "2.1", "2.10", "3.2", "6.2", "6.10")
QPVS = ("QP034005", "QP034006 QP034007", "QP034010", "")
APPLICANTS = 5_000
NOON = datetime(2020, 11, 25, 12)  # noqa: DTZ001 # as a spreadsheet writes it, without a zone
_PER_APPLICATION = (1, 2, 3, 4)  # funders: 2.5 lines an application


def write_big_workbook(path: Path, lines: int, *, fiches: tuple[str, ...] = FICHES) -> None:
    """Write `lines` lines of applications to the call of 2021 at `path`, in constant memory."""
    columns = [column for column in OWN if column.use is not Use.SHOWN]
    with Workbook(path, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Dossiers")
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, [column.header for column in columns])
        for row, values in zip(range(1, lines + 1), _lines(fiches), strict=False):
            for place, column in enumerate(columns):
                value = values[column.field]
                if isinstance(value, date):
                    sheet.write_datetime(row, place, value, day)
                elif value is not None:
                    sheet.write(row, place, value)


def _lines(fiches: tuple[str, ...]) -> Iterator[dict[str, object]]:
    number = 0
    while True:
        number += 1
        application = _application(number, fiches[number % len(fiches)])
        for rank in range(_PER_APPLICATION[number % len(_PER_APPLICATION)]):
            yield application | {
                "funder": FUNDERS[(number + rank) % len(FUNDERS)],
                "asked": 1_000 + 250.5 * rank + number % 900,
                "comment": "droit commun" if rank else None,
            }


def _application(number: int, fiche: str) -> dict[str, object]:
    applicant = number % APPLICANTS
    budget = 20_000 + number % 7_000 + 0.25
    starts_on = date(2021, 1, 1) + timedelta(days=number % 180)
    return {
        "reference": f"BIG-{number:06d}",
        "fiche": fiche,
        "title": f"Atelier numéro {number} : lecture, jardin et réparation avec les habitants",
        "summary": None,
        "applicant": f"Association {applicant} du quartier",
        "siret": siret(applicant),
        "rna": None,
        "contact": f"Personne {applicant}",
        "email": f"contact{applicant}@asso{applicant}.example.org",
        "received_at": NOON + timedelta(minutes=number % 50_000),
        "starts_on": starts_on,
        "ends_on": starts_on + timedelta(days=150),
        "financial_year_ends_on": date(2021, 12, 31),
        "charges": budget,
        "resources": budget,
        "renewal": "oui" if number % 3 == 0 else "non",
        "prior_report_on": date(2020, 10, 15) if number % 3 == 0 else None,
        "years": 1,
        "qpvs": QPVS[number % len(QPVS)] or None,
        "late_reason": None,
    }


def siret(rank: int) -> str:
    """A SIRET that its check digits accept, different for each rank."""
    siren = f"9{rank:07d}"
    siren += calc_check_digit(siren)
    return siren + "0001" + calc_check_digit(siren + "0001")
