"""`jalon outbox`: the mail to send and the mail sent, and what a person may do with it."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from cli.common import ActorOption, AtOption, JsonOption, emit_json, moment, table, write
from config.i18n import gettext as _
from models import Message
from models.errors import BadInput
from models.session import reading, transaction
from models.vocabulary import MessageStatus
from notifications import outbox_actions as outbox
from workflows.batches import release_batch

app = typer.Typer(help="Le courrier à envoyer et envoyé.", no_args_is_help=True)
KeyArgument = Annotated[str, typer.Argument(metavar="CLÉ", help="La clé du message (voir list).")]


@app.command("list")
def list_command(
    status: Annotated[
        MessageStatus | None, typer.Option(help="Seulement les messages dans cet état.")
    ] = None,
    template: Annotated[
        str | None, typer.Option(metavar="NOM", help="Seulement ce modèle, comme « award ».")
    ] = None,
    about: Annotated[
        str | None,
        typer.Option("--for", metavar="ADRESSE|RÉFÉRENCE", help="Pour qui, ou sur quel dossier."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Les messages, le premier à partir d’abord."""
    with reading() as session:
        rows = [
            _row(m)
            for m in outbox.list_messages(session, status=status, template=template, about=about)
        ]
    if json:
        emit_json(rows)
        return
    table(
        _("Messages : {count}").format(count=len(rows)),
        [_("Clé"), _("À"), _("Objet"), _("Prévu"), _("État"), _("Essais")],
        [_line(row) for row in rows],
        right=(5,),
    )


@app.command("show")
def show_command(key: KeyArgument, json: JsonOption = False) -> None:
    """Un message entier : où il en est, ses en-têtes, son texte."""
    with reading() as session:
        message = outbox.show(session, key)
        headers, text = _read(message.content)
        seen = _row(message) | {
            "sent": message.sent_at and message.sent_at.isoformat(),
            "outcome": message.outcome,
            "headers": headers,
            "text": text,
        }
    if json:
        emit_json(seen)
        return
    doubt = _(" (peut-être parti deux fois)") if seen["doubtful"] else ""
    write(f"{outbox.status_label(seen['status'])}{doubt} {seen['outcome']}".strip())
    write()
    for name, value in headers.items():
        write(f"{name}: {value}")
    write()
    write(text)


@app.command("proof")
def proof_command(
    key: KeyArgument,
    export: Annotated[
        Path | None,
        typer.Option(
            metavar="FICHIER", help="Écrire là : .json pour un programme, sinon du texte."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """La preuve d’information : la règle, les données, chaque remise et la réponse du relais."""
    from cli.proof import show_one

    show_one(key, json=json, export=export)


@app.command("retry")
def retry_command(key: KeyArgument, at: AtOption = None) -> None:
    """Renvoyer au plus tôt un message différé ou refusé."""
    with transaction() as session:
        recipient = outbox.retry(session, key, now=moment(at)).recipient
    write(_("Le message partira au prochain envoi, à {recipient}.").format(recipient=recipient))


@app.command("cancel")
def cancel_command(
    key: KeyArgument,
    reason: Annotated[str, typer.Option(metavar="MOTIF", help="Pourquoi ; gardé avec lui.")],
) -> None:
    """Renoncer à un message qui n’est pas parti."""
    if not reason.strip():
        raise BadInput(_("Pour renoncer à un message, il faut un motif."))
    with transaction() as session:
        outbox.cancel(session, key, reason=reason)
    write(_("Le message ne partira pas."))


@app.command("release")
def release_command(
    key: Annotated[str | None, typer.Argument(metavar="CLÉ", help="Le message retenu.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Tous les messages retenus.")] = False,
    batch: Annotated[
        str | None, typer.Option("--batch", metavar="LOT", help="Tout un lot (voir batches).")
    ] = None,
    actor: ActorOption = None,
    at: AtOption = None,
) -> None:
    """Laisser partir ce qui était retenu ; un lot d’un jour passé est remis à jour."""
    if [key is not None, everything, batch is not None].count(True) != 1:
        raise BadInput(_("Donnez la clé d’un message, --batch pour un lot, ou --all pour tous."))
    with transaction() as session:
        if batch is not None:
            count = len(release_batch(session, batch, moment(at), actor or _("exploitant")))
        else:
            count = len(outbox.release(session, key, now=moment(at)))
    write(_("Messages libérés : {count}.").format(count=count))


@app.command("batches")
def batches_command(json: JsonOption = False) -> None:
    """Les lots de rappels retenus : combien, pourquoi, et qui les a libérés."""
    from cli.batches import told

    told(json=json)


@app.command("relay")
def relay_command(
    retry: Annotated[
        bool, typer.Option("--retry", help="Essayer dès le prochain envoi, sans attendre.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Comment va le relais de messagerie, et jusqu’à quand il est laissé en repos."""
    from cli.relay import told

    told(retry=retry, json=json)


def _row(message: Message) -> dict[str, Any]:
    return {
        "key": message.key,
        "recipient": message.recipient,
        "template": message.template,
        "subject": message.subject,
        "due": message.due_at.isoformat(),
        "status": message.status,
        "attempts": message.attempts,
        "doubtful": message.doubtful,
        "message_id": message.message_id,
    }


def _line(row: dict[str, Any]) -> list[object]:
    state = outbox.status_label(row["status"]) + (" ?" if row["doubtful"] else "")
    due = datetime.fromisoformat(row["due"]).astimezone(ZoneInfo("Europe/Paris"))
    return [row["key"], row["recipient"], row["subject"], f"{due:%d/%m/%Y %H:%M}", state,
            row["attempts"]]  # fmt: skip


def _read(content: bytes) -> tuple[dict[str, str], str]:
    from email import message_from_bytes
    from email.policy import default

    if not content:
        return {}, ""
    mail = message_from_bytes(content, policy=default)
    body = mail.get_body(("plain",))
    return {name: str(value) for name, value in mail.items()}, body.get_content() if body else ""
