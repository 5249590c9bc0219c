"""What the commands share: the date they act at, JSON, tables, who acts."""

import json
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.i18n import gettext as _
from config.typed import amount_of, day_of, instant_of
from models.errors import BadInput, Problem

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import Console
    from rich.text import Text
    from sqlalchemy.orm import Session

    from workflows.actors import Actor

IN_A_FILE = 250  # columns
KEPT_WHOLE = 16  # columns: dates, amounts, references are not cut on a narrow screen
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at",
        metavar="DATE",
        help="Agir comme si l’on était à cette date (sinon JALON_NOW, sinon l’horloge).",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Écrire en JSON, pour un programme.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Montrer ce qui serait fait, sans rien faire.")
]
ActorOption = Annotated[
    str | None,
    typer.Option(
        "--actor",
        metavar="ADRESSE",
        help="Au nom de qui (sinon : l’exploitant de cette machine, comme responsable).",
    ),
]
ContractOption = Annotated[
    str | None,
    typer.Option(
        "--contract",
        envvar="JALON_CONTRACT",
        show_envvar=False,
        metavar="CODE",
        help="Le contrat de ville (sinon JALON_CONTRACT, sinon le seul qui existe).",
    ),
]


def moment(at: str | None) -> datetime:
    """The instant to act at: `--at`, else `JALON_NOW`, else the clock. A bare date means noon in Paris.

    Raises `BadInput` when it is not a date.
    """
    given = at or os.environ.get("JALON_NOW")
    if not given:
        return datetime.now(UTC)
    instant = instant_of(given)
    if instant is None:
        said = _(
            "« {given} » n’est pas une date : écrivez par exemple 2021-06-23 ou 2021-06-23T08:00."
        )
        raise BadInput([Problem(said.format(given=given), file="" if at else "JALON_NOW")])
    return instant


def write(text: str = "") -> None:
    """A line on standard output."""
    sys.stdout.write(f"{text}\n")


def emit_json(data: Any) -> None:
    """`data` as JSON on standard output; dates and amounts as text."""
    write(json.dumps(data, ensure_ascii=False, indent=2, default=_plain))


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def console() -> "Console":
    """Where tables are drawn: as wide as the terminal; in a file, a line a row."""
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else IN_A_FILE, highlight=False)


def table(
    title: str,
    headers: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
) -> None:
    """Draw a table; columns whose index is in `right` hold figures. Without rows, only its title."""
    from rich import box
    from rich.table import Table

    lines = [[_cell(cell) for cell in row] for row in rows]
    if not lines:
        write(title)
        return
    drawn = Table(
        title=title,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    for index, header in enumerate(headers):
        cells = [line[index].plain for line in lines]
        longest, figures = max(map(len, cells)), index in right
        whole = figures or not any(" " in cell for cell in cells)
        drawn.add_column(
            header,
            justify="right" if figures else "left",
            no_wrap=whole and longest <= KEPT_WHOLE,
            overflow="fold",
            min_width=min(KEPT_WHOLE, longest) if whole else None,
        )
    for line in lines:
        drawn.add_row(*line)
    console().print(drawn)
    write()


def _cell(value: object) -> "Text":
    from rich.text import Text

    return value if isinstance(value, Text) else Text("" if value is None else str(value))


def civil(text: str) -> date:
    """A civil date typed by a person: 2021-06-23 or 23/06/2021. Raises `BadInput`."""
    day = day_of(text)
    if day is None:
        raise BadInput(
            _("« {text} » n’est pas une date : écrivez par exemple 2021-06-23.").format(text=text)
        )
    return day


def in_french(day: date) -> str:
    """23/06/2021."""
    return f"{day:%d/%m/%Y}"


def euros(text: str) -> "Decimal":
    """An amount in euros typed by a person: 12000, 12000.50 or « 12 000,50 ». Raises `BadInput`."""
    amount = amount_of(text)
    if amount is None:
        raise BadInput(
            _(
                "« {text} » n’est pas un montant en euros : écrivez par exemple 12000 ou 12000,50."
            ).format(text=text)
        )
    return amount


def acting(session: "Session", email: str | None, contract_id: int) -> "Actor":
    """Who acts: the person at `--actor`, else whoever runs this command, as a manager.

    Raises `NotFound` when nobody has that address.
    """
    from workflows.actors import OPERATOR, actor_for

    return actor_for(session, email, contract_id) if email else OPERATOR
