"""A message that comes too late is not sent, and says why; one that must arrive never expires."""

from datetime import UTC, datetime, timedelta

import pytest

from config.policy import SHIPPED, load_policies
from models.session import transaction
from models.vocabulary import MessageStatus as Status
from notifications import call_news, outbox, outbox_actions, samples
from notifications.catalogue import BY_KEY
from notifications.contexts import Context
from notifications.delivery import DeliveryReport
from notifications.lifetime import useful_until
from tests.notifications.postbox import NOW, RETRY, deliver, fill, one
from tests.notifications.servers import Scripted
from tests.notifications.world import a_world


def test_rules_name_templates_that_exist() -> None:
    assert load_policies(SHIPPED).mail.templates() - BY_KEY.keys() == set()


@pytest.mark.parametrize(
    ("template", "context", "until"),
    [
        ("award", samples.AWARD, None),
        ("refusal", samples.REFUSAL, None),
        ("reminder_digest", samples.REMINDER_DIGEST, NOW + timedelta(days=3)),
        ("call_ahead", call_news.CALL_AHEAD, NOW + timedelta(days=20)),
        ("call_closed", call_news.CALL_CLOSED, None),
    ],
)
def test_how_long_a_message_is_of_use(
    template: str, context: Context, until: datetime | None
) -> None:
    assert useful_until(template, context, NOW) == until


def test_a_message_about_a_day_ends_with_that_day_in_paris() -> None:
    when = useful_until("session_scheduled", samples.SESSION_SCHEDULED, NOW)
    held_on = samples.SESSION_SCHEDULED.held_on
    assert when is not None
    assert when > datetime(held_on.year, held_on.month, held_on.day, 20, tzinfo=UTC)
    late = datetime(2022, 1, 1, tzinfo=UTC)
    closes = useful_until("call_open", call_news.CALL_OPEN, late)
    assert closes == datetime(2022, 1, 4, 23, tzinfo=UTC)  # before thirty days have gone by


@pytest.mark.slow
def test_what_comes_too_late_stays_with_its_reason(database_url: str) -> None:
    with transaction(database_url) as session:
        world = a_world(session)
        outbox.owe(
            session,
            key="digest",
            template="reminder_digest",
            context=samples.REMINDER_DIGEST,
            person=world.grantee,
            contract_id=world.contract.id,
            now=NOW,
        )
    with Scripted() as server:
        late = deliver(server.relay, database_url, NOW + timedelta(days=3))
    assert late == DeliveryReport(expired=1)
    message = one(database_url, "digest")
    assert (message.status, message.attempts) == (Status.EXPIRED, 0)
    assert message.outcome == (
        "trop tard pour être utile : il devait partir avant le 18/02/2021 10:30"
    )
    assert server.received == []


@pytest.mark.slow
def test_a_server_that_says_later_for_days_is_given_up(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    moments, now = [], NOW
    with Scripted(RCPT=["450 4.2.0 Greylisted"] * 100) as server:
        while (message := one(sqlite_url)).status in (Status.WAITING, Status.DEFERRED):
            now = max(now, message.due_at)
            moments.append(now)
            deliver(server.relay, sqlite_url, now)
    assert message.status is Status.EXPIRED
    assert 20 <= message.attempts == len(moments) - 1 <= 40
    assert moments[-2] < NOW + RETRY.give_up <= moments[-1]
    assert message.outcome == (
        f"abandonné après {message.attempts} essais ; dernière réponse : 450 4.2.0 Greylisted"
    )


@pytest.mark.slow
def test_a_person_may_have_it_tried_again_after_that(sqlite_url: str) -> None:
    fill(sqlite_url, 1)
    with Scripted(RCPT=["450 Later"] * 2) as server:
        deliver(server.relay, sqlite_url)
        after = NOW + RETRY.give_up
        assert deliver(server.relay, sqlite_url, after).expired == 1
        with transaction(sqlite_url) as session:
            outbox_actions.retry(session, "award-0", now=after)
        assert deliver(server.relay, sqlite_url, after).deferred == 1
        assert deliver(server.relay, sqlite_url, after + timedelta(days=1)).sent == 1
