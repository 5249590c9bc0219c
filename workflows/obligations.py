"""Obligations: opened, met, paused, moved, put back; each change is kept with the journal entry behind it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from config.vocabulary import Anchor, Duty
from models import (
    Application,
    JournalEntry,
    Obligation,
    ObligationChange,
)
from models.vocabulary import DatedChange, ObligationStatus, Role
from notifications.redating import Moved
from workflows.anchors import known_dates
from workflows.closed_days import rules_in
from workflows.deadlines import civil_date, extend_by_pause
from workflows.owners import owner_of, reassign
from workflows.rules import Rules

LIVE = (ObligationStatus.OPEN, ObligationStatus.PAUSED)
OUTLIVE_CLOSING = frozenset({Duty.PUBLICATION, Duty.REPAYMENT})


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is owed on one application, while one journal entry is being written."""

    session: Session
    application: Application
    entry: JournalEntry
    now: datetime
    rules: Rules
    opened: list[Obligation] = field(default_factory=list)  # what its mail speaks of
    moved: list[Moved] = field(default_factory=list)  # for `redate`, once they are written

    @property
    def dated_by(self) -> Rules:
        """The rules, with the days that the offices of this contract are closed."""
        return rules_in(self.session, self.application.call.contract_id, self.rules)

    @property
    def today(self) -> date:
        """The civil date in Paris."""
        return civil_date(self.now)

    def live(self, *duties: Duty) -> list[Obligation]:
        """The obligations still running, of these duties (of all without any)."""
        self.session.flush()
        query = select(Obligation).where(
            Obligation.application_id == self.application.id, Obligation.status.in_(LIVE)
        )
        if duties:
            query = query.where(Obligation.duty.in_(duties))
        return list(self.session.scalars(query.order_by(Obligation.id)))

    def open(
        self,
        duty: Duty,
        event: Mapping[Anchor, date] | None = None,
        *,
        about: str = "",
        which: str = "",
    ) -> Obligation:
        """Somebody owes `duty` from now on. `which` tells it from others of its kind.

        Raises `BadInput` when the event that its date counts from is not known.
        """
        due = self.dated_by.due(
            duty,
            {**known_dates(self.session, self.application, self.today), **(event or {})},
            budget_year=self.application.call.year,
            created_on=self.today,
        )
        key = ":".join(filter(None, (self.application.reference, duty.value, which)))
        obligation = self._of(key) or self._new(key, duty)
        obligation.about, obligation.rule = about, due.rule_text
        obligation.nominal_on, obligation.effective_on = due.nominal, due.effective
        obligation.status, obligation.opened_on = ObligationStatus.OPEN, self.today
        obligation.ended_on = obligation.paused_from = None
        self.opened.append(obligation)
        self._note(obligation, DatedChange.OPENED)
        return obligation

    def _of(self, key: str) -> Obligation | None:
        """The one of that key, when a corrected step had opened it before."""
        if not inspect(self.application).persistent:
            return None
        found = self.session.scalars(select(Obligation).where(Obligation.key == key)).all()
        reassign(self.session, self.application, found)  # the fiche may be another since
        return found[0] if found else None

    def _new(self, key: str, duty: Duty) -> Obligation:
        role = Role(self.rules.policies.deadlines[duty].owed_by.value)
        obligation = Obligation(
            key=key,
            application=self.application,
            duty=duty,
            owed_by=role,
            organisation_id=owner_of(self.session, self.application, role),
        )
        self.session.add(obligation)
        return obligation

    def meet(self, *duties: Duty, which: str = "") -> list[Obligation]:
        """What was owed is done; `which` picks one of several of a kind."""
        return self._end(self._picked(duties, which), ObligationStatus.MET, DatedChange.MET, "")

    def cancel(self, obligations: Iterable[Obligation], reason: str) -> list[Obligation]:
        """It is no longer owed."""
        return self._end(obligations, ObligationStatus.CANCELLED, DatedChange.CANCELLED, reason)

    def close_all(self, reason: str) -> list[Obligation]:
        """The application is closed: nothing is owed any more but what outlives it."""
        return self.cancel([o for o in self.live() if o.duty not in OUTLIVE_CLOSING], reason)

    def pause(self, *duties: Duty) -> None:
        """The clock stands still while the other side must act."""
        for obligation in self.live(*duties):
            if obligation.status is ObligationStatus.OPEN:
                obligation.status = ObligationStatus.PAUSED
                obligation.paused_from = self.today
                self._note(obligation, DatedChange.PAUSED)

    def resume(self, *duties: Duty) -> None:
        """The clock runs again, with as many days left as when it stopped."""
        for obligation in self.live(*duties):
            if obligation.paused_from is None:
                continue
            nominal = extend_by_pause(
                obligation.nominal_on,
                obligation.paused_from,
                self.today,
                effective=obligation.effective_on,
            )
            obligation.status, obligation.paused_from = ObligationStatus.OPEN, None
            self._redate(obligation, nominal, DatedChange.RESUMED)

    def move(self, obligation: Obligation, nominal: date, change: DatedChange, reason: str) -> None:
        """Another date, with the reason: an extension, or an event that moved."""
        self._redate(obligation, nominal, change, reason)

    def reopen(self, obligation: Obligation) -> None:
        """It is owed again, by its last date."""
        obligation.status, obligation.ended_on = ObligationStatus.OPEN, None
        self._note(obligation, DatedChange.REOPENED)
        self.opened.append(obligation)

    def concerns(self, obligation: Obligation) -> None:
        """The mail of this entry speaks of something that was owed already."""
        self.opened.append(obligation)

    def _redate(
        self, obligation: Obligation, nominal: date, change: DatedChange, reason: str = ""
    ) -> None:
        before = obligation.effective_on
        policy = self.rules.policies.deadlines[obligation.duty].policy
        effective = (
            nominal if policy == "strict" else self.dated_by.calendar.next_working_day(nominal)
        )  # known before either changes: reading the calendar flushes
        obligation.nominal_on, obligation.effective_on = nominal, effective
        if obligation.effective_on != before:
            self.moved.append(Moved(obligation, before, change is DatedChange.EXTENDED))
        self._note(obligation, change, reason)

    def _picked(self, duties: tuple[Duty, ...], which: str) -> list[Obligation]:
        found = self.live(*duties)
        return [o for o in found if o.key.endswith(f":{which}")] if which else found

    def _end(
        self,
        obligations: Iterable[Obligation],
        status: ObligationStatus,
        change: DatedChange,
        reason: str,
    ) -> list[Obligation]:
        ended = list(obligations)
        for obligation in ended:
            obligation.status, obligation.ended_on = status, self.today
            obligation.paused_from = None
            self._note(obligation, change, reason)
        return ended

    def _note(self, obligation: Obligation, change: DatedChange, reason: str = "") -> None:
        self.session.add(
            ObligationChange(
                obligation=obligation,
                entry=self.entry,
                change=change,
                at=self.now,
                nominal_on=obligation.nominal_on,
                effective_on=obligation.effective_on,
                status=obligation.status,
                reason=reason,
            )
        )
