"""`jalon status`: where the applications stand. It loads little, so that it answers at once."""

import os
import sys
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand

from config.database import database_url
from config.i18n import gettext as _
from workflows.status import GROUPINGS, Status, status_of

if TYPE_CHECKING:
    from decimal import Decimal

app = typer.Typer()
_TITLES = {
    "state": "État",
    "enjeu": "Enjeu",
    "fiche": "Fiche",
    "pilot": "Pilote",
    "funder": "Financeur",
}
_BAR = 24


class Quick(TyperCommand):
    """A command that reads its bare forms itself: Typer loads pydantic as soon as one option has a value."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Nothing to coerce without options, or with a flag alone."""
        if set(args) <= {"--json"}:
            ctx.params = {"call": None, "by": "state", "contract": None, "json": bool(args)}
            return []
        return super().parse_args(ctx, args)


@app.command(cls=Quick)
def status_command(
    call: Annotated[
        int | None, typer.Option("--call", metavar="ANNÉE", help="L’appel (sinon le dernier).")
    ] = None,
    by: Annotated[
        str, typer.Option("--by", metavar="|".join(GROUPINGS), help="Regrouper par.")
    ] = "state",
    contract: Annotated[
        str | None,
        typer.Option(
            "--contract", metavar="CODE", help="Le contrat de ville, s’il y en a plusieurs."
        ),
    ] = None,
    json: Annotated[
        bool, typer.Option("--json", help="Écrire en JSON, pour un programme.")
    ] = False,
) -> None:
    """Où en sont les dossiers d’un appel : nombres et montants, par état ou autrement."""
    chosen = contract or os.environ.get("JALON_CONTRACT")
    found = status_of(database_url(), year=call, contract=chosen, by=by)
    if json:
        from json import dumps

        sys.stdout.write(dumps(found.as_json(), ensure_ascii=False, indent=2) + "\n")
    elif sys.stdout.isatty():
        _draw(found)
    else:
        sys.stdout.write("\n".join(_plain(found)) + "\n")


class _Shown(NamedTuple):
    """A line on the screen; an outcome has no amounts of its own."""

    name: str
    applications: int
    amounts: tuple[str, ...] = ("", "", "")


def _rows(found: Status) -> list[_Shown]:
    rows = []
    for group in found.groups:
        numbered = found.by in {"enjeu", "fiche"}
        name = f"{group.key} {group.label}" if numbered else group.label
        amounts = tuple(map(money, (group.requested, group.voted, group.paid)))
        rows.append(_Shown(name, group.applications, amounts))
        if found.by == "state" and group.key == "closed":
            rows += [_Shown(f"  dont {name}", many) for name, many in _endings(found)]
    return rows


def _endings(found: Status) -> list[tuple[str, int]]:
    from config.labels import OUTCOMES

    return [(_(OUTCOMES[outcome]).lower(), many) for outcome, many in found.outcomes.items()]


def _heading(found: Status) -> str:
    return _(
        "Appel {year} : {total} dossiers, {requested} demandés, {voted} accordés, {paid} versés"
    ).format(
        year=found.call,
        total=found.total,
        requested=money(found.requested),
        voted=money(found.voted),
        paid=money(found.paid),
    )


def _note(found: Status) -> str:
    if found.by == "pilot":
        return _("Un dossier compte pour chacun des pilotes de sa fiche.")
    return _("Un dossier compte pour chaque financeur sollicité.") if found.by == "funder" else ""


def _headers(found: Status) -> tuple[str, ...]:
    return _(_TITLES[found.by]), _("Dossiers"), _("Demandé"), _("Accordé"), _("Versé")


def _plain(found: Status) -> list[str]:
    lines = [_headers(found)]
    lines += [(row.name, str(row.applications), *row.amounts) for row in _rows(found)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(lines[0]))]
    aligned = [
        "  ".join(
            cell.rjust(width) if place else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    return [_heading(found), "", *aligned, *filter(None, ["", _note(found)])]


def _draw(found: Status) -> None:
    from cli.common import console, table

    rows = _rows(found)
    most = max([1, *(row.applications for row in rows)])
    table(
        _heading(found),
        [*_headers(found), ""],
        [(r.name, r.applications, *r.amounts, _bar(r.applications, most)) for r in rows],
        right=(1, 2, 3, 4),
    )
    if note := _note(found):
        console().print(note)


def _bar(many: int, most: int) -> str:
    """A bar as long as its share of the longest; something shows as soon as there is one."""
    return "█" * max(round(_BAR * many / most), min(many, 1))


def money(amount: "Decimal") -> str:
    """« 1 234,50 € », with no-break spaces."""
    text = f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",")
    return f"{text}\u00a0€"
