"""An address corrected after a mail was composed: it leaves to the new one, otherwise as it was frozen."""

from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from sqlalchemy.orm import Session

from config.mail_policy import Caps
from config.vocabulary import Duty
from models import Message, Person
from models.session import transaction
from models.vocabulary import MessageStatus as Status
from notifications import outbox, samples
from notifications.drafts import dated
from tests.notifications.postbox import NOW, RULES, deliver, one
from tests.notifications.servers import Scripted
from tests.notifications.world import World, a_world

pytestmark = pytest.mark.slow

OLD, NEW = "claire@ville.example", "c.nee-martin@ailleurs.example"
KEY, LATER = "award:1:1", NOW + timedelta(hours=1)
KEPT = ("key", "message_id", "subject", "composed_at", "expires_at")


def owed(url: str, status: Status = Status.WAITING, *, digest: bool = False) -> Message:
    """One mail to Claire, whose address is corrected next."""
    with transaction(url) as session:
        world = a_world(session)
        message = _digest(session, world) if digest else world.award(KEY)
        message.status, message.due_at = status, NOW
        if status is Status.SENDING:
            message.attempts, message.claimed_by = 1, "a process that died"
            message.lease_until = NOW - timedelta(minutes=1)
        key = message.key
    before = one(url, key)
    with transaction(url) as session:
        person = session.get_one(Person, before.person_id)
        person.email, person.name = NEW, "Claire Née"
    return before


def _digest(session: Session, world: World) -> Message:
    return outbox.owe(
        session,
        key="digest:2021-02-15:1",
        template="reminder_digest",
        context=samples.REMINDER_DIGEST,
        person=world.grantee,
        contract_id=world.contract.id,
        now=NOW,
        facts=dated([world.owes(Duty.FINAL_REPORT, NOW.date())]),
        calendar="BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    )


@pytest.mark.parametrize(
    ("status", "digest"),
    [
        (Status.WAITING, False),
        (Status.WAITING, True),
        (Status.DEFERRED, False),
        (Status.SENDING, False),
    ],
)
def test_it_leaves_to_the_new_address_only(
    database_url: str, status: Status, *, digest: bool
) -> None:
    before = owed(database_url, status, digest=digest)
    with Scripted() as server:
        assert deliver(server.relay, database_url).sent == 1
    (came,) = server.received
    mail = message_from_bytes(came, policy=default)
    assert [(a.display_name, a.addr_spec) for a in mail["To"].addresses] == [("Claire Née", NEW)]
    assert OLD.encode() not in came
    assert came.partition(b"\r\n\r\n")[2] == before.content.partition(b"\r\n\r\n")[2]

    after = one(database_url, before.key)
    assert (after.status, after.recipient, after.content) == (Status.SENT, NEW, came)
    assert {name: getattr(after, name) for name in KEPT} == {
        name: getattr(before, name) for name in KEPT
    }
    (earlier,) = after.facts.pop("earlier_addresses")
    assert earlier == {"address": OLD, "until": NOW.isoformat(), "attempts": before.attempts}
    assert after.facts == before.facts


def test_put_off_then_corrected_it_follows(database_url: str) -> None:
    with transaction(database_url) as session:
        a_world(session).award(KEY)
    with Scripted(RCPT=["450 4.2.0 later"]) as server:
        assert deliver(server.relay, database_url).deferred == 1
        with transaction(database_url) as session:
            session.get_one(Person, one(database_url, KEY).person_id).email = NEW
        assert deliver(server.relay, database_url, LATER).sent == 1
    message = one(database_url, KEY)
    assert message.recipient == NEW
    assert message.facts["earlier_addresses"] == [
        {"address": OLD, "until": LATER.isoformat(), "attempts": 1}
    ]


def test_a_person_removed_is_written_to_at_neither(database_url: str) -> None:
    before = owed(database_url)
    with transaction(database_url) as session:
        session.get_one(Person, before.person_id).active = False
    with Scripted() as server:
        assert deliver(server.relay, database_url).cancelled == 1
    assert server.received == []
    after = one(database_url, KEY)
    assert (after.recipient, after.content) == (OLD, before.content)


def test_a_new_address_that_gets_no_mail_is_refused_in_words(sqlite_url: str) -> None:
    owed(sqlite_url)
    with transaction(sqlite_url) as session:
        person_id = session.get_one(Message, one(sqlite_url, KEY).id).person_id
        session.get_one(Person, person_id).email = "claire chez ville"
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url).refused == 1
    message = one(sqlite_url, KEY)
    assert "« claire chez ville » ne peut pas recevoir" in message.outcome
    assert (message.recipient, message.attempts) == (OLD, 0)


def test_the_caps_count_the_new_domain(database_url: str) -> None:
    owed(database_url)
    with transaction(database_url) as session:
        first = session.get_one(Message, one(database_url, KEY).id)
        outbox.owe(session, key="award:2:1", template="award", context=samples.AWARD,
                   person=session.get_one(Person, first.person_id), contract_id=first.contract_id,
                   now=NOW).recipient = OLD  # fmt: skip
    caps = Caps.model_validate({"domain_per_minute": {"ailleurs.example": 1}})
    with Scripted() as server:
        rules = RULES.model_copy(update={"caps": caps})
        assert deliver(server.relay, database_url, rules=rules).sent == 1
    second = one(database_url, "award:2:1")
    assert (second.status, second.recipient) == (Status.DEFERRED, NEW)
    assert second.outcome.startswith("plafond atteint pour ailleurs.example")
