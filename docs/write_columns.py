"""Write docs/columns.md from the column map of the importer: `python docs/write_columns.py`."""

from collections.abc import Iterable
from pathlib import Path

from config.labels import state_label
from models.vocabulary import LineStatus
from workflows.applications.columns import COLUMNS, Column, Profile, Use
from workflows.applications.dauphin import STATUSES, Stage, line_status, standing

OWN = {  # what each field holds; a test fails when one is missing here, or too many
    "reference": "its reference there, at most 40 characters; it is known again by it, never taken in twice",
    "fiche": "the number of a fiche open to the call, in a **text** cell: a spreadsheet turns `1.10` into `1.1`",
    "title": "at most 400 characters",
    "summary": "at most 20 000 characters",
    "applicant": "the name of the organisation; only shown, it identifies nobody",
    "siret": "14 digits with a valid key; spaces and dots allowed. This or `RNA` must be there",
    "rna": "`W` and nine digits; used when there is no SIRET",
    "contact": "the name of the person to write to; left out, with a warning, without an address",
    "email": "that person's e-mail address",
    "received_at": "date or instant of receipt: `04/01/2021 18:05`. No zone means Paris time, no hour means noon",
    "starts_on": "first day of the action",
    "ends_on": "last day of the action, not before the first",
    "financial_year_ends_on": "end of the financial year of the grant; empty: 31 December of the year in which it ends",
    "charges": "total expenses",
    "resources": "total resources, grants asked included; must equal the expenses",
    "renewal": "`oui` or `non` (also `x`, `1`, `0`, `vrai`, `faux`); empty: no",
    "prior_report_on": "when last year's report came in; a renewal without it cannot become eligible",
    "years": "over how many years the amounts run, 1 to 10; empty: 1",
    "qpvs": "codes of neighbourhoods in force when the action starts, separated by spaces, `;`, `,` or `/`",
    "late_reason": "why a manager takes in a file that came after the closing",
    "funder": "an organisation of the contract, by its name or one of its spellings",
    "asked": "what is asked of this funder, 0 or more",
    "comment": "at most 4 000 characters",
}
DAUPHIN = {
    **OWN,
    "reference": "an action code such as `DA12345678-01`: its eight digits are kept, lost zeros put back",
    "budget_year": "must be the year of the call",
    "siret": "14 digits with a valid key",
    "rna": "`W` and nine digits",
    "charges": "total expenses; without it, the sum of what is asked is taken for the budget, and a warning says so",
    "resources": "total resources; must equal the expenses",
    "renewal": "`RENOUVELLEMENT` or `PREMIERE DEMANDE`",
    "status": "the status of this funder line: see the table below",
    "voted": "what this funder gives; must be there on a voted line",
    "decided_on": "when this funder decided; must be there on a voted line",
    "opinion": "`RECEVABLE` (favourable) or `IRRECEVABLE` (adverse), or an opinion in words",
    "proposed": "the amount proposed with the opinion",
}
PAYMENTS = {
    "application": "the reference of the application: ours, or that of the file it came from",
    "funder": "an organisation of the contract, by its name or one of its spellings, which voted an amount",
    "amount": "what was paid, above 0; with what it paid before, at most what it voted",
    "paid_on": "when the money moved, from the funder's decision to today",
    "payment": "of the order to pay, at most 100 characters; known again by it: never noted twice",
    "kind": "`avance`, `acompte`, `solde` or `reversement`; empty: `solde` when nothing is left to pay, else `acompte`",
}
MEANINGS = {Profile.OWN: OWN, Profile.DAUPHIN: DAUPHIN, Profile.PAYMENTS: PAYMENTS}
HEADER = ["| column | also read as | filled | holds |", "|---|---|---|---|"]


def page() -> str:
    """The whole page: the two kinds of file, then the statuses of a DAUPHIN extract."""
    own, dauphin = COLUMNS[Profile.OWN], COLUMNS[Profile.DAUPHIN]
    return "\n".join(
        [
            INTRODUCTION,
            "## Our own columns",
            "",
            *_table(Profile.OWN, (c for c in own if c.use is not Use.SHOWN)),
            "",
            f"Written by exports, recognised and left out when read: {_names(own)}.",
            "Any other column is an error: a title with a slip must not lose a column in silence.",
            "",
            "## A DAUPHIN extract",
            "",
            "A file is taken for one when it has a column `referenceAdministrative` or `codeActionProjet`.",
            f"Columns not listed here are left out, and a warning names them; so is {_names(dauphin)}.",
            "",
            *_table(Profile.DAUPHIN, (c for c in dauphin if c.use is not Use.SHOWN)),
            "",
            "### Its statuses",
            "",
            "The reasons are in [decision 4](decisions/0004-dauphin-statuses.md). A dossier stands where",
            "its least advanced line that is not over stands; the last column is for a dossier of one line.",
            "",
            "| status of the line | the funder has | the dossier is |",
            "|---|---|---|",
            *(f"| {status} | {_decided(stage)} | {_standing(stage)} |" for status, stage in STATUSES.items()),
            "",
            "## A file of payments",
            "",
            "`jalon grant import-payments FILE` reads one payment a line, all or nothing; a column not",
            "listed here is an error. Nobody is written to without `--notify`.",
            "",
            *_table(Profile.PAYMENTS, COLUMNS[Profile.PAYMENTS]),
            "",
        ]
    )  # fmt: skip


def _table(profile: Profile, columns: Iterable[Column]) -> list[str]:
    return HEADER + [
        f"| {column.header} | {', '.join(column.also) or '–'} | {_filled(column)}"
        f" | {MEANINGS[profile][column.field]} |"
        for column in columns
    ]


def _filled(column: Column) -> str:
    if column.use is Use.LINE or column.field == "reference":
        return "on every line" if column.required else "if known"
    return "on the first line" if column.required else "if known"


def _names(columns: Iterable[Column]) -> str:
    return ", ".join(f"`{c.header}`" for c in columns if c.use is Use.SHOWN)


def _decided(stage: Stage) -> str:
    if stage is Stage.DRAFT:
        return "–"
    words = {LineStatus.PENDING: "not decided", LineStatus.VOTED: "voted"}
    return words.get(line_status(stage), "given nothing")


def _standing(stage: Stage) -> str:
    if stage is Stage.DRAFT:
        return "left out and counted: the applicant has not sent it"
    at = standing([stage])
    code = f"{at.state}/{at.outcome}" if at.outcome else str(at.state)
    return f"`{code}`, « {state_label(at.state, at.outcome)} »"


INTRODUCTION = """# The columns of a file of applications

Written by `python docs/write_columns.py` from `workflows/applications/columns.py`; a test fails when
it is out of date. An example to import: [examples/dossiers-2021.csv](examples/dossiers-2021.csv).

* **One line is one application and one funder.** Lines with the same reference make one
  application. What is said of the application is the same on each of its lines, or empty after
  the first.
* **CSV or XLSX.** CSV with `;`, `,` or tabs, in UTF-8 (Windows-1252 is read too, with a warning),
  at most 200 MB. Of a workbook, the first visible sheet is read; one that would inflate beyond
  400 MB is refused before it is opened.
* **Titles** are on the first line, in any order. They are read whatever their case, accents, spaces
  and punctuation.
* **Dates** are `31/12/2021`, `2021-12-31` or date cells. **Amounts** are euros with at most two
  decimals: `1 234,56 €`, `1234.56` or number cells.
* **All or nothing.** Every wrong cell is named by line and column, and nothing is written if there
  is one.
* **Again.** The same file twice changes nothing. What differs is amended while the application is
  still `submitted`; later it is kept as it is, and a warning says so.
* **Nobody is written to** about applications that come from a file, unless it is asked for.
"""

if __name__ == "__main__":
    (Path(__file__).parent / "columns.md").write_text(page(), encoding="utf-8")
