"""A plan carried out: applications written a few hundred at a time, then let go of.

An import of 100 000 lines would otherwise hold every row in memory until the commit.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from models import Application
from models.vocabulary import State
from workflows.actors import Actor
from workflows.advance import adopt, submit
from workflows.applications.amending import amend_filed
from workflows.applications.dauphin import Standing
from workflows.applications.drafting import Filed, Progress
from workflows.applications.ground import Ground
from workflows.applications.planning import Amendment, Plan, in_parts, standing_of
from workflows.deadlines import civil_date
from workflows.desk import Desk
from workflows.submission import Draft, Known, build

AT_ONCE = 250


@dataclass(slots=True)
class Writer:
    """Writes one plan in the caller's transaction; objects that it did not make stay as they were."""

    session: Session
    ground: Ground
    actor: Actor
    now: datetime
    notify: bool = False
    _stay: list[object] = field(default_factory=list)

    def write(self, plan: Plan, lines: int, progress: Progress | None = None) -> None:
        """Write all of `plan`; raises `Refused`, `Conflict`, and what `submit` and `adopt` raise."""
        self.session.flush()
        self._stay = list(self.session)
        done = lines - sum(f.lines for f in plan.new) - sum(a.filed.lines for a in plan.amended)
        for part in in_parts(plan.new, AT_ONCE):
            self._create(part)
            done += sum(filed.lines for filed in part)
            if progress:
                progress(done, lines)
        for amendments in in_parts(plan.amended, AT_ONCE):
            self._amend(amendments)
            done += sum(amendment.filed.lines for amendment in amendments)
            if progress:
                progress(done, lines)

    def _create(self, part: Sequence[Filed]) -> None:
        drafts = [(filed, filed.draft) for filed in part if filed.draft]
        known = Known.gather(self.session, (draft for _filed, draft in drafts))
        for filed, draft in drafts:
            self._take_in(build(self.session, self.ground.call, draft, known), standing_of(filed))
        self._let_go()

    def _take_in(self, application: Application, at: Standing | None) -> None:
        if at is None or at.state is State.SUBMITTED:
            submit(self.session, application, self.actor, self.now, notify=self.notify)
            return
        if at.state is State.COMMITTEE:
            application.session = self.ground.session(civil_date(self.now))
        adopt(
            self.session,
            application,
            at.state,
            at.outcome,
            self.actor,
            self.now,
            facts={"from": "DAUPHIN"},
        )

    def _amend(self, part: Sequence[Amendment]) -> None:
        desk = Desk.at(self.session, self.actor, self.now)
        drafts: list[Draft] = [a.filed.draft for a in part if a.filed.draft]
        known = Known.gather(self.session, drafts)
        for amendment, draft in zip(part, drafts, strict=True):
            amend_filed(desk, amendment, draft, known, notify=self.notify)
        self._let_go()

    def _let_go(self) -> None:
        """Send what is pending to the database and forget it, but for what was there before."""
        self.session.flush()
        self.session.expunge_all()
        self.session.add_all(kept for kept in self._stay if not inspect(kept).was_deleted)
