"""What a file would do to the database: which applications are new, which changed, which stay."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from config.i18n import gettext as _
from config.labels import state_label
from models import Application
from models.vocabulary import State
from workflows.applications.checking import Checker
from workflows.applications.comparing import Change, changes_in, is_ahead
from workflows.applications.dauphin import Standing, standing
from workflows.applications.drafting import Filed, FileRead
from workflows.applications.naming import Names
from workflows.submission import Draft

T = TypeVar("T")
_AT_ONCE = 400


class Amendment(NamedTuple):
    """An application that the file changes: its id, what the file says of it, what differs."""

    application_id: int
    filed: Filed
    changes: list[Change]


@dataclass(slots=True)
class Plan:
    """What is to be written, and how much is not."""

    new: list[Filed] = field(default_factory=list)
    amended: list[Amendment] = field(default_factory=list)
    unchanged: int = 0
    kept: int = 0


def plan_import(session: Session, read: FileRead, checker: Checker) -> Plan:
    """Set every application of the file against those held and against the rules; write nothing.

    Whatever the rules refuse is noted at its line, what is kept is a warning. Raises nothing.
    """
    planner = _Planner(read, checker)
    whole = [(f, f.draft) for f in read.filed.values() if f.draft and not f.flawed]
    for part in in_parts(whole, _AT_ONCE):
        drafts = [draft for _filed, draft in part]
        held = _held(session, checker.ground.call.id, drafts)
        planner.names.look_up(session, drafts)
        for filed, draft in part:
            planner.place(filed, draft, held.get(draft.external_reference or ""))
    return planner.plan


def in_parts(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """`items` a few at a time; raises nothing."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def standing_of(filed: Filed) -> Standing | None:
    """Where another system left the application; None in a file of our own. Raises nothing."""
    return standing(filed.stages) if filed.stages else None


class _Planner:
    """Places the applications of one file, one by one."""

    def __init__(self, read: FileRead, checker: Checker) -> None:
        self.read, self.checker = read, checker
        self.names = Names(read.layout, checker.faults)
        self.plan = Plan()
        self._met: dict[int, int] = {}  # application id: the line that named it

    def place(self, filed: Filed, draft: Draft, held: Application | None) -> None:
        """Decide what becomes of one application of the file; raises nothing."""
        self.names.compare(filed.line, draft)
        at = standing_of(filed)
        if held is None:
            self.checker.check(filed, draft, at)
            self.plan.new.append(filed)
            return
        if (line := self._met.setdefault(held.id, filed.line)) != filed.line:
            said = _(
                "c’est le même dossier qu’à la ligne {line} ({reference}) : gardez l’un des deux."
            )
            text = said.format(line=line, reference=held.reference)
            self.checker.note(filed.line, "reference", text)
            return
        self._compare(filed, draft, held, at)

    def _compare(self, filed: Filed, draft: Draft, held: Application, at: Standing | None) -> None:
        changes = changes_in(held, draft, self.checker.ground.call, self.read.layout.places)
        ahead = at is not None and is_ahead(at, held)
        if changes and held.state is State.SUBMITTED:
            draft.late_reason = draft.late_reason or held.late_reason or ""
            self.checker.check(filed, draft, None)
            self.plan.amended.append(Amendment(held.id, filed, changes))
        elif changes or ahead:
            self.plan.kept += 1
        else:
            self.plan.unchanged += 1
        if changes and held.state is not State.SUBMITTED:
            self._warn_kept(filed.line, held, changes)
        if at is not None and ahead:
            self._warn_ahead(filed.line, held, at)

    def _warn_kept(self, line: int, held: Application, changes: Sequence[Change]) -> None:
        said = _(
            "{reference} est déjà à l’étape « {state} » : ce que le fichier dit d’autre n’est pas repris."
        )
        state = state_label(held.state, held.outcome)
        headers = ", ".join(self.read.layout.header(change.field) for change in changes)
        text = said.format(reference=held.reference, state=state)
        self.checker.faults.warn(text, line, headers)

    def _warn_ahead(self, line: int, held: Application, at: Standing) -> None:
        said = _(
            "{reference} : le fichier le dit « {there} », Jalon « {here} » ; faites-le avancer avec"
            " « jalon advance »."
        )
        text = said.format(
            reference=held.reference,
            there=state_label(at.state, at.outcome),
            here=state_label(held.state, held.outcome),
        )
        self.checker.faults.warn(text, line, self.read.layout.header("status"))


def _held(session: Session, call_id: int, drafts: Sequence[Draft]) -> dict[str, Application]:
    """The applications of the call that these drafts name: by their reference there, else by ours."""
    wanted = {draft.external_reference for draft in drafts if draft.external_reference}
    query = (
        select(Application)
        .where(
            Application.call_id == call_id,
            or_(Application.external_reference.in_(wanted), Application.reference.in_(wanted)),
        )
        .options(
            joinedload(Application.fiche),
            joinedload(Application.applicant),
            joinedload(Application.contact),
            selectinload(Application.lines),
            selectinload(Application.qpvs),
        )
    )
    found = list(session.scalars(query))
    theirs = {a.external_reference: a for a in found if a.external_reference}
    return {a.reference: a for a in found} | theirs
