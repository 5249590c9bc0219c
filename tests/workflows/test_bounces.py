"""What comes back: the right message, an address that rests, the pilot told by name."""

import asyncio
import mailbox
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from typer.testing import CliRunner

from config.settings import load_settings
from models import Bounce, Message, Person
from models.errors import BadInput
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from notifications.bounces import Kind, Returned, read_returned
from notifications.leaving import ADDRESS_FAILS
from notifications.posting import current_posting
from notifications.sender import current_sender
from tests.notifications.bounced import dsn, vacation
from tests.notifications.postbox import NOW, deliver, fill, one
from tests.notifications.servers import Scripted
from tests.notifications.world import a_world
from workflows.actors import OPERATOR
from workflows.addresses import Corrected, correct_address
from workflows.applications.showing import show_application
from workflows.bounce_server import Returns, listen
from workflows.bounces import SOFT_ENOUGH, hear, reinstate
from workflows.keeper import keeper_of
from workflows.mailboxes import mails_in
from workflows.people import person_of
from workflows.queries import get_contract
from workflows.rounds import go_round, latest
from workflows.works import Means, Told

pytestmark = pytest.mark.slow

CLAIRE = "claire@ville.example"
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def _mail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JALON_MAIL_SECRET", "un secret de plus de trente-deux caractères")
    monkeypatch.setenv("JALON_BOUNCE_ADDRESS", "retours@ville.example")
    monkeypatch.setenv("JALON_SENDER_ADDRESS", "contrat@ville.example")
    current_posting.cache_clear()
    current_sender.cache_clear()


@pytest.fixture
def url(database_url: str) -> str:
    """Two mails that were sent to Claire."""
    with transaction(database_url) as session:
        a_world(session)
    fill(database_url, 2)
    with Scripted() as server:
        assert deliver(server.relay, database_url).sent == 2
    return database_url


def return_path(url: str, key: str = "award-0") -> str:
    return current_posting().return_path(one(url, key).id)


def heard(url: str, content: bytes, recipient: str = "") -> Kind:
    with transaction(url) as session:
        return hear(session, content, LATER, recipient=recipient)


def failing(url: str) -> bool:
    with transaction(url) as session:
        query = select(Person.failing_since).where(Person.name == "Claire Née-Martin")
        return session.scalars(query).one() is not None


def told(url: str) -> list[tuple[str, str]]:
    with transaction(url) as session:
        query = select(Message.recipient, Message.subject).where(
            Message.template == "address_failing"
        )
        return sorted((row.recipient, row.subject) for row in session.execute(query))


@pytest.mark.parametrize("known_by", ["envelope", "header", "identifier"])
def test_a_failure_for_good_rests_the_address_and_tells_by_name(url: str, known_by: str) -> None:
    path, identifier = return_path(url), one(url).message_id
    content = {
        "envelope": dsn(CLAIRE),
        "header": dsn(CLAIRE, to=path.upper()),
        "identifier": dsn(CLAIRE, identifier=identifier),
    }[known_by]
    assert heard(url, content, path if known_by == "envelope" else "") is Kind.HARD
    assert failing(url)
    assert told(url) == [
        ("helene@ville.example", "Adresse en échec\u00a0: Claire Née-Martin"),
        ("manon@ville.example", "Adresse en échec\u00a0: Claire Née-Martin"),
        ("paul@ville.example", "Adresse en échec\u00a0: Claire Née-Martin"),
    ]
    with transaction(url) as session:
        bounce = session.scalars(select(Bounce)).one()
        assert bounce.detail == "smtp; 550 5.1.1 Unknown user"
        shown = show_application(session, "CV112-2021-0001")
        assert shown.identity["address_failing_since"] == LATER


def test_the_same_report_twice_is_one(url: str) -> None:
    content, path = dsn(CLAIRE), return_path(url)
    assert [heard(url, content, path) for _twice in range(2)] == [Kind.HARD] * 2
    heard(url, dsn(CLAIRE, diagnostic="550 Encore"), path)
    assert len(told(url)) == 3


@pytest.mark.postgres
def test_two_processes_that_hear_the_same_report_at_once_hear_it_once(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(postgres_url, 1)
    content, path, reading_it = dsn(CLAIRE), return_path(postgres_url), threading.Event()
    kinds: list[Kind] = []

    def noted(*given: Any) -> Returned:
        reading_it.set()
        return read_returned(*given)

    other = threading.Thread(target=lambda: kinds.append(heard(postgres_url, content, path)))
    with transaction(postgres_url) as session:
        kinds.append(hear(session, content, LATER, recipient=path))
        monkeypatch.setattr("workflows.bounces.read_returned", noted)
        other.start()
        reading_it.wait()  # it has found no such report: this one is not committed yet
    other.join()
    assert kinds == [Kind.HARD] * 2
    assert len(told(postgres_url)) == 3


@pytest.mark.parametrize(
    "content",
    [
        dsn(CLAIRE, to="retours+aaaaaaaaaaaaaaaaaaaaaaaa@ville.example"),
        dsn(CLAIRE, identifier="<somebody@else.example>"),
        dsn("another@ville.example"),
        b"",
        b"\x00\xff\xfe not a mail at all",
    ],
)
def test_what_is_of_no_mail_of_ours_changes_nothing(url: str, content: bytes) -> None:
    heard(url, content)
    assert not failing(url)
    assert told(url) == []


def test_an_identifier_with_another_address_is_not_believed(url: str) -> None:
    heard(url, dsn("another@ville.example", identifier=one(url).message_id))
    assert not failing(url)


def test_an_automatic_reply_is_ignored(url: str) -> None:
    content = vacation(CLAIRE, return_path(url), one(url).message_id)
    assert heard(url, content, return_path(url)) is Kind.AUTOMATIC
    assert not failing(url)
    assert told(url) == []


@pytest.mark.parametrize(
    ("status", "action"), [("4.2.2", "delayed"), ("5.2.2", "failed"), ("4.4.1", "failed")]
)
def test_failures_for_now_are_counted_and_many_rest_the_address(
    url: str, status: str, action: str
) -> None:
    for number in range(SOFT_ENOUGH):
        assert not failing(url)
        content = dsn(CLAIRE, status=status, action=action, diagnostic=f"452 Full {number}")
        assert heard(url, content, return_path(url)) is Kind.SOFT
    assert failing(url)


def test_what_is_for_an_address_that_rests_is_held_and_leaves_once_it_works(url: str) -> None:
    heard(url, dsn(CLAIRE), return_path(url))
    fill(url, 1, key="next")
    with Scripted() as server:
        report = deliver(server.relay, url, LATER)
        assert (report.sent, report.held) == (3, 1)  # those who are told; what is for her
        message = one(url, "next-0")
        assert (message.status, message.outcome) == (Status.HELD, ADDRESS_FAILS)
        with transaction(url) as session:
            _person, count = reinstate(session, CLAIRE)
            assert count == 1
        assert deliver(server.relay, url, LATER).sent == 1
    with transaction(url) as session, pytest.raises(BadInput, match="pas une adresse en échec"):
        reinstate(session, CLAIRE)


def corrected(session: Session, new: str) -> Corrected:
    keeper = keeper_of(session, get_contract(session).id, OPERATOR, LATER)
    return correct_address(keeper, person_of(session, CLAIRE), new)


def test_a_corrected_address_is_written_to_at_once_and_what_it_held_leaves(url: str) -> None:
    heard(url, dsn(CLAIRE, to=return_path(url)))
    with transaction(url) as session:
        message = session.get_one(Message, one(url, "award-1").id)
        message.status, message.outcome, message.sent_at = Status.HELD, ADDRESS_FAILS, None
        session.get_one(Message, one(url).id).status = Status.REFUSED
        session.get_one(Message, one(url).id).sent_at = None
    with transaction(url) as session:
        person, freed, refused = corrected(session, " C.Nee@Ailleurs.example ")
        assert (person.email, person.failing_since) == ("c.nee@ailleurs.example", None)
        assert (freed, refused) == (1, 1)
    with Scripted() as server:
        deliver(server.relay, url)
    assert (one(url, "award-1").recipient, one(url).recipient) == ("c.nee@ailleurs.example", CLAIRE)

    heard(url, dsn(CLAIRE, to=return_path(url, "award-1")))
    assert failing(url) is False, "it is the address before that fails"
    heard(url, dsn("c.nee@ailleurs.example", to=return_path(url, "award-1")))
    assert failing(url) is True


@pytest.mark.parametrize("new", [CLAIRE, "manon@ville.example", "personne"])
def test_an_address_is_corrected_to_one_that_is_free(url: str, new: str) -> None:
    with pytest.raises(BadInput, match=new), transaction(url) as session:
        corrected(session, new)


def test_mailboxes_of_each_kind_are_read(tmp_path: Path) -> None:
    first, second = dsn("a@b.example"), dsn("c@d.example")
    (tmp_path / "one.eml").write_bytes(first)
    box = mailbox.mbox(tmp_path / "box")
    directory = mailbox.Maildir(tmp_path / "maildir")
    for content in (first, second):
        box.add(content)
        directory.add(content)
    box.close()
    assert list(mails_in(tmp_path / "one.eml")) == [first]
    assert [len(list(mails_in(tmp_path / name))) for name in ("box", "maildir")] == [2, 2]
    with pytest.raises(BadInput, match="ne se lit pas"):
        list(mails_in(tmp_path / "nowhere"))


def test_the_command_reads_a_mailbox_and_says_what_it_found(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cli.bounces import app

    monkeypatch.setenv("JALON_DATABASE_URL", url)
    (tmp_path / "1.eml").write_bytes(dsn(CLAIRE, to=return_path(url)))
    (tmp_path / "2.eml").write_bytes(vacation(CLAIRE, return_path(url)))
    done = CliRunner().invoke(app, ["read", str(tmp_path)], catch_exceptions=False)
    assert done.output == (
        "Lus : 2 ; nouveaux échecs définitifs : 1, passagers : 0, réponses automatiques : 1,"
        " autres : 0.\n"
    )
    assert failing(url)


def test_the_mailbox_of_the_settings_is_read_by_a_work_each_mail_once(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def round_(name: str = "retours") -> Told:
        monkeypatch.setenv("JALON_BOUNCE_MAILBOX", str(tmp_path / name) if name else "")
        return go_round("read-bounces", LATER, Means(load_settings()))

    monkeypatch.setenv("JALON_DATABASE_URL", url)
    monkeypatch.setattr("workflows.bounces.AT_A_TIME", 2)
    nothing = dict.fromkeys(("read", "hard", "soft", "automatic", "other"), 0)
    assert round_("") == nothing
    box = mailbox.Maildir(tmp_path / "retours")
    for number in range(5):
        box.add(dsn(CLAIRE, to=return_path(url), status="4.2.2", diagnostic=f"452 {number}"))
    assert round_() == nothing | {"read": 5, "soft": 5}
    assert failing(url)

    seen = box.get_message(key := next(iter(box.keys())))
    seen.set_subdir("cur")  # somebody looked at it
    box[key] = seen
    box.add(vacation(CLAIRE, return_path(url)))
    assert round_() == nothing | {"read": 6, "automatic": 1}
    assert len(told(url)) == 3

    with pytest.raises(BadInput, match="nowhere » ne se lit pas"):
        round_("nowhere")
    with reading(url) as session:
        assert "ne se lit pas" in latest(session)["read-bounces"].trouble


def test_the_mail_server_may_hand_them_over_by_lmtp(url: str) -> None:
    async def hand_over() -> str:
        server = await listen(0, Returns(lambda: LATER, url))
        port = server.sockets[0].getsockname()[1]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        said = b""
        lines = [b"LHLO here", b"MAIL FROM:<>", f"RCPT TO:<{return_path(url)}>".encode(), b"DATA"]
        for line in lines:
            writer.write(line + b"\r\n")
        await writer.drain()
        while b"354" not in said:
            said += await reader.read(4096)
        writer.write(dsn(CLAIRE) + b".\r\nQUIT\r\n")
        said = await reader.read()
        writer.close()
        await writer.wait_closed()
        server.close()
        await server.wait_closed()
        return said.decode()

    assert "250 2.0.0 hard" in asyncio.run(hand_over())
    assert failing(url)
