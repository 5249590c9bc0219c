"""How fast the command starts, against the least that could do the same."""

import os
import sys
import tempfile
from pathlib import Path

from bench.measure import BIN, Figure, ratio

BARE_TYPER = """
import typer
app = typer.Typer()
@app.command()
def one(name: str) -> None:
    '''Do one thing.'''
@app.command()
def two(name: str) -> None:
    '''Do another.'''
app()
"""
BARE_STATUS = """
import os
from sqlalchemy import create_engine, text
with create_engine(os.environ["JALON_DATABASE_URL"]).connect() as connection:
    for row in connection.execute(text(
        "SELECT application.state, application.outcome, count(*),"
        " sum(application.requested_cents), sum(application.voted_cents) FROM application"
        " JOIN call ON call.id = application.call_id WHERE call.year = 2021"
        " GROUP BY application.state, application.outcome"
    )):
        print(row)
"""


def help_ratio() -> Figure:
    """`jalon --help` against the help of a Typer program of two commands."""
    value, detail = ratio(
        [str(BIN / "jalon"), "--help"], [sys.executable, "-c", BARE_TYPER, "--help"]
    )
    return Figure("jalon --help / a bare Typer program's", value, 2.0, "x", detail)


def status_ratio() -> Figure:
    """`jalon status` against a script that imports SQLAlchemy and runs the same query."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'jalon.sqlite3'}"
        env = {**os.environ, "JALON_DATABASE_URL": url}
        _fill(url)
        value, detail = ratio(
            [str(BIN / "jalon"), "status"], [sys.executable, "-c", BARE_STATUS], env
        )
    return Figure("jalon status / a bare SQLAlchemy script", value, 1.4, "x", detail)


def _fill(url: str) -> None:
    """A database in which the demonstration's call is open and its applications filed."""
    from workflows.demo.play import set_stage
    from workflows.demo.scenes import play
    from workflows.demo.script import Verb
    from workflows.simulation import PEOPLE_AT, at

    stage, cues = set_stage(url)
    for cue in cues:
        if cue.verb is Verb.SUBMIT:
            play(stage, cue, at(cue.day, PEOPLE_AT))
