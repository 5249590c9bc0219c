"""A database saved whole to one file while it is in use, checked, and put back into an empty place."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

from sqlalchemy import URL, inspect
from sqlalchemy.engine import make_url

from config.i18n import gettext as _
from models.errors import BadInput, Refused, Unavailable
from models.errors import Reason as Why
from models.session import engine_for

PAGES_AT_A_TIME = 2000  # writers get their turn in between
SQLITE_HEADER = b"SQLite format 3\x00"
POSTGRES_HEADER = b"PGDMP"


def save(url: str, path: Path) -> int:
    """Save the database to `path`, checked before it gets its name; its size in bytes.

    Raises `Unavailable` when the database or the disk does not answer, or the copy is not sound.
    """
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        if is_sqlite(url):
            _copy_sqlite(sqlite_path(url), partial)
        else:
            _run("pg_dump", ["--format=custom", f"--file={partial}"], url)
        check(partial)
        partial.replace(path)
        return path.stat().st_size
    except (OSError, sqlite3.Error) as error:
        raise Unavailable(
            _("La sauvegarde {path} n’a pas pu être écrite ({detail}).").format(
                path=path, detail=error
            )
        ) from error
    finally:
        with suppress(OSError):
            partial.unlink(missing_ok=True)


def check(path: Path) -> None:
    """Read the whole backup; raises `Unavailable` when something in it does not hold."""
    if not path.is_file():
        raise BadInput(_("« {path} » n’est pas un fichier.").format(path=path))
    with path.open("rb") as opened:
        header = opened.read(len(SQLITE_HEADER))
    if header == SQLITE_HEADER:
        faults = _sqlite_faults(path)
    elif header.startswith(POSTGRES_HEADER):
        _run("pg_restore", ["--file=/dev/null", str(path)])
        faults = []
    else:
        raise BadInput(_("« {path} » n’est pas une sauvegarde de Jalon.").format(path=path))
    if faults:
        raise Unavailable(
            _("La sauvegarde {path} est abîmée ({detail}) : prenez-en une autre.").format(
                path=path, detail=faults[0]
            )
        )


def put_back(path: Path, url: str) -> None:
    """Fill the empty place at `url` from a backup of the same engine.

    Raises `Refused` when something is there already, `BadInput` for another engine's backup,
    `Unavailable` when it is damaged or the place does not answer.
    """
    check(path)
    with path.open("rb") as opened:
        from_sqlite = opened.read(len(SQLITE_HEADER)) == SQLITE_HEADER
    if from_sqlite is not is_sqlite(url):
        raise BadInput(
            _(
                "Cette sauvegarde vient de l’autre moteur : restaurez-la sur le sien, puis passez"
                " de SQLite à PostgreSQL avec « jalon migrate-data »."
            )
        )
    refuse_unless_empty(url)
    if from_sqlite:
        target = sqlite_path(url)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        _copy_sqlite(path, target)
    else:
        options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges"]
        name = make_url(url).database or ""
        _run("pg_restore", [*options, f"--dbname={name}", str(path)], url)


def refuse_unless_empty(url: str) -> None:
    """Raises `Refused` when the database at `url` already holds tables."""
    if is_sqlite(url):
        path = sqlite_path(url)
        if not path.exists() or path.stat().st_size == 0:
            return
    if inspect(engine_for(url)).get_table_names():
        text = _("La base {url} n’est pas vide : donnez-en une autre avec JALON_DATABASE_URL.")
        raise Refused([Why("not_empty", text.format(url=shown(url)))])


def is_sqlite(url: str) -> bool:
    """Whether the database is a SQLite file."""
    return make_url(url).get_backend_name() == "sqlite"


def shown(url: str) -> str:
    """The address without its password, fit for a person to read."""
    return make_url(url).render_as_string(hide_password=True)


def sqlite_path(url: str) -> Path:
    """The file of a SQLite database; raises `BadInput` for one that is in memory."""
    database = make_url(url).database
    if not database or database == ":memory:":
        raise BadInput(_("Une base en mémoire ne se sauvegarde pas."))
    return Path(database)


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise Unavailable(_("La base {path} n’existe pas encore.").format(path=source))
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as old,
        closing(sqlite3.connect(target)) as new,
    ):
        old.backup(new, pages=PAGES_AT_A_TIME)
        new.execute("PRAGMA journal_mode = DELETE")  # one file, without its companions


def _sqlite_faults(path: Path) -> list[str]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
            told = [str(row[0]) for row in opened.execute("PRAGMA integrity_check")]
            dangling = [
                f"{row[0]} → {row[2]}" for row in opened.execute("PRAGMA foreign_key_check")
            ]
    except sqlite3.DatabaseError as error:
        return [str(error)]
    return [line for line in told if line != "ok"] + dangling


def _run(program: str, words: list[str], url: str | None = None) -> None:
    """One of PostgreSQL's own programs; the password goes by the environment, never by the words."""
    found = shutil.which(program)
    if found is None:
        raise Unavailable(
            _("« {program} » est absent de cette machine : installez le client PostgreSQL.").format(
                program=program
            )
        )
    env = os.environ | (_libpq(make_url(url)) if url else {})
    done = subprocess.run([found, *words], env=env, capture_output=True, text=True, check=False)  # noqa: S603 # our own words
    if done.returncode:
        detail = (done.stderr.strip().splitlines() or [""])[0]
        raise Unavailable(
            _("« {program} » a échoué ({detail}).").format(program=program, detail=detail)
        )


def _libpq(url: URL) -> dict[str, str]:
    parts = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    return {name: str(value) for name, value in parts.items() if value}
