"""`jalon applications`: bring files in, file one by hand, list, show, export."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from cli.bringing import import_command
from cli.common import (
    ContractOption,
    JsonOption,
    emit_json,
    table,
    write,
)
from cli.dossier import draw
from cli.status import money
from cli.submitting import submit_command
from config.i18n import gettext as _
from config.labels import state_label
from models.errors import BadInput
from models.session import reading
from models.vocabulary import Outcome, State
from workflows.applications.exporting import export_applications
from workflows.applications.filtering import Filters
from workflows.applications.listing import list_applications
from workflows.applications.showing import show_application
from workflows.applications.spreadsheets import WRITERS
from workflows.queries import get_contract

app = typer.Typer(help="Importer, déposer, lister et exporter les dossiers.", no_args_is_help=True)
app.command("import")(import_command)
app.command("submit")(submit_command)

YearOption = Annotated[
    int | None, typer.Option("--call", metavar="ANNÉE", help="L’appel (sinon tous).")
]
StateOption = Annotated[str | None, typer.Option("--state", help=", ".join(State))]
OutcomeOption = Annotated[str | None, typer.Option("--outcome", help=", ".join(Outcome))]
EnjeuOption = Annotated[
    int | None, typer.Option("--enjeu", metavar="N", help="Le numéro de l’enjeu.")
]
FicheOption = Annotated[
    str | None, typer.Option("--fiche", metavar="N", help="Le numéro de la fiche.")
]
PilotOption = Annotated[
    str | None, typer.Option("--pilot", metavar="NOM", help="Un pilote de la fiche.")
]
FunderOption = Annotated[
    str | None, typer.Option("--funder", metavar="NOM", help="Un financeur sollicité.")
]
TextOption = Annotated[
    str | None, typer.Option("--text", help="Dans l’intitulé, le porteur ou la référence.")
]


@app.command("list")
def list_command(
    state: StateOption = None,
    outcome: OutcomeOption = None,
    call: YearOption = None,
    enjeu: EnjeuOption = None,
    fiche: FicheOption = None,
    pilot: PilotOption = None,
    funder: FunderOption = None,
    text: TextOption = None,
    after: Annotated[int, typer.Option(help="Après la ligne de cet identifiant.")] = 0,
    limit: Annotated[int | None, typer.Option(help="Autant de lignes au plus.")] = None,
    contract: ContractOption = None,
    json: JsonOption = False,
) -> None:
    """Les dossiers, dans l’ordre de leur arrivée."""
    filters = Filters(
        _one_of(State, state), _one_of(Outcome, outcome), call, enjeu, fiche, pilot, funder, text, after, limit
    )  # fmt: skip
    with reading() as session:
        rows = list_applications(session, get_contract(session, contract).id, filters)
    if json:
        emit_json([row._asdict() for row in rows])
        return
    table(
        _("Dossiers : {count}").format(count=len(rows)),
        [_("Référence"), _("Intitulé"), _("Porteur"), _("Fiche"), _("État"), _("Demandé"), _("Accordé")],
        [
            (r.reference, r.title, r.applicant, r.fiche, state_label(r.state, r.outcome),
             money(r.requested), money(r.voted))
            for r in rows
        ],
        right=(5, 6),
    )  # fmt: skip


@app.command("show")
def show_command(
    reference: Annotated[str, typer.Argument(metavar="REF", help="La référence du dossier.")],
    json: JsonOption = False,
) -> None:
    """Un dossier entier : identité, financeurs, journal, échéances, courrier."""
    with reading() as session:
        dossier = show_application(session, reference)
    if json:
        emit_json(dossier.as_json())
    else:
        draw(dossier)


@app.command("mail")
def mail_command(
    reference: Annotated[str, typer.Argument(metavar="REF", help="La référence du dossier.")],
    export: Annotated[
        Path | None,
        typer.Option(metavar="FICHIER", help="Écrire les preuves : .json, sinon du texte."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Tout le courrier d’un dossier, rappels compris, avec la preuve de chaque envoi."""
    from cli.proof import show_all

    show_all(reference, json=json, export=export)


@app.command("export")
def export_command(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Où écrire.")],
    file_format: Annotated[
        str | None, typer.Option("--format", help=f"{', '.join(WRITERS)} (sinon d’après le nom).")
    ] = None,
    state: StateOption = None,
    outcome: OutcomeOption = None,
    call: YearOption = None,
    enjeu: EnjeuOption = None,
    fiche: FicheOption = None,
    pilot: PilotOption = None,
    funder: FunderOption = None,
    text: TextOption = None,
    contract: ContractOption = None,
) -> None:
    """Écrire les dossiers dans un fichier, que « import » sait relire."""
    filters = Filters(
        _one_of(State, state), _one_of(Outcome, outcome), call, enjeu, fiche, pilot, funder, text
    )
    with reading() as session:
        found = get_contract(session, contract)
        lines = export_applications(session, found.id, file, filters, file_format=file_format)
    write(_("{lines} lignes écrites dans {file}.").format(lines=lines, file=file))


Word = TypeVar("Word", State, Outcome)


def _one_of(words: type[Word], name: str | None) -> Word | None:
    if name is None:
        return None
    if name not in list(words):
        said = _("« {name} » n’existe pas ; attendu : {known}.")
        raise BadInput(said.format(name=name, known=", ".join(words)))
    return words(name)
