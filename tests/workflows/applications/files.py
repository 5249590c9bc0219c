"""Files of applications for the tests: sound lines, varied or spoilt cell by cell."""

import csv
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

NOW = datetime(2021, 1, 5, 9, tzinfo=UTC)
Line = Mapping[str, Any]


def line(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One sound line of our own format; `changes` are by title, with `_` for a space."""
    return {
        "référence": f"EXT-{number}",
        "fiche": "1.3",
        "intitulé": f"Atelier {number}",
        "porteur": "Les Jardins partagés",
        "SIRET": "73282932000074",
        "courriel": "ines@porteur.example",
        "contact": "Inès Puech",
        "reçu le": "10/12/2020",
        "début": "01/02/2021",
        "fin": "30/11/2021",
        "charges": "10 000,00",
        "produits": "10000",
        "renouvellement": "",
        "QPV": "",
        "motif de retard": "",
        "financeur": "Ville",
        "montant demandé": "3000",
        "commentaire": "",
    } | {title.replace("_", " "): value for title, value in changes.items()}


def extract(number: int = 1, **changes: Any) -> dict[str, Any]:
    """One sound line of a DAUPHIN extract, with the column `fiche` that a manager adds."""
    return {
        "referenceAdministrative": f"DA{number:08d}-01",
        "exerciceBudgetaire": "2021",
        "dateDemande": "2020-12-09T23:00Z",
        "intituleProjet": f"Projet {number}",
        "periodeRealisation.dateDebut": "2020-12-31T23:00Z",
        "periodeRealisation.dateFin": "2021-12-30T23:00Z",
        "frequence": "RENOUVELLEMENT",
        "demandeur": "Les Jardins partagés",
        "siret": "73282932000074",
        "typeFinanceur": "FINANCEURPRIVILEGIE",
        "financeur": "Ville",
        "montantDemande": "3000",
        "statut": "Transmise",
        "montantVote": "",
        "dateDecision": "",
        "avisRecevabilite": "",
        "fiche": "1.3",
    } | changes


def write_csv(
    path: Path, lines: Sequence[Line], *, delimiter: str = ";", encoding: str = "utf-8"
) -> Path:
    """A CSV of these lines; the titles are those of the first."""
    with path.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(lines[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(lines)
    return path


def write_xlsx(path: Path, lines: Sequence[Line]) -> Path:
    """A workbook of these lines; dates and numbers keep their type."""
    with Workbook(path, {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.write_row(0, 0, list(lines[0]))
        for row, values in enumerate(lines, start=1):
            for place, value in enumerate(values.values()):
                if hasattr(value, "year"):
                    sheet.write_datetime(row, place, value, day)
                else:
                    sheet.write(row, place, value)
    return path
