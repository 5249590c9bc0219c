"""The brake: a run too big, unusual, or late under changed rules waits for a person, and stays true."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.reminder_policy import Brake, Rung
from config.vocabulary import Audience, CatchUp
from models import Call, Contract, Message, Person, ReminderRun
from models.errors import BadInput, NotFound
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus as Status
from notifications.catcher import Catcher
from tests.workflows.season import MANAGERS, open_season
from workflows.batches import Batch, list_batches, release_batch
from workflows.digests import Composed
from workflows.rules import Rules, rules_of
from workflows.simulation import PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests, deliver_mail

SOON = date(2021, 9, 15)  # thirty days before the interim reports
NAME = f"digest:{SOON}"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    compose_digests(at(SOON - timedelta(days=1), SWEEP_AT), url=found)  # what was late already
    yield found
    engine_for(found).dispose()


def ruled(**changes: object) -> Rules:
    """The shipped rules, their brake or their default ladder changed."""
    rules = rules_of()
    reminders = rules.policies.reminders.model_copy(update=changes)
    return Rules(replace(rules.policies, reminders=reminders), rules.calendar)


def compose(url: str, day: date, rules: Rules | None = None) -> Composed:
    return compose_digests(at(day, SWEEP_AT), rules=rules, url=url)


def digests(url: str, day: date) -> dict[str, Message]:
    with reading(url) as session:
        found = session.scalars(select(Message).where(Message.key.like(f"digest:{day}:%"))).all()
        session.expunge_all()
    return {message.recipient: message for message in found}


def batches(url: str) -> list[Batch]:
    with reading(url) as session:
        return list_batches(session)


def told(url: str) -> list[str]:
    """Who was told of a run that waits."""
    with reading(url) as session:
        query = select(Message.recipient).where(Message.template == "batch_held")
        return sorted(session.scalars(query))


def release(url: str, day: date, name: str = NAME) -> int:
    with transaction(url) as session:
        return len(release_batch(session, name, at(day, PEOPLE_AT), "claire@contrat.example"))


def test_an_ordinary_run_is_not_held(url: str) -> None:
    composed = compose(url, SOON)

    assert composed.digests > 0
    assert composed.held == 0
    assert {mail.status for mail in digests(url, SOON).values()} == {Status.WAITING}
    assert batches(url) == []
    assert told(url) == []


def test_more_than_a_set_number_wait_and_managers_are_told_why(url: str) -> None:
    composed = compose(url, SOON, ruled(brake=Brake(most=2)))

    mails = digests(url, SOON)
    assert composed.held == composed.digests == len(mails) > 2
    assert {mail.status for mail in mails.values()} == {Status.HELD}
    [batch] = batches(url)
    assert (batch.batch, batch.waiting) == (NAME, len(mails))
    assert batch.because == f"{len(mails)} récapitulatifs, plus que les 2 permis"
    assert told(url) == [*MANAGERS]


def test_three_times_the_usual_waits_once_enough_is_known_and_it_is_no_trifle(url: str) -> None:
    for days in range(2, 7):
        _past_run(url, SOON - timedelta(days=days), digests=1)
    assert compose(url, SOON, ruled(brake=Brake(ordinary=50))).held == 0, "few are never unusual"

    again = SOON + timedelta(days=23)
    with transaction(url) as session:
        for run in session.scalars(select(ReminderRun)):
            run.digests = 1
    composed = compose(url, again, ruled(brake=Brake(ordinary=2)))
    assert composed.held == composed.digests > 3
    assert "plus de 3 fois le nombre habituel (1)" in batches(url)[0].because


def test_a_rule_that_is_switched_on_does_not_empty_the_past_upon_people(url: str) -> None:
    compose(url, SOON)
    new = Rung(offset=-45, audience=(Audience.OWNER,), catch_up=CatchUp.SEND_LATE)
    later = Rung(offset=-28, audience=(Audience.OWNER,), catch_up=CatchUp.SEND_LATE)
    ladder = rules_of().policies.reminders.default
    with_both = ruled(default=(new, ladder[0], later, *ladder[1:]))

    held = compose(url, SOON + timedelta(days=1), with_both)

    assert held.held == held.digests > 0, "a rung of a month ago would leave"
    assert "les règles de rappel ont changé depuis le 15 septembre 2021" in batches(url)[0].because
    free = compose(url, SOON + timedelta(days=2), with_both)
    assert (free.digests > 0, free.held) == (True, 0), "the rules are known now"


def test_rules_that_change_without_late_reminders_hold_nothing(url: str) -> None:
    compose(url, SOON)

    ladder = rules_of().policies.reminders.default
    later = Rung(offset=-28, audience=(Audience.OWNER,), catch_up=CatchUp.SKIP)
    composed = compose(
        url, SOON + timedelta(days=2), ruled(default=(ladder[0], later, *ladder[1:]))
    )

    assert (composed.digests > 0, composed.held) == (True, 0)


@pytest.mark.slow
def test_nothing_held_leaves_until_it_is_released_the_same_day_unchanged(
    url: str, tmp_path: Path
) -> None:
    compose(url, SOON, ruled(brake=Brake(most=2)))
    before = {address: mail.content for address, mail in digests(url, SOON).items()}
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: at(SOON, PEOPLE_AT), url=url)
        earlier = catcher.by_template["reminder_digest"]
        assert {mail.status for mail in digests(url, SOON).values()} == {Status.HELD}
        assert catcher.by_template["batch_held"] == len(MANAGERS), "they are told at once"

        assert release(url, SOON) == len(before)
        deliver_mail(catcher.relay, lambda: at(SOON, PEOPLE_AT), url=url)

        assert catcher.by_template["reminder_digest"] == earlier + len(before)
    after = digests(url, SOON)
    assert {mail.status for mail in after.values()} == {Status.SENT}
    assert {address: mail.content for address, mail in after.items()} == before
    assert batches(url)[0].released_by == "claire@contrat.example"


def test_released_on_a_later_day_it_says_what_is_true_then(url: str) -> None:
    compose(url, SOON, ruled(brake=Brake(most=2)))
    before = digests(url, SOON)
    day = SOON + timedelta(days=10)

    assert release(url, day) == len(before)

    for address, mail in digests(url, SOON).items():
        text = " ".join(mail.content.decode().replace("=\n", "").split())
        assert mail.message_id == before[address].message_id
        assert "il reste 20 jours" in text
        assert "30 jours" not in text
        assert mail.composed_at == at(day, PEOPLE_AT)


def test_what_is_owed_no_more_is_cancelled_instead(url: str) -> None:
    compose(url, SOON, ruled(brake=Brake(most=2)))
    with transaction(url) as session:
        session.connection().exec_driver_sql(
            "UPDATE obligation SET status = 'met', ended_on = '2021-09-20' WHERE status = 'open'"
        )

    assert release(url, SOON + timedelta(days=10)) == 0
    assert {mail.status for mail in digests(url, SOON).values()} == {Status.CANCELLED}


def test_a_batch_is_released_once_and_by_its_name(url: str) -> None:
    compose(url, SOON, ruled(brake=Brake(most=2)))
    with pytest.raises(NotFound, match="digest:1999"):
        release(url, SOON, "digest:1999-01-01")
    release(url, SOON)
    with pytest.raises(BadInput, match="déjà été libéré"):
        release(url, SOON)


def test_each_contract_sees_and_lets_go_its_own_mail(url: str) -> None:
    compose(url, SOON, ruled(brake=Brake(most=2)))
    with transaction(url) as session:
        theirs = Contract(code="CV999", name="Ailleurs", starts_on=SOON, ends_on=SOON)
        session.add(theirs)
        session.flush()
        ours = session.scalars(select(Call.contract_id)).one()
        mails = session.scalars(select(Message).where(Message.key.like(f"{NAME}:%"))).all()
        mails[0].contract_id = theirs.id
        session.flush()

        assert [batch.waiting for batch in list_batches(session, ours)] == [len(mails) - 1]
        assert [batch.waiting for batch in list_batches(session, theirs.id)] == [1]
        now = at(SOON, PEOPLE_AT)
        assert len(release_batch(session, NAME, now, "claire", ours)) == len(mails) - 1

        assert list_batches(session, ours) == []
        assert mails[0].status is Status.HELD
        with pytest.raises(BadInput, match="déjà été libéré"):
            release_batch(session, NAME, now, "claire", ours)
        assert release_batch(session, NAME, now, "paul", theirs.id) == [mails[0]]
        assert [batch.released_by for batch in list_batches(session)] == ["paul"]


def test_a_second_run_of_the_same_day_shares_the_fate_of_the_first(url: str) -> None:
    rules = ruled(brake=Brake(most=2))
    compose(url, SOON, rules)
    with transaction(url) as session:
        session.add(Person(email="nouveau@contrat.example", name="Nouveau"))
    assert compose(url, SOON, rules) == Composed(0, 0, 0)
    assert len(batches(url)) == 1


def _past_run(url: str, day: date, digests: int) -> None:
    with transaction(url) as session:
        session.add(
            ReminderRun(
                day=day,
                at=at(day, SWEEP_AT),
                rules=rules_of().policies.reminders.fingerprint(),
                digests=digests,
                late=0,
            )
        )
