"""The root of the `jalon` command: it knows the names of its parts and loads only the one asked for."""

import os
import sys
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from cli.wording import reword_help
from config.i18n import gettext as _
from config.i18n import set_language


class Part(NamedTuple):
    """A command or group of commands: the module that holds its Typer `app`, and one line of help."""

    module: str
    help: str


PARTS = {
    "init": Part("cli.init", "Créer ou mettre à niveau la base, charger le catalogue livré."),
    "catalogue": Part("cli.catalogue", "Importer et exporter les fiches du contrat de ville."),
    "call": Part("cli.call", "Ouvrir et lister les appels à projets annuels."),
    "applications": Part("cli.applications", "Importer, déposer, lister et exporter les dossiers."),
    "advance": Part("cli.advance", "Faire avancer un dossier (ou voir ce que cela ferait)."),
    "file": Part("cli.file", "Pièces, avis, décisions et délais d’un dossier."),
    "grant": Part("cli.grant", "Conventions, versements, bilans, nouvelles dates, reversements."),
    "status": Part(
        "cli.status", "Où en sont les dossiers, par état, enjeu, fiche, pilote, financeur."
    ),
    "obligations": Part("cli.obligations", "Qui doit quoi et pour quand ; répondre à un rappel."),
    "reminders": Part(
        "cli.reminders", "Prévoir les rappels sans rien envoyer, mesurer leur effet."
    ),
    "flow": Part("cli.flow", "Lancer un traitement : appel annuel, échéances, rappels, envoi…"),
    "serve": Part("cli.serve", "Lancer chaque traitement à son heure, sur une machine."),
    "deploy": Part("cli.deploy", "Inscrire les traitements sur un serveur Prefect."),
    "worker": Part("cli.worker", "Exécuter les traitements d’un serveur Prefect."),
    "backup": Part("cli.backup", "Sauvegarder la base sans l’arrêter."),
    "restore": Part("cli.restore", "Remplir une base vide avec une sauvegarde."),
    "migrate-data": Part("cli.migrate", "Passer d’une base à une autre, tout vérifié."),
    "outbox": Part("cli.outbox", "Le courrier à envoyer et envoyé."),
    "webhooks": Part("cli.webhooks", "Programmes prévenus de ce qui se passe."),
    "tokens": Part("cli.tokens", "Jetons des programmes qui passent par l’API."),
    "bounces": Part("cli.bounces", "Lire les messages revenus : échecs, réponses automatiques."),
    "people": Part("cli.people", "Personnes, rôles et contacts des organismes."),
    "organisations": Part("cli.organisations", "Organismes du contrat : noms, services, doublons."),
    "calendar": Part("cli.calendar", "Jours fermés en plus des fériés, échéances qui les suivent."),
    "audit": Part("cli.audit", "Vérifier le journal."),
    "doctor": Part("cli.doctor", "L’installation va-t-elle bien, et sinon que faire."),
    "simulate": Part("cli.simulate", "Rejouer un calendrier avec une horloge virtuelle."),
    "demo": Part("cli.demo", "Jouer l’appel 2021 de Montpellier, de l’ouverture au dernier solde."),
}


class LazyGroup(TyperGroup):
    """A group whose help is read off `PARTS`; a part's module is imported when it is called."""

    listing = False

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 # Click's signature
        return list(PARTS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 # Click's signature
        part = PARTS.get(cmd_name)
        if part is None:
            return None
        if self.listing:
            return typer.core.TyperCommand(cmd_name, short_help=_(part.help))
        return _ours(import_module(part.module).app, cmd_name)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """The part's name comes first: then there is no option of our own to read.

        Typer loads pydantic to read any option, even the absent `--help`; that is most of what
        `jalon status` would cost.
        """
        if args and args[0] in PARTS:
            ctx._protected_args, ctx.args = args[:1], args[1:]  # noqa: SLF001 # as Click's own
            return args[1:]
        return super().parse_args(ctx, args)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.listing = True
        try:
            super().format_help(ctx, formatter)
        finally:
            self.listing = False


def _ours(part: typer.Typer, name: str) -> Any:
    """The command of a part, its help in plain text and whole sentences."""
    part.rich_markup_mode = None
    command = typer.main.get_command(part)
    command.name = name
    command.params = [p for p in command.params if not str(p.name).endswith("_completion")]
    for below in getattr(command, "commands", {}).values():
        below.short_help = below.help
    return command


app = typer.Typer(
    cls=LazyGroup,
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    help="Jalon suit chaque action financée par un contrat de ville, du dépôt à la clôture.",
)


@app.callback()
def root() -> None:
    """Jalon suit chaque action financée par un contrat de ville, du dépôt à la clôture."""


def main() -> None:
    """Run the command; a refusal or a failure is one sentence a problem on stderr, and exit code 1."""
    set_language(os.environ.get("JALON_LOCALE", "fr")[:2])
    reword_help()
    try:
        code = app(prog_name="jalon", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 # the edge: a person reads a sentence, whatever went wrong
        from cli.failures import report

        code = report(error)
    if code:
        sys.exit(code)
