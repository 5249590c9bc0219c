"""Who reads the answers: for an applicant the pilot of the fiche, else the team; frozen, and whole on the wire."""

from collections.abc import Callable
from datetime import date
from email import message_from_bytes
from email.header import decode_header, make_header
from email.policy import default
from email.utils import parseaddr

import pytest

from config.vocabulary import Duty
from models import Contact, FichePilot, Message, Organisation, Person
from models.session import transaction
from models.vocabulary import Act, Trigger
from notifications import outbox
from tests.notifications.conftest import SENDER
from tests.notifications.postbox import NOW, deliver, one
from tests.notifications.servers import Scripted
from tests.notifications.world import World, a_world

PILOT, HEAD = "Paul Pilote (Métropole)", "Hélène Chef (Métropole)"
TEAM = (SENDER.name, SENDER.reply_to)
Change = Callable[[World], object]


def answers(message: Message) -> tuple[str, str]:
    (header,) = message_from_bytes(message.content, policy=default).get_all("Reply-To", [])
    (one_of_them,) = header.addresses
    return one_of_them.display_name, one_of_them.addr_spec


def owed(world: World, trigger: Trigger | Act = Trigger.AWARD) -> Message:
    return outbox.owe_for(world.session, world.cause(trigger))[0]


def test_an_applicant_answers_to_the_pilot(world: World) -> None:
    message = owed(world)
    assert message.person_id == world.grantee.id
    assert answers(message) == (PILOT, "paul@ville.example")
    assert message.answers_to == PILOT
    text = " ".join(str(message_text(message)).split())
    assert f"votre réponse ira au pilote de la fiche, {PILOT}." in text
    assert SENDER.reply_to in text
    assert "lues par l’équipe" not in text


def message_text(message: Message) -> str:
    body = message_from_bytes(message.content, policy=default).get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_pilot_answers_to_the_team(world: World) -> None:
    mails = outbox.owe_for(world.session, world.cause(Trigger.DECLARE_ELIGIBLE))
    assert {(m.template, *answers(m)) for m in mails} == {
        ("eligible", PILOT, "paul@ville.example"),
        ("opinion_asked", *TEAM),
    }
    assert "lues par l’équipe" in message_text(mails[1])


def _fails(world: World) -> None:
    world.pilot.failing_since = NOW


def _unusable(world: World) -> None:
    world.pilot.email = "paul chez ville"


def _gone(world: World) -> None:
    world.pilot.active = False


def _all_gone(world: World) -> None:
    world.pilot.active = world.head.active = False


def _no_pilot(world: World) -> None:
    world.application.fiche.pilots = []


def _of_the_pilot(world: World) -> None:
    lead = world.application.fiche.pilots[0].organisation
    world.session.add(Contact(organisation_id=lead.id, person_id=world.grantee.id))


def _stand_in(world: World) -> None:
    world.grantee.active = False


@pytest.mark.parametrize("change", [_fails, _unusable, _gone])
def test_another_contact_answers_for_one_who_cannot_be_written_to(
    world: World, change: Change
) -> None:
    change(world)
    world.session.flush()
    assert answers(owed(world)) == (HEAD, "helene@ville.example")


@pytest.mark.parametrize("change", [_all_gone, _no_pilot, _of_the_pilot, _stand_in])
def test_the_team_answers_where_no_pilot_can_or_the_reader_is_one(
    world: World, change: Change
) -> None:
    change(world)
    world.session.flush()
    message = owed(world)
    assert answers(message) == TEAM
    assert message.answers_to == ""


def test_of_several_pilots_the_leading_one_answers(world: World) -> None:
    caf = Organisation(name="CAF", contract_id=world.contract.id)
    world.session.add_all([caf, person := Person(email="camille@caf.example", name="Camille")])
    world.session.flush()
    world.session.add(Contact(organisation_id=caf.id, person_id=person.id))
    world.application.fiche.pilots.append(FichePilot(organisation=caf, position=0, spelling="CAF"))
    world.session.flush()
    assert answers(owed(world)) == ("Camille (CAF)", "camille@caf.example")


def test_a_moved_date_and_a_correction_are_answered_as_what_they_are_about(world: World) -> None:
    duty = world.owes(Duty.FINAL_REPORT, date(2022, 6, 30))
    (moved,) = outbox.owe_for(world.session, world.cause(Act.EXTEND, duty, reason="Accordé"))
    cause = world.cause(Trigger.CORRECT, corrected=[owed(world)], reason="Erreur")
    (correction,) = outbox.owe_for(world.session, cause)
    assert [answers(m)[0] for m in (moved, correction)] == [PILOT, PILOT]


def test_it_stays_as_it_was_composed(world: World) -> None:
    message = owed(world)
    world.pilot.active = False
    world.session.flush()
    assert answers(owed(world, Trigger.REFUSE)) == (HEAD, "helene@ville.example")
    assert answers(message) == (message.answers_to, "paul@ville.example")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "É" * 200 + " de la médiation" * 11,
        'Service "politique de la ville", ' * 12,
        "x" * 400,
        '"' * 400,
    ],
)
def test_the_longest_names_arrive_whole(sqlite_url: str, name: str) -> None:
    with transaction(sqlite_url) as session:
        world = a_world(session)
        world.pilot.name = name.strip()
        lead = world.application.fiche.pilots[0].organisation
        lead.name = "Service " + ("z" if name.isascii() else "ç") * 380
        session.flush()
        key, whole = owed(world).key, f"{world.pilot.name} ({lead.name})"
    with Scripted() as server:
        assert deliver(server.relay, sqlite_url).sent == 1
    (came,) = server.received
    assert came == one(sqlite_url, key).content
    assert max(map(len, came.split(b"\r\n"))) <= 998
    shown, address = parseaddr(message_from_bytes(came)["Reply-To"].replace("\r\n", ""))
    assert address == "paul@ville.example"
    assert str(make_header(decode_header(shown))) == whole
