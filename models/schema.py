"""The database's shape: bring it up to date, take it back, say where it stands."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import OperationalError

from config.i18n import gettext as _
from models.errors import Unavailable
from models.session import engine_for


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Run the missing steps up to `revision`, all in one transaction."""
    config = _config()
    with engine_for(url).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def downgrade(url: str, revision: str) -> None:
    """Undo the steps after `revision` ("base" for all of them)."""
    config = _config()
    with engine_for(url).begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)


def current_revision(url: str) -> str | None:
    """The last step the database has seen; None for an empty one."""
    with engine_for(url).connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def head_revision() -> str | None:
    """The last step this version of Jalon knows."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def refuse_unless_current(url: str) -> None:
    """Raises `Unavailable` when the database has not seen every step that this version knows."""
    try:
        current = current_revision(url)
    except OperationalError as error:
        raise Unavailable(
            _("La base de données ne répond pas : vérifiez JALON_DATABASE_URL.")
        ) from error
    if current != head_revision():
        raise Unavailable(
            _(
                "La base est à la version {current}, celle de Jalon est {head} : lancez « jalon init »."
            ).format(current=current or _("aucune"), head=head_revision())
        )
