"""A file of applications brought in: all of it, or nothing and every reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from models import Call
from models.errors import Problem
from workflows.actors import Actor
from workflows.applications.checking import Checker, check_role
from workflows.applications.drafting import Progress, read_file
from workflows.applications.faults import Faults
from workflows.applications.ground import Ground
from workflows.applications.planning import plan_import
from workflows.applications.writing import Writer
from workflows.deadlines import civil_date
from workflows.submission import lock_numbering


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, in applications; `lines` counts the lines of the file that were read.

    `kept` are those that differ but have moved on; `skipped_drafts` those that their applicant
    has not sent yet in DAUPHIN.
    """

    created: int
    updated: int
    unchanged: int
    kept: int
    skipped_drafts: int
    lines: int
    warnings: Sequence[Problem]


def import_applications(
    session: Session,
    path: Path,
    call: Call,
    *,
    actor: Actor,
    now: datetime,
    notify: bool = False,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> ImportReport:
    """Bring in every application of a CSV or XLSX file, of our columns or of a DAUPHIN extract.

    The whole file is read and checked before anything is written, in the caller's transaction;
    with `dry_run` nothing is written at all. An application is known again by its reference in
    the file (or by ours): never twice. No acknowledgement is owed unless `notify`: who applied
    elsewhere was told there, and a file of last year must not write to anyone.
    `progress(done, total)` counts lines; the total is 0 while the file is being read.

    Raises `BadInput` with every problem, each with its line and column; `Refused` when the actor
    may not import; `Conflict` when an application moved on meanwhile.
    """
    check_role(actor)
    ground = Ground.of(session, call)
    faults = Faults(path.name)
    read = read_file(path, ground, faults, civil_date(now), progress)
    if not dry_run:
        lock_numbering(
            session, call
        )  # another import of the same file then finds what this one wrote
    plan = plan_import(session, read, Checker(session, ground, read.layout, faults, actor, now))
    faults.stop_if_bad()
    if not dry_run:
        Writer(session, ground, actor, now, notify=notify).write(plan, read.lines, progress)
    return ImportReport(
        created=len(plan.new),
        updated=len(plan.amended),
        unchanged=plan.unchanged,
        kept=plan.kept,
        skipped_drafts=read.skipped_drafts,
        lines=read.lines,
        warnings=tuple(faults.warnings),
    )
