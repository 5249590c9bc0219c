"""`jalon audit`: prove that the journal was not rewritten."""

from pathlib import Path
from typing import Annotated

import typer

from cli.common import ContractOption, JsonOption, emit_json, write
from config.i18n import gettext as _
from models.errors import BadInput, Problem
from models.session import reading
from workflows.audit import anchor_of, read_anchor, verify, write_anchor
from workflows.queries import get_contract

app = typer.Typer(help="Vérifier le journal.", no_args_is_help=True)


@app.command("verify")
def verify_command(
    contract: ContractOption = None,
    anchor: Annotated[
        Path | None, typer.Option(help="Une tête notée auparavant avec « audit anchor ».")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Recalculer toute la chaîne ; code 1 au premier écart."""
    with reading() as session:
        found = get_contract(session, contract)
        noted = read_anchor(anchor) if anchor else None
        faults = list(verify(session, found, noted))
        head = anchor_of(session, found)
    if json:
        emit_json(
            {
                "contract": head.contract,
                "entries": head.seq,
                "head": head.hash,
                "faults": [{"seq": fault.seq, "text": fault.text} for fault in faults],
            }
        )
    elif not faults:
        write(
            _("Journal de {contract} : {count} entrées, aucune anomalie.").format(
                contract=head.contract, count=head.seq
            )
        )
    if faults:
        raise BadInput([Problem(str(fault), head.contract) for fault in faults])


@app.command("anchor")
def anchor_command(
    output: Annotated[Path, typer.Option("-o", "--output", help="Le fichier à écrire.")],
    contract: ContractOption = None,
) -> None:
    """Noter la tête du journal dans un fichier, à garder hors de cette machine."""
    with reading() as session:
        head = anchor_of(session, get_contract(session, contract))
    write_anchor(output, head)
    write(_("Tête n° {seq} notée dans {path}.").format(seq=head.seq, path=output))
