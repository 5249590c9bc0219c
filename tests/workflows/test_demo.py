"""The demonstration, played whole as a newcomer does: what it promises to show really happened."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import (
    Application,
    Bounce,
    Call,
    CallFiche,
    Fiche,
    FunderLine,
    JournalEntry,
    Message,
    Obligation,
    ObligationChange,
    Opinion,
    Payment,
    Person,
    Piece,
    Report,
)
from models.session import engine_for, reading
from models.vocabulary import (
    Act,
    DatedChange,
    LineStatus,
    MessageStatus,
    ObligationStatus,
    Outcome,
    PaymentKind,
    PieceStatus,
    ReportKind,
    ReportStatus,
    State,
    Trigger,
    Verdict,
)
from notifications.catalogue import CATALOGUE
from workflows.audit import verify
from workflows.demo.cast import APPLICATIONS, SHARES, Story
from workflows.figures import by_funder
from workflows.queries import get_contract

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo")]
JALON = Path(sys.executable).with_name("jalon")
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("JALON_")}


@dataclass(frozen=True)
class Play:
    """One whole play: what the command wrote, and the folder it worked in."""

    out: str
    err: str
    folder: Path

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'var/demo/jalon.sqlite3'}"

    def jalon(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """The command as a process of its own, in that folder."""
        return subprocess.run(
            [str(JALON), *arguments],
            cwd=self.folder, env=CLEAN | env, capture_output=True, text=True,
        )  # fmt: skip


def played(folder: Path, *options: str) -> Play:
    """One play in that folder."""
    ended = subprocess.run(
        [str(JALON), "demo", *options], cwd=folder, env=CLEAN, capture_output=True, text=True
    )
    assert ended.returncode == 0, ended.stderr
    return Play(ended.stdout, ended.stderr, folder)


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    one = played(tmp_path_factory.mktemp("demo"))
    yield one
    engine_for(one.url).dispose()


@pytest.fixture
def session(play: Play) -> Iterator[Session]:
    with reading(play.url) as opened:
        yield opened


def count(session: Session, *conditions: Any) -> int:
    """How many rows meet all of these."""
    return session.scalar(select(func.count()).where(*conditions)) or 0


def moves(session: Session, action: Trigger | Act) -> int:
    return count(session, JournalEntry.action == str(action))


def test_the_call_is_the_real_one_with_its_open_fiches(session: Session) -> None:
    call = session.scalars(select(Call)).one()
    assert (call.year, str(call.opens_on), str(call.closes_on)) == (
        2021,
        "2020-11-25",
        "2021-01-04",
    )
    assert count(session, CallFiche.call_id == call.id) == 39
    assert count(session, Fiche.id > 0) == 69


def test_more_than_240_applications_on_every_open_fiche_with_several_funders(
    session: Session,
) -> None:
    assert count(session, Application.id > 0) == APPLICATIONS - SHARES[Story.LATE_REFUSED] >= 240
    on_fiches = set(session.scalars(select(Application.fiche_id)))
    assert on_fiches == set(session.scalars(select(CallFiche.fiche_id)))
    lines = session.execute(
        select(FunderLine.application_id, func.count()).group_by(FunderLine.application_id)
    ).all()
    assert {many for _application, many in lines} == {2, 3, 4}


def test_everything_is_closed_in_every_way_there_is(session: Session) -> None:
    states = set(session.scalars(select(Application.state)))
    outcomes = Counter(session.scalars(select(Application.outcome)))

    assert states == {State.CLOSED}
    assert set(outcomes) == set(Outcome)
    assert outcomes[Outcome.NOT_CARRIED_OUT] == SHARES[Story.NOT_CARRIED_OUT]
    assert outcomes[Outcome.WITHDRAWN] == SHARES[Story.WITHDRAWN]
    assert outcomes[Outcome.REFUSED] >= SHARES[Story.REFUSED]
    assert outcomes[Outcome.INELIGIBLE] == SHARES[Story.INELIGIBLE] + SHARES[Story.NEVER_COMPLETE]
    assert outcomes[Outcome.COMPLETED] > 150


def test_nothing_is_owed_any_more_and_everything_owed_had_an_end(session: Session) -> None:
    live = (ObligationStatus.OPEN, ObligationStatus.PAUSED)

    assert count(session, Obligation.status.in_(live)) == 0
    assert set(session.scalars(select(Obligation.duty))) == set(Duty)
    assert count(session, Obligation.ended_on.is_(None)) == 0


def test_the_journal_holds(session: Session) -> None:
    assert list(verify(session, get_contract(session))) == []
    assert count(session, JournalEntry.id > 0) > 2000


def test_late_applications_were_turned_away_or_admitted_with_a_reason(
    session: Session, play: Play
) -> None:
    assert count(session, Application.late_reason.is_not(None)) == SHARES[Story.LATE_ADMITTED]
    assert "Refusés à la porte, hors délai : 6." in play.out


def test_incomplete_files_were_completed_or_closed(session: Session) -> None:
    assert (
        count(session, Piece.status == PieceStatus.RECEIVED, Piece.received_on > Piece.asked_on)
        == SHARES[Story.INCOMPLETE]
    )
    never = session.scalars(
        select(Application.outcome)
        .join(Piece, Piece.application_id == Application.id)
        .where(Piece.status != PieceStatus.RECEIVED)
    ).all()
    assert [*never] == [Outcome.INELIGIBLE] * SHARES[Story.NEVER_COMPLETE]
    paused = count(session, ObligationChange.change == DatedChange.PAUSED)
    assert paused == SHARES[Story.INCOMPLETE] + SHARES[Story.NEVER_COMPLETE]


def test_the_committee_refused_deferred_and_awarded_line_by_line(session: Session) -> None:
    assert moves(session, Trigger.DEFER) == SHARES[Story.DEFERRED]
    assert moves(session, Trigger.REFUSE) >= SHARES[Story.REFUSED]
    assert moves(session, Trigger.CORRECT) == SHARES[Story.CORRECTED]
    assert count(session, Opinion.verdict == Verdict.WAIVED) == SHARES[Story.OPINION_WAIVED]
    split = session.execute(
        select(Application.id)
        .join(FunderLine)
        .where(Application.outcome == Outcome.COMPLETED)
        .group_by(Application.id)
        .having(func.count(FunderLine.status.distinct()) == 2)
    ).all()
    assert len(split) > 20, "a refused line beside a voted one"


def test_large_grants_were_signed_and_published(session: Session) -> None:
    large = session.scalars(
        select(FunderLine)
        .join(Application)
        .where(FunderLine.status == LineStatus.VOTED, Application.outcome == Outcome.COMPLETED)
    ).all()
    due = [line for line in large if (line.voted or 0) / Decimal(1) > 23_000]

    assert due
    assert all(line.agreement_signed_on and line.agreement_published_on for line in due)
    assert all(line.agreement_signed_on is None for line in large if (line.voted or 0) <= 23_000)


def test_reports_came_late_were_returned_and_all_accepted(session: Session) -> None:
    late = session.execute(
        select(Report.application_id)
        .join(Obligation, Obligation.application_id == Report.application_id)
        .where(
            Report.kind == ReportKind.FINAL,
            Obligation.duty == Duty.FINAL_REPORT,
            Report.received_on > Obligation.effective_on,
        )
        .distinct()
    ).all()
    assert len(late) >= SHARES[Story.REPORT_OVERDUE] - 2  # some were not funded after all
    assert count(session, Report.status == ReportStatus.RETURNED) == moves(
        session, Act.RETURN_REPORT
    )
    assert moves(session, Act.RETURN_REPORT) == SHARES[Story.REPORT_RETURNED]
    completed = count(session, Application.outcome == Outcome.COMPLETED)
    assert (
        count(session, Report.kind == ReportKind.FINAL, Report.status == ReportStatus.ACCEPTED)
        == completed
    )


def test_interim_reports_came_in_time_late_or_never(session: Session) -> None:
    fates = Counter(
        session.scalars(select(Obligation.status).where(Obligation.duty == Duty.INTERIM_REPORT))
    )
    assert fates[ObligationStatus.MET] > 100
    assert fates[ObligationStatus.CANCELLED] >= 3
    late = count(
        session,
        Obligation.duty == Duty.INTERIM_REPORT,
        Obligation.status == ObligationStatus.MET,
        Obligation.ended_on > Obligation.effective_on,
    )
    assert late >= 10


def test_dates_were_moved_and_money_given_back(session: Session) -> None:
    assert moves(session, Act.POSTPONE) == SHARES[Story.POSTPONED]
    given_back = session.execute(
        select(Application.to_repay, func.sum(FunderLine.repaid), func.sum(FunderLine.paid))
        .join(FunderLine, FunderLine.application_id == Application.id)
        .where(Application.outcome == Outcome.NOT_CARRIED_OUT)
        .group_by(Application.id)
    ).all()
    assert len(given_back) == SHARES[Story.NOT_CARRIED_OUT]
    assert all(owed == repaid == paid > 0 for owed, repaid, paid in given_back)


def test_what_was_awarded_is_paid_but_for_a_few_balances(session: Session) -> None:
    kinds = Counter(session.scalars(select(Payment.kind)))
    assert (
        kinds[PaymentKind.INSTALMENT] > kinds[PaymentKind.ADVANCE] > kinds[PaymentKind.BALANCE] > 10
    )
    assert kinds[PaymentKind.REPAYMENT] >= SHARES[Story.NOT_CARRIED_OUT]
    done = (FunderLine.status == LineStatus.VOTED) & (Application.outcome == Outcome.COMPLETED)
    lines = session.execute(
        select(FunderLine.voted, FunderLine.paid).join(Application).where(done)
    ).all()
    left = [line for line in lines if line.voted != line.paid]
    assert 0 < len(left) < len(lines) / 10
    funders = by_funder(session, get_contract(session).id, 2021)
    assert all(0 < f.repaid < f.paid < f.voted < f.asked for f in funders if f.name == "État")
    assert sum(f.paid for f in funders) == session.scalar(select(func.sum(FunderLine.paid)))
    assert moves(session, Act.RECORD_PAYMENT) == count(session, Message.template == "payment_made")


# What the calendar announces by itself (the demonstration opens its call by hand), what only the
# pages or a held batch cause, what needs somebody's own click.
NOT_PLAYED = {
    "agreement_to_sign", "batch_held", "call_ahead", "call_closed", "call_open", "emergency_used",
    "payment_cancelled", "sign_in",
}  # fmt: skip


def test_reminders_were_answered_and_addresses_failed_and_worked_again(session: Session) -> None:
    for act in (
        Act.AMEND,
        Act.TAKE_CARE,
        Act.ASK_DELAY,
        Act.EXTEND,
        Act.RESUME_REMINDERS,
        Act.DECIDE_LINE,
    ):
        assert moves(session, act) >= 2, act
    assert count(session, Bounce.kind == "hard", Bounce.person_id.is_not(None)) >= 2
    assert count(session, Person.failing_since.is_not(None)) == 0
    announced = select(Message.content).where(Message.template == "award")
    assert any("annoncée" in text(mail) for mail in session.scalars(announced))


def text(content: bytes) -> str:
    """The text part of a mail."""
    body = message_from_bytes(content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_all_the_mail_left_once_and_is_in_the_folder(session: Session, play: Play) -> None:
    assert set(session.scalars(select(Message.status))) == {MessageStatus.SENT}
    assert session.scalar(select(func.max(Message.attempts))) == 1
    sent = count(session, Message.id > 0)
    assert len(list((play.folder / "var/demo/mail").glob("*.eml"))) == sent
    told = set(session.scalars(select(Message.template)))
    assert {entry.key for entry in CATALOGUE} - told == NOT_PLAYED


def test_nobody_got_two_digests_on_one_day(session: Session) -> None:
    rows = session.execute(
        select(Message.person_id, func.date(Message.composed_at), func.count())
        .where(Message.template == "reminder_digest")
        .group_by(Message.person_id, func.date(Message.composed_at))
    ).all()
    assert len(rows) > 500
    assert {many for _person, _day, many in rows} == {1}


def test_it_ends_with_the_pipeline_the_mail_and_where_to_look(play: Play) -> None:
    assert play.err == ""
    assert "L’appel 2021 de Montpellier : 242 dossiers" in play.out
    for word in ("Achevé", "Refusé", "Irrecevable", "Non réalisé", "Retiré", "█" * 20):
        assert word in play.out
    assert "récapitulatif des rappels" in play.out
    assert "_" not in play.out.split("À regarder ensuite")[0], "no mail goes by its template's name"


@pytest.mark.long
def test_each_command_it_names_shows_something(play: Play) -> None:
    named = 0
    for block in play.out.split("export ")[1:]:
        settings, *lines = block.splitlines()
        env = dict(setting.split("=", 1) for setting in settings.split())
        for line in lines:
            command, gap, _what = line.strip().partition("  ")
            if gap and command.startswith("jalon "):
                named += 1
                ended = play.jalon(*command.split()[1:], **env)
                assert (ended.returncode, ended.stderr) == (0, ""), command
                assert ended.stdout.count("\n") >= (1 if "audit" in command else 4), command
    assert named == 7


@pytest.mark.long
def test_the_same_play_twice_is_the_same_play(play: Play, tmp_path: Path) -> None:
    again = played(tmp_path, "--json")
    told = json.loads(again.out)
    assert (told["days"], told["applications"]) == (1015, 242)
    for query in (
        select(Application.reference, Application.state, Application.outcome,
               Application.requested, Application.voted, Application.to_repay),
        select(Message.key, Message.recipient, Message.subject, Message.message_id),
        select(Obligation.key, Obligation.status, Obligation.effective_on, Obligation.ended_on),
    ):  # fmt: skip
        with reading(play.url) as one, reading(again.url) as other:
            first = sorted(map(repr, one.execute(query)))
            assert first == sorted(map(repr, other.execute(query)))
