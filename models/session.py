"""The way in and out of the database: `transaction()` to change things, `reading()` to look.

Nobody else commits (a test reads the code to make sure). On SQLite a
transaction that will write takes the write lock at once (`BEGIN IMMEDIATE`):
two writers then wait for each other instead of failing half-way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from config.database import database_url
from config.i18n import gettext as _
from models.errors import Conflict, NotFound, Unavailable

BUSY_TIMEOUT_MS = 30_000


@lru_cache
def engine_for(url: str) -> Engine:
    """The engine of `url`, made once per process. A SQLite file's folder is made if it is missing."""
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, pool_pre_ping=True)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    if (path := make_url(url).database) and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: Any) -> None:
    """No question of ours is long enough to be compiled first: that alone takes a third of a second."""
    connection.autocommit = True
    connection.execute("SET jit = off")
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver starts no transaction of its own
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = NORMAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _existing(url: str) -> Engine:
    """The engine of a database that is there: looking at a SQLite file never makes one."""
    parsed = make_url(url)
    path = parsed.database if parsed.get_backend_name() == "sqlite" else None
    if path and path != ":memory:" and not Path(path).exists():
        raise Unavailable(
            _("La base « {path} » n’existe pas : lancez d’abord « jalon init ».").format(path=path)
        )
    return engine_for(url)


@contextmanager
def transaction(url: str | None = None) -> Iterator[Session]:
    """A session whose work is kept when the block ends, and undone when it raises.

    Raises `Conflict` when someone else changed the same rows first, `Unavailable`
    when the database does not answer, `NotFound` for a number that none can have.
    """
    with _errors_in_words(), Session(_existing(url or database_url())) as session:
        yield session
        session.commit()


@contextmanager
def reading(url: str | None = None) -> Iterator[Session]:
    """A session that only looks; whatever it changed is thrown away.

    Raises `Unavailable` when the database does not answer, `NotFound` for a number that none can have.
    """
    with _errors_in_words():
        engine = _existing(url or database_url()).execution_options(writing=False)
    with _errors_in_words(), Session(engine, autoflush=False) as session:
        yield session
        session.rollback()


@contextmanager
def _errors_in_words() -> Iterator[None]:
    try:
        yield
    except StaleDataError as error:
        raise Conflict(
            _(
                "Ce dossier vient d’être modifié par quelqu’un d’autre : relisez-le, puis recommencez."
            )
        ) from error
    except IntegrityError as error:
        raise Conflict(
            _("La base refuse cet enregistrement ({detail}) : rien n’a été modifié.").format(
                detail=str(error.orig).strip().splitlines()[0]
            )
        ) from error
    except (OperationalError, ProgrammingError) as error:
        raise Unavailable(_explain(error)) from error
    except OverflowError as error:  # of SQLite, beyond 64 bits; PostgreSQL finds nothing there
        if "SQLite" not in str(error):
            raise
        raise NotFound(_("Rien n’a un numéro aussi grand : vérifiez l’adresse.")) from error


def _explain(error: OperationalError | ProgrammingError) -> str:
    detail = str(error.orig).strip().splitlines()[0]
    if "no such table" in detail or "does not exist" in detail:
        return _("La base n’est pas prête ({detail}) : lancez d’abord « jalon init ».").format(
            detail=detail
        )
    if "is full" in detail or "No space left" in detail:
        return _(
            "Le disque de la base est plein ({detail}) : rien n’a été modifié ; faites de la place,"
            " puis recommencez."
        ).format(detail=detail)
    return _("La base de données ne répond pas ({detail}) : vérifiez JALON_DATABASE_URL.").format(
        detail=detail
    )
