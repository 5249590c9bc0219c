"""What `jalon reminders preview` announces for a month is, mail by mail, what reaches the mailboxes."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from cli.reminders import app
from models import Obligation, Person, ReminderStep
from models.session import engine_for, reading, transaction
from models.vocabulary import ObligationStatus, StepFate
from notifications.catcher import Catcher
from notifications.formats import PARIS
from tests.workflows.season import READY, open_season
from workflows import reminder_control
from workflows.actors import OPERATOR, actor_for
from workflows.acts import ask_piece
from workflows.answers import ask_delay, obligation_of, take_care
from workflows.desk import Desk
from workflows.preferences import choose
from workflows.queries import get_application
from workflows.simulation import PEOPLE_AT, Outage, at, replay

Mails = set[tuple[date, str, str]]  # the day, the address, the reference of an application
REFERENCE = re.compile(r"CV112-2021-\d{4}")
MONTH = timedelta(days=31)
STARTS = [READY, date(2021, 4, 12), date(2021, 6, 25), date(2021, 9, 14), date(2022, 6, 20)]


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    found = open_season(tmp_path)
    monkeypatch.setenv("JALON_DATABASE_URL", found)
    with transaction(found) as session:  # due on Easter Sunday, hence put off to the Tuesday
        desk = Desk.at(session, OPERATOR, at(READY, PEOPLE_AT))
        ask_piece(desk, get_application(session, "CV112-2021-0006"), "RIB")
    yield found
    engine_for(found).dispose()


def announced(start: date, end: date) -> Mails:
    """What the command prints for a program."""
    words = ["preview", "--from", str(start), "--to", str(end), "--at", str(start), "--json"]
    printed = CliRunner().invoke(app, words, catch_exceptions=False).output
    return {
        (date.fromisoformat(row["day"]), row["recipient"], row["reference"])
        for row in json.loads(printed)
    }


def left(url: str, folder: Path, start: date, end: date, *outages: Outage) -> Mails:
    """What a mail server got on these days, read off the mails themselves."""
    with Catcher(folder) as catcher:
        replay(url, start, end, catcher.relay, outages=outages)
        received = catcher.by_template["reminder_digest"]
    mails: Mails = set()
    digests = 0
    for path in folder.iterdir():
        mail = message_from_bytes(path.read_bytes(), policy=default)
        if mail["X-Jalon-Template"] != "reminder_digest":
            continue
        digests += 1
        day = parsedate_to_datetime(str(mail["Date"])).astimezone(PARIS).date()
        body = mail.get_body(("plain",))
        assert body is not None
        said = set(REFERENCE.findall(str(body.get_content())))
        mails |= {(day, mail["To"].addresses[0].addr_spec, one) for one in said}
    assert digests == received == len({(day, to) for day, to, _one in mails})
    return mails


@pytest.mark.parametrize("start", STARTS)
@pytest.mark.slow
def test_a_month_replayed_is_the_month_announced(url: str, tmp_path: Path, start: date) -> None:
    promised = announced(start, start + MONTH)

    assert left(url, tmp_path / "mail", start, start + MONTH) == promised
    assert promised or start == date(2021, 6, 25), "a month of summer may be quiet"


@pytest.mark.slow
def test_these_months_hold_dates_put_off_and_rungs_merged(url: str, tmp_path: Path) -> None:
    """Or the test above would prove less than it says."""
    with reading(url) as session:
        put_off = session.scalars(
            select(Obligation.key).where(
                Obligation.status == ObligationStatus.OPEN,
                Obligation.effective_on > Obligation.nominal_on,
            )
        ).all()
    assert put_off
    left(url, tmp_path / "mail", READY, READY + MONTH)
    with reading(url) as session:
        fates = set(session.scalars(select(ReminderStep.fate)))
    assert {StepFate.SENT, StepFate.MERGED} <= fates


@pytest.mark.slow
def test_answers_snoozes_contacts_and_choices_are_in_the_preview_too(
    url: str, tmp_path: Path
) -> None:
    start = date(2021, 10, 6)
    with transaction(url) as session:
        choose(
            session,
            session.scalars(select(Person).where(Person.email == "claire@contrat.example")).one(),
            "reminder_digest",
            "weekly",
            at(start, PEOPLE_AT),
        )
    told: dict[str, Callable[..., object]] = {
        "CV112-2021-0001": take_care,
        "CV112-2021-0002": lambda d, a, o: ask_delay(d, a, o, date(2021, 11, 20), "Congés"),
        "CV112-2021-0003": lambda d, a, o: reminder_control.snooze(
            d, a, o, date(2021, 10, 20), "Déménagement"
        ),
        "CV112-2021-0004": lambda d, a, o: reminder_control.skip(d, a, o, "J+3", "Vu"),
    }
    for place, (reference, work) in enumerate(told.items()):
        with transaction(url) as session:
            application = get_application(session, reference)
            who = (
                actor_for(session, f"contact{place}@porteur.example", application.call.contract_id)
                if place < 2
                else OPERATOR
            )
            desk = Desk.at(session, who, at(start - timedelta(days=1), PEOPLE_AT))
            work(desk, application, obligation_of(session, f"{reference}:interim_report"))

    promised = announced(start, start + MONTH)

    assert left(url, tmp_path / "mail", start, start + MONTH) == promised
    assert {reference for _day, _to, reference in promised} >= told.keys()


@pytest.mark.slow
def test_after_an_outage_the_preview_of_the_day_it_ends_is_what_leaves_that_day(
    url: str, tmp_path: Path
) -> None:
    start, back = date(2021, 10, 7), date(2021, 10, 19)
    left(url, tmp_path / "before", start, back - timedelta(1), Outage(start, back - timedelta(1)))

    promised = announced(back, back + MONTH)

    assert left(url, tmp_path / "mail", back, back + MONTH) == promised
    assert {day for day, _to, _reference in promised} > {back}
