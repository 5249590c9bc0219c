"""The year of a call by its calendar: every step on its day, once, whoever else is at work."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, select, update

from config.reminder_policy import Brake
from models import (
    Call,
    CallFiche,
    CallStep,
    CommitteeSession,
    Contract,
    Fiche,
    JournalEntry,
    Message,
    Person,
    RoleGrant,
)
from models.errors import JalonError
from models.session import engine_for, reading, transaction
from models.vocabulary import Act, MessageStatus, Role
from tests.workflows.season import MANAGERS, open_season, person, play
from workflows import sweeps, yearly
from workflows.actors import OPERATOR
from workflows.audit import verify
from workflows.batches import list_batches, release_batch
from workflows.call_brake import coming_announcements, release_announcement
from workflows.call_news import announce_to, who_may_apply
from workflows.calls import open_call
from workflows.queries import get_contract
from workflows.rules import Rules, rules_of
from workflows.simulation import at
from workflows.sweeps import Opened, open_calls

OPENS, CLOSES = date(2021, 11, 25), date(2022, 1, 4)
REGISTERED = "nouvelle@porteur.example"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    _settle(found)
    yield found
    engine_for(found).dispose()


def _settle(url: str) -> None:
    """The contract goes on to 2022, and the end of the 2021 call has been dealt with."""
    with transaction(url) as session:
        session.execute(update(Contract).values(ends_on=date(2022, 12, 31)))
        newcomer = person(session, REGISTERED)
        session.add(RoleGrant(person_id=newcomer.id, role=Role.GRANTEE))
    open_calls(at(date(2021, 6, 1), time(6)), url=url)


def run(url: str, day: date, moment: time = time(0, 5)) -> Opened:
    return open_calls(at(day, moment), url=url)


def mails(url: str, template: str) -> list[Message]:
    with reading(url) as session:
        found = session.scalars(
            select(Message).where(Message.template == template).order_by(Message.id)
        ).all()
        session.expunge_all()
        return list(found)


def acts(url: str, act: Act) -> list[JournalEntry]:
    with reading(url) as session:
        found = session.scalars(
            select(JournalEntry).where(JournalEntry.action == act).order_by(JournalEntry.seq)
        ).all()
        session.expunge_all()
        return list(found)


def test_a_year_by_the_calendar_whatever_the_number_of_runs(url: str) -> None:
    seen: dict[str, list[date]] = {"warned": [], "opened": [], "announced": [], "closed": []}
    day = date(2021, 10, 1)
    while day <= date(2022, 2, 1):
        for _again in range(2):
            done = run(url, day)
            for name in seen:
                seen[name] += [day] if getattr(done, name) else []
        day += timedelta(days=1)

    assert seen == {
        "warned": [OPENS - timedelta(days=30), OPENS - timedelta(days=7)],
        "opened": [OPENS],
        "announced": [OPENS],
        "closed": [CLOSES + timedelta(days=1)],
    }
    with reading(url) as session:
        call = session.scalars(select(Call).where(Call.year == 2022)).one()
        assert (call.opens_on, call.closes_on) == (OPENS, CLOSES)
        opened = session.scalar(select(func.count()).where(CallFiche.call_id == call.id))
        assert opened == session.scalar(select(func.count()).where(Fiche.in_call)) == 39
        held = session.scalars(
            select(CommitteeSession.held_on).where(CommitteeSession.call_id == call.id)
        ).all()
        assert held == [date(2022, 3, 18), date(2022, 4, 15)]
        assert list(verify(session, get_contract(session))) == []


def test_managers_and_pilots_are_warned_pilots_of_their_own_fiches(url: str) -> None:
    run(url, OPENS - timedelta(days=7))

    told = {mail.recipient: mail.facts["context"] for mail in mails(url, "call_ahead")}
    assert set(MANAGERS) < told.keys()
    pilots = {address: context for address, context in told.items() if address not in MANAGERS}
    assert pilots
    assert all(address.startswith("suivi") for address in pilots)
    assert all(context["pilot"] and context["fiches"] for context in pilots.values())
    assert told[MANAGERS[0]]["pilot"] == ""
    assert len(told[MANAGERS[0]]["fiches"]) == 39
    assert all(len(context["fiches"]) < 39 for context in pilots.values())
    assert told[MANAGERS[0]]["committee"] == ["2022-03-18", "2022-04-15"]


def test_without_a_manager_the_mailbox_of_the_sender_is_told(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Person).where(Person.email.in_(MANAGERS)).values(active=False))

    run(url, OPENS - timedelta(days=7))
    run(url, OPENS)
    run(url, CLOSES + timedelta(days=1))

    for template in ("call_ahead", "call_closed"):
        assert [m.key[-2:] for m in mails(url, template) if m.person_id is None] == [":0"]


def test_past_and_registered_grantees_get_the_announcement_once_each(url: str) -> None:
    run(url, OPENS)

    told = Counter(mail.recipient for mail in mails(url, "call_open"))
    assert told == dict.fromkeys([f"contact{n}@porteur.example" for n in range(4)], 1) | {
        REGISTERED: 1
    }


def test_a_run_cut_short_goes_on_where_it_stopped(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = at(OPENS, time(0, 5))
    contract_id = yearly.contracts(url)[0][0]
    yearly.turn_year(contract_id, now, url=url)
    ((call_id, persons),) = yearly.to_announce(contract_id, now, url=url).items()
    yearly.announce(call_id, persons[:2], now, url=url)  # and there the machine stops

    later = run(url, OPENS + timedelta(days=1))

    assert later.opened == []
    assert later.announced == 5
    assert len(mails(url, "call_open")) == 5
    assert yearly.to_announce(contract_id, now, url=url) == {}


def test_large_announcements_go_in_parts(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeps, "AT_A_TIME", 2)
    assert [list(part) for part in sweeps.chunks([1, 2, 3], 2)] == [[1, 2], [3]]
    assert run(url, OPENS).announced == len(mails(url, "call_open")) == 5


def test_the_closing_is_journalled_and_told_with_the_next_dates(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Contract).values(ends_on=date(2023, 12, 31)))
    run(url, OPENS)
    assert run(url, CLOSES, time(23, 59)).closed == []

    assert run(url, CLOSES + timedelta(days=1), time(0)).closed == ["CV112 2022"]

    entry = acts(url, Act.CLOSE_CALL)[-1]
    assert entry.actor_role is Role.SYSTEM
    assert entry.facts == {
        "year": 2022,
        "closes_on": "2022-01-04",
        "closed_at": "2022-01-04T23:00:00+00:00",
        "applications": 0,
    }
    told = mails(url, "call_closed")
    assert {mail.recipient for mail in told} == set(MANAGERS)
    assert told[0].facts["context"]["next_opens_on"] == "2022-11-25"


def test_of_a_call_closed_long_ago_the_journal_alone_is_told(url: str) -> None:
    assert [entry.facts["year"] for entry in acts(url, Act.CLOSE_CALL)] == [2021]
    assert mails(url, "call_closed") == []


def test_after_an_outage_the_call_opens_late_and_the_warning_is_given_up(url: str) -> None:
    done = run(url, OPENS + timedelta(days=12))

    assert (done.warned, done.opened, done.announced) == ([], ["CV112 2022"], 5)


def test_an_outage_over_the_whole_call_opens_nothing(url: str) -> None:
    assert run(url, CLOSES + timedelta(days=1)) == Opened()


def test_a_call_opened_by_hand_keeps_its_dates_and_is_announced_on_them(url: str) -> None:
    with transaction(url) as session:
        open_call(
            session,
            get_contract(session),
            2022,
            opens_on=date(2021, 12, 6),
            closes_on=date(2022, 1, 14),
            actor=OPERATOR,
            now=at(date(2021, 11, 1), time(9)),
        )

    assert run(url, OPENS).announced == 0
    assert run(url, date(2021, 11, 29)).warned == ["CV112 2022"]
    assert run(url, date(2021, 12, 6)).announced == 5
    assert run(url, date(2022, 1, 14)).closed == []
    assert run(url, date(2022, 1, 15)).closed == ["CV112 2022"]
    assert len(acts(url, Act.OPEN_CALL)) == 2


def test_nothing_opens_once_the_contract_has_ended(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Contract).values(ends_on=date(2021, 12, 31)))

    assert run(url, OPENS) == Opened()


def test_without_an_open_fiche_the_call_waits(url: str) -> None:
    with transaction(url) as session:
        session.execute(update(Fiche).values(in_call=False))
    assert run(url, OPENS).waiting == ["CV112 2022"]

    with transaction(url) as session:
        session.execute(update(Fiche).where(Fiche.number == "1.3").values(in_call=True))
    assert run(url, OPENS + timedelta(days=1)).opened == ["CV112 2022"]


def test_two_runs_at_once_do_each_step_once(database_url: str) -> None:
    play(database_url)
    _settle(database_url)
    for day in (OPENS - timedelta(days=7), OPENS, CLOSES + timedelta(days=1)):
        _together(database_url, at(day, time(0, 5)))

    steps = ["ahead:7", "opened", "announced", "closed"]
    with reading(database_url) as session:
        kept = session.scalars(select(CallStep.step).where(CallStep.year == 2022))
        assert sorted(kept) == sorted(steps)
    assert len(acts(database_url, Act.OPEN_CALL)) == 2
    assert len(acts(database_url, Act.CLOSE_CALL)) == 2
    for template in ("call_ahead", "call_open", "call_closed"):
        told = Counter(mail.recipient for mail in mails(database_url, template))
        assert told
        assert set(told.values()) == {1}


def _together(url: str, now: datetime) -> None:
    start = Barrier(4)

    def one(_number: int) -> str:
        start.wait()
        try:
            open_calls(now, url=url)
        except JalonError as error:
            return str(error)
        return ""

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(one, range(4))) == [""] * 4


def braked(**changes: int) -> Rules:
    rules = rules_of()
    reminders = rules.policies.reminders.model_copy(update={"brake": Brake(**changes)})
    return Rules(replace(rules.policies, reminders=reminders), rules.calendar)


def statuses(url: str) -> Counter[MessageStatus]:
    return Counter(mail.status for mail in mails(url, "call_open"))


@pytest.mark.parametrize("in_parts", [1, 200])
def test_announcements_that_are_too_many_wait_for_a_person(
    url: str, monkeypatch: pytest.MonkeyPatch, in_parts: int
) -> None:
    monkeypatch.setattr(sweeps, "AT_A_TIME", in_parts)
    rules = braked(most=4)
    with reading(url) as session:
        (coming,) = coming_announcements(session, OPENS, OPENS, rules)
    assert (coming.persons, coming.held_because) == (
        5,
        "5 annonces de l’appel, plus que les 4 permises",
    )

    open_calls(at(OPENS, time(0, 5)), rules=rules, url=url)

    assert statuses(url) == {MessageStatus.HELD: 5}
    told = mails(url, "batch_held")
    assert sorted(mail.recipient for mail in told) == sorted(MANAGERS)
    assert told[0].subject.startswith("Annonce de l’appel 2022 retenue")
    with transaction(url) as session:
        (batch,) = list_batches(session)
        assert (batch.waiting, batch.digests, batch.because) == (5, 5, coming.held_because)
        assert len(release_batch(session, batch.batch, at(OPENS, time(9)), "claire")) == 5
    assert statuses(url) == {MessageStatus.WAITING: 5}
    with transaction(url) as session:
        (batch,) = list_batches(session)
        assert (batch.waiting, batch.released) == (0, at(OPENS, time(9)))
        with pytest.raises(JalonError, match="déjà été libéré"):
            release_batch(session, batch.batch, at(OPENS, time(9)), "claire")


@pytest.mark.parametrize(("usual", "held"), [(1, 5), (2, 0), (0, 0)])
def test_three_times_the_announcements_of_earlier_calls_wait(
    url: str, usual: int, held: int
) -> None:
    with transaction(url) as session:
        call = session.scalars(select(Call)).one()
        people = session.scalars(select(Person.id).order_by(Person.id).limit(usual)).all()
        announce_to(session, call, people, at(date(2020, 11, 25), time(6)))
        session.execute(update(Message).values(status=MessageStatus.CANCELLED))

    open_calls(at(OPENS, time(0, 5)), rules=braked(ordinary=2), url=url)

    assert statuses(url)[MessageStatus.HELD] == held


def test_an_ordinary_announcement_leaves_and_what_was_released_stays_so(url: str) -> None:
    run(url, OPENS)
    assert statuses(url) == {MessageStatus.WAITING: 5}
    with transaction(url) as session:
        call = session.scalars(select(Call).where(Call.year == 2022)).one()
        release_announcement(session, call, at(OPENS, time(9)))
        number, people = call.id, who_may_apply(session, call.contract_id)
    yearly.announce(number, people, at(OPENS, time(10)), rules=braked(most=1), url=url)
    assert statuses(url) == {MessageStatus.WAITING: 5}
