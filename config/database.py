"""Which database to use, read from the environment alone so that the command starts fast."""

import os

DEFAULT_DATABASE_URL = "sqlite:///var/jalon.sqlite3"


def database_url() -> str:
    """`JALON_DATABASE_URL`, or the SQLite file under `var/` of the current folder."""
    return os.environ.get("JALON_DATABASE_URL") or DEFAULT_DATABASE_URL
