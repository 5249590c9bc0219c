"""What a person reads when a command cannot do what was asked: one sentence a problem, no traceback."""

import errno
import os
import sys
from collections.abc import Iterator
from typing import Any

from config.i18n import gettext as _
from config.i18n import later

SYSTEM = {
    errno.EACCES: later("accès refusé"),
    errno.EPERM: later("accès refusé"),
    errno.ENOENT: later("introuvable"),
    errno.ENOTDIR: later("ce n’est pas un dossier"),
    errno.EISDIR: later("c’est un dossier"),
    errno.EEXIST: later("il y a déjà un fichier de ce nom"),
    errno.EROFS: later("ce disque est en lecture seule"),
    errno.ENOSPC: later("le disque est plein"),
}


def report(error: BaseException) -> int:
    """Write what `error` says to a person on standard error; return the exit code."""
    if isinstance(error, BrokenPipeError):  # whoever read our output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    for sentence in _sentences(error):
        sys.stderr.write(f"{sentence}\n")
    if os.environ.get("JALON_LOG_LEVEL") == "DEBUG":
        import traceback

        traceback.print_exception(error)
    return int(getattr(error, "exit_code", 1))


def _sentences(error: BaseException) -> Iterator[str]:
    from typer.exceptions import Abort, TyperException

    from config.errors import ConfigError
    from models.errors import JalonError, Refused

    if isinstance(error, TyperException):
        yield from _usage(error)
    elif isinstance(error, Abort):
        yield _("Interrompu.")
    elif isinstance(error, Refused):
        yield from map(_reason, error.reasons)
    elif isinstance(error, JalonError | ConfigError):
        yield str(error)
    elif isinstance(error, OSError):
        yield _of_the_system(error)
    else:
        yield _of_the_database(error) or _unforeseen(error)


def _usage(error: Any) -> Iterator[str]:
    from cli.wording import wrong_usage

    shows_help = type(error).__name__ == "NoArgsIsHelpError"
    yield error.message if shows_help else wrong_usage(error)


def _reason(reason: Any) -> str:
    if not reason.fixed_by:
        return str(reason.text)
    return _("{text} Peut y remédier : {who}.").format(text=reason.text, who=reason.fixed_by)


def _of_the_system(error: OSError) -> str:
    said = _(SYSTEM[error.errno]) if error.errno in SYSTEM else error.strerror or str(error)
    if not error.filename:
        return _("Le système refuse : {said}.").format(said=said)
    return _("« {path} » ne peut pas être lu ou écrit ({said}) : vérifiez le chemin et vos droits.").format(
        path=error.filename, said=said
    )  # fmt: skip


def _of_the_database(error: BaseException) -> str | None:
    """A fault that the doors of the database do not see: its address, its driver, its version."""
    family, kind = type(error).__module__.partition(".")[0], type(error).__name__
    said = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
    if family == "sqlalchemy" and kind in {"ArgumentError", "NoSuchModuleError"}:
        return _(
            "JALON_DATABASE_URL n’est pas l’adresse d’une base : écrivez sqlite:///chemin/jalon.sqlite3"
            " ou postgresql://utilisateur@serveur/base."
        )
    if isinstance(error, ModuleNotFoundError) and "JALON_DATABASE_URL" in os.environ:
        return _(
            "JALON_DATABASE_URL demande un pilote absent ({name}) : Jalon connaît SQLite et PostgreSQL."
        ).format(name=error.name)
    if family == "alembic":
        return _("La base vient d’une autre version de Jalon ({said}) : mettez Jalon à jour.").format(
            said=said
        )  # fmt: skip
    if family == "sqlalchemy":
        return _("La base de données ne répond pas ({said}) : vérifiez JALON_DATABASE_URL.").format(
            said=said
        )  # fmt: skip
    return None


def _unforeseen(error: BaseException) -> str:
    return _(
        "Erreur imprévue ({kind} : {said}) : c’est un défaut de Jalon ; relancez avec"
        " JALON_LOG_LEVEL=DEBUG et signalez-le."
    ).format(kind=type(error).__name__, said=str(error).strip())
