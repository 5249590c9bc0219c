"""What is about to happen to an application: everything that a guard may look at."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from models import Application, CommitteeSession, FunderLine
from models.vocabulary import (
    Act,
    LineStatus,
    ReportEnding,
    ReportKind,
    ReportStatus,
    Role,
    State,
    Trigger,
    Verdict,
)
from workflows.actors import Actor
from workflows.call_window import Window, window_of
from workflows.deadlines import civil_date, closing_instant
from workflows.rules import Rules


@dataclass(frozen=True, slots=True)
class Given:
    """What the person says with a move. Amounts are euros by funder line id; 0 refuses that line."""

    reason: str = ""
    session_id: int | None = None
    amounts: dict[int, Decimal] = field(default_factory=dict)
    decision_reference: str = ""
    decided_on: date | None = None
    to_repay: Decimal | None = None
    changes: frozenset[str] = frozenset()  # the fields that an amendment changes


@dataclass(frozen=True, slots=True)
class Move:
    """One trigger or act, by someone at some instant, on an application loaded whole."""

    application: Application
    trigger: Trigger | Act
    actor: Actor
    now: datetime
    rules: Rules
    given: Given = field(default_factory=Given)
    session: CommitteeSession | None = None  # the one named, once found
    previous: State | None = None  # where `correct` goes back to

    @property
    def today(self) -> date:
        """The civil date in Paris."""
        return civil_date(self.now)

    @property
    def is_late(self) -> bool:
        """Received after the last instant of the closing day."""
        return self.application.received_at >= closing_instant(self.application.call.closes_on)

    @property
    def is_early(self) -> bool:
        """Received before the call opened."""
        return civil_date(self.application.received_at) < self.application.call.opens_on

    @property
    def call_is_open(self) -> bool:
        """Whether the call takes applications at the instant of the move."""
        return window_of(self.application.call, self.today) is Window.OPEN

    def admitted_late(self) -> bool:
        """Whether a manager (or their import) lets it in after the closing, with a reason."""
        return bool(self.application.late_reason) and bool(self.role((Role.MANAGER, Role.IMPORT)))

    @property
    def lines(self) -> list[FunderLine]:
        """What is asked of each funder."""
        return self.application.lines

    def decided(self, line: FunderLine) -> Decimal | None:
        """What the funder of `line` gives: said with the move, or recorded before; None if neither."""
        if line.id in self.given.amounts:
            return self.given.amounts[line.id]
        return line.voted if line.status is not LineStatus.PENDING else None

    def dated(self, line: FunderLine) -> bool:
        """Whether the decision on `line` has its reference and date."""
        if line.id in self.given.amounts:
            return bool(self.given.decision_reference and self.given.decided_on)
        return bool(line.decision_reference and line.decided_on)

    @property
    def decided_in_time(self) -> bool:
        """Whether the date said for the decision is from the committee's day on, and not to come."""
        day, held = self.given.decided_on, self.application.session
        if day is None or not self.given.amounts:
            return True
        return day <= self.today and (held is None or held.held_on <= day)

    def needs_agreement(self, line: FunderLine) -> bool:
        """Whether the yearly amount of `line` exceeds the threshold of law 2000-321, art. 10."""
        amount = self.decided(line) or Decimal(0)
        return self.rules.needs_agreement(amount / self.application.years)

    def has_opinion(self) -> bool:
        """Whether a pilot of the fiche gave an opinion, or a manager went on without."""
        return any(opinion.verdict in set(Verdict) for opinion in self.application.opinions)

    def has_accepted_final_report(self) -> bool:
        """Whether the final report came in and was approved; agreeing to new dates is no report."""
        return any(
            report.kind is ReportKind.FINAL
            and report.status is ReportStatus.ACCEPTED
            and report.ending is ReportEnding.CARRIED_OUT
            for report in self.application.reports
        )

    @property
    def most_to_repay(self) -> Decimal:
        """What was paid; what was voted, on a file whose payments nobody noted."""
        return self.application.paid or self.application.voted

    def role(self, roles: tuple[Role, ...]) -> Role | None:
        """As what the actor may do this; None when they may not."""
        return self.actor.acts_as(roles, self.application)
