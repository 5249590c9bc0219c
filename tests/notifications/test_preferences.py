"""What a person does not want does not leave, queued or not; what they must have always does; one mail an event."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.policy import load_policies
from config.vocabulary import Duty
from models import Contact, MailPreference, Message, RoleGrant
from models.vocabulary import Frequency, MessageStatus, Role, State, Trigger
from notifications.call_news import CALL_OPEN
from notifications.catalogue import BY_KEY, CATALOGUE
from notifications.claims import take
from notifications.outbox import owe, owe_for
from notifications.preferences import choices
from tests.notifications.world import NOW, World


def announce(world: World) -> Message:
    return owe(
        world.session,
        key="call_open:1:1",
        template="call_open",
        context=CALL_OPEN,
        person=world.grantee,
        contract_id=world.contract.id,
        now=NOW,
    )


def refuse(world: World, template: str) -> None:
    world.session.add(
        MailPreference(
            person_id=world.grantee.id,
            template=template,
            frequency=Frequency.NONE,
            chosen_at=NOW,
        )
    )
    world.session.flush()


def taken(session: Session) -> list[str]:
    found = take(
        session, 10, worker="w", now=NOW + timedelta(minutes=1), rules=load_policies().mail
    )
    return [claim.key for claim in found.claims]


def test_a_choice_holds_for_what_is_queued_already(world: World) -> None:
    queued = announce(world)
    refuse(world, "call_open")

    assert taken(world.session) == []
    world.session.refresh(queued)
    assert queued.status is MessageStatus.CANCELLED
    assert queued.outcome == "son destinataire ne veut pas de ces courriels"


def test_what_is_obligatory_leaves_whatever_was_chosen(world: World) -> None:
    world.award()
    refuse(world, "award")

    assert taken(world.session) == ["award:1:1"]


def test_without_a_choice_it_leaves(world: World) -> None:
    announce(world)
    refuse(world, "call_ahead")

    assert taken(world.session) == ["call_open:1:1"]


def test_decisions_and_demands_are_never_optional() -> None:
    optional = {entry.key for entry in CATALOGUE if entry.optional}
    assert {"call_ahead", "call_open", "withdrawn_staff"} <= optional
    assert not {entry.key for entry in CATALOGUE if entry.asks} & optional
    for key in ("award", "refusal", "ineligible", "acknowledgement", "correction", "report_due"):
        assert choices(BY_KEY[key]) == (Frequency.DAILY,)


def test_two_roles_at_one_address_get_one_mail_that_names_the_other(world: World) -> None:
    """The applicant's contact works for the pilot too: asked for an opinion, told it is eligible."""
    lead = world.application.fiche.pilots[0].organisation
    for contact in world.session.scalars(select(Contact)).all():
        world.session.delete(contact)
    world.session.add(Contact(organisation_id=lead.id, person_id=world.grantee.id))
    owed = world.owes(Duty.PILOT_OPINION, NOW.date() + timedelta(days=20))

    mails = owe_for(world.session, world.cause(Trigger.DECLARE_ELIGIBLE, owed))

    assert [mail.template for mail in mails] == ["opinion_asked"]
    [mail] = mails
    assert mail.recipient == world.grantee.email
    text = " ".join(mail.content.decode().replace("=\n", "").split())
    assert "=C2=AB=C2=A0[CV112-2021-0001]" in text
    assert mail.facts["context"]["also"][0].startswith("[CV112-2021-0001] ")


def test_a_manager_who_applies_reads_of_a_withdrawal_once(world: World) -> None:
    world.session.add(
        RoleGrant(person_id=world.grantee.id, role=Role.MANAGER, contract_id=world.contract.id)
    )
    world.session.flush()

    mails = owe_for(world.session, world.cause(Trigger.WITHDRAW, source=State.SUBMITTED))

    assert sorted((m.template, m.recipient) for m in mails) == [
        ("withdrawn", world.grantee.email),
        ("withdrawn_staff", world.manager.email),
    ]
