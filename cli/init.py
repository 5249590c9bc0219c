"""`jalon init`: create or upgrade the database, load the shipped catalogue."""

import typer

from cli.common import AtOption, moment, write
from config.database import database_url
from config.i18n import gettext as _
from models.schema import current_revision, head_revision, upgrade
from models.session import transaction
from workflows.catalogue.apply import load_shipped

app = typer.Typer()


@app.command()
def init(at: AtOption = None) -> None:
    """Créer ou mettre à niveau la base, charger le catalogue livré. Sans effet si tout y est déjà."""
    url, now = database_url(), moment(at)
    before = current_revision(url)
    upgrade(url)
    if before == head_revision():
        write(_("La base est à jour (version {revision}).").format(revision=before))
    else:
        write(_("Base prête (version {revision}).").format(revision=head_revision()))
    with transaction() as session:
        loaded = load_shipped(session, now=now)
    for catalogue in loaded:
        write(
            _("Catalogue livré chargé : contrat {code}, {count} fiches.").format(
                code=catalogue.contract, count=len(catalogue.added)
            )
        )
    if not loaded:
        write(_("Le catalogue est déjà là : il n’est pas touché."))
