"""`jalon outbox`, as a person and a script use it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner, Result

from cli.outbox import app
from models import Contract, Message, Person
from models.errors import BadInput, NotFound, Refused
from models.session import reading, transaction
from models.vocabulary import MessageStatus as Status
from models.vocabulary import RelayFault
from notifications import outbox, samples
from notifications.breaker import RelayDown, failed
from notifications.sender import current_sender

NOW = datetime(2021, 6, 23, 6, tzinfo=UTC)


@pytest.fixture(autouse=True)
def database(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("JALON_DATABASE_URL", sqlite_url)
    current_sender.cache_clear()
    with transaction(sqlite_url) as session:
        contract = Contract(
            code="CV112", name="Montpellier", starts_on=NOW.date(), ends_on=NOW.date()
        )
        person = Person(email="claire@asso.example", name="Claire")
        session.add_all([contract, person])
        session.flush()
        for key in ("award:1:1", "award:2:1"):
            outbox.owe(
                session,
                key=key,
                template="award",
                context=samples.AWARD,
                person=person,
                contract_id=contract.id,
                now=NOW,
            )
    yield sqlite_url
    current_sender.cache_clear()


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments, catch_exceptions=False)


def hold(key: str, status: Status = Status.HELD) -> None:
    with transaction() as session:
        session.query(Message).filter_by(key=key).one().status = status


def test_the_list_is_what_scripts_rely_on() -> None:
    rows = json.loads(run("list", "--json").output)
    assert len(rows) == 2
    with reading() as session:
        message = session.query(Message).filter_by(key="award:1:1").one()
        assert rows[0] == {
            "key": "award:1:1",
            "recipient": "claire@asso.example",
            "template": "award",
            "subject": message.subject,
            "due": "2021-06-23T06:00:00+00:00",
            "status": "waiting",
            "attempts": 0,
            "doubtful": False,
            "message_id": message.message_id,
        }


def test_the_list_for_people_shows_paris_time_and_french_states() -> None:
    hold("award:2:1")
    printed = run("list").output
    assert "Messages : 2" in printed
    assert "23/06/2021 08:00" in printed
    assert "en attente" in printed
    assert "retenu" in printed


def test_filters() -> None:
    hold("award:2:1")
    held = json.loads(run("list", "--status", "held", "--json").output)
    assert [row["key"] for row in held] == ["award:2:1"]
    assert json.loads(run("list", "--for", "autre@asso.example", "--json").output) == []
    assert json.loads(run("list", "--template", "refusal", "--json").output) == []
    assert run("list", "--status", "perdu").exit_code == 2


def test_show_prints_headers_and_text() -> None:
    printed = run("show", "award:1:1").output
    assert "To: Claire <claire@asso.example>" in printed
    assert "Subject: [CV112-2021-0042] Une subvention de" in printed
    assert "Ce que nous attendons de vous" in printed
    shown = json.loads(run("show", "award:1:1", "--json").output)
    assert shown["headers"]["X-Jalon-Template"] == "award"
    assert shown["text"].startswith("Bonjour,")
    assert (shown["sent"], shown["status"]) == (None, "waiting")


def test_retry_cancel_release_do_what_they_say() -> None:
    hold("award:1:1", Status.REFUSED)
    assert "claire@asso.example" in run("retry", "award:1:1", "--at", "2021-07-01").output
    assert "ne partira pas" in run("cancel", "award:1:1", "--reason", "dit au téléphone").output
    hold("award:2:1")
    assert "Messages libérés : 1." in run("release", "--all").output
    rows = {row["key"]: row for row in json.loads(run("list", "--json").output)}
    assert rows["award:1:1"]["status"] == "cancelled"
    assert rows["award:1:1"]["due"] == "2021-07-01T10:00:00+00:00"
    assert rows["award:2:1"]["status"] == "waiting"


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (("show", "award:9:9"), NotFound, "jalon outbox list"),
        (("cancel", "award:1:1", "--reason", " "), BadInput, "motif"),
        (("release",), BadInput, "--all"),
        (("release", "--batch", "digest:x"), NotFound, "jalon outbox batches"),
        (("release", "award:1:1", "--all"), BadInput, "--batch"),
        (("release", "award:1:1"), Refused, "en attente"),
        (("retry", "award:1:1", "--at", "demain"), BadInput, "demain"),
    ],
)
def test_bad_requests_are_refused_in_words(
    arguments: tuple[str, ...], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        run(*arguments)


def test_the_health_of_the_relay_is_told_and_forgotten_on_demand(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Aucun relais" in run("relay").output
    monkeypatch.setenv("JALON_SMTP_HOST", "relais.example")
    monkeypatch.setenv("JALON_SENDER_ADDRESS", "jalon@ville.example")
    assert run("relay").output == "relais.example:587 : rien à signaler.\n"
    with transaction(database) as session:
        down = RelayDown(RelayFault.AUTHENTICATION, "535 Mot de passe refusé")
        failed(session, "relais.example:587", down, NOW)
    told = run("relay").output
    assert "refuse notre identifiant (535 Mot de passe refusé) ; échecs de suite : 1." in told
    assert json.loads(run("relay", "--json").output)["fault"] == "authentication"
    assert "rien à signaler" in run("relay", "--retry").output
