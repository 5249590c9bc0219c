"""An applicant amends what they submitted: while the call is open, once, and never over somebody else."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select

from config.vocabulary import Duty
from models import (
    Application,
    ApplicationWord,
    FunderTally,
    JournalEntry,
    Message,
    Obligation,
    Opinion,
    Person,
    Qpv,
    SavedDraft,
    Tally,
)
from models.errors import BadInput, Conflict, JalonError, Refused
from models.session import reading, transaction
from models.vocabulary import Act, PieceStatus, Role, State, Trigger, Verdict
from tests.workflows.attachments.samples import PDF
from tests.workflows.drafts.writing import WRITTEN
from tests.workflows.world import CHECKED, FILED, World, day, fill, world_in
from workflows.actors import Actor
from workflows.acts import ask_piece, give_opinion
from workflows.attachments.inspecting import inspect
from workflows.attachments.keeping import Owner, attachments_of, keep
from workflows.audit import verify
from workflows.desk import Desk
from workflows.drafts.amending import (
    begin_amending,
    catch_up,
    drafts_amending,
    find_amending,
    send_amendment,
)
from workflows.drafts.content import Content
from workflows.drafts.filing import file_draft
from workflows.drafts.keeping import begin, discard, drafts_of, get_draft, save

LATER = day(2020, 12, 18)
LAST_MOMENT = datetime(2021, 1, 4, 22, 59, 59, tzinfo=UTC)
TOO_LATE = datetime(2021, 1, 4, 23, 0, tzinfo=UTC)
QPV = "QP034005"


def qpvs_of(world: World) -> list[Any]:
    return list(world.session.scalars(select(Qpv).where(Qpv.code == QPV)))


def filed(world: World) -> tuple[Application, Actor]:
    """An application as an applicant files it, and who is its contact."""
    application = world.submitted(summary="Des ateliers.\r\nLe mercredi.", qpvs=qpvs_of(world))
    contact = application.contact
    assert contact is not None
    contact.name = "Inès Puech"
    world.session.flush()
    return application, Actor((), person_id=contact.id)


def begun(world: World, at: datetime = LATER) -> tuple[SavedDraft, Desk]:
    """A draft on a new application, as its page would read it."""
    application, actor = filed(world)
    desk = world.desk(at, actor)
    draft = begin_amending(desk, application, actor.person_id or 0)
    return again(world, draft), desk


def again(world: World, draft: SavedDraft) -> SavedDraft:
    world.session.flush()
    number, person = draft.id, draft.person_id
    world.session.expire_all()
    return get_draft(world.session, person, number)


def type_in(draft: SavedDraft, asks: dict[int, str] | None = None, **texts: str) -> None:
    """Change some texts of the form, as a browser sends it: without who applies."""
    held = Content.of_json(draft.content).filled(texts)
    typed = Content(held.texts, {**held.asks, **(asks or {})}, held.qpvs)
    save(draft, typed, seen_revision=draft.revision, now=LATER)


def amended_of(world: World, draft: SavedDraft, desk: Desk) -> Application:
    return world.again(send_amendment(desk, again(world, draft)))


def entries(world: World) -> list[JournalEntry]:
    found = select(JournalEntry).where(JournalEntry.action == Act.AMEND)
    return list(world.session.scalars(found))


def test_what_was_typed_is_written_named_and_told(world: World) -> None:
    draft, desk = begun(world)
    ville = world.organisations("Ville")["Ville"]
    type_in(draft, {ville: "6000"}, title="Ateliers du jeudi", charges="21 000", own="7 000,00")
    application = amended_of(world, draft, desk)

    assert application.title == "Ateliers du jeudi"
    assert (application.charges, application.requested) == (Decimal(21000), Decimal(14000))
    assert application.received_at == FILED
    assert application.state is State.SUBMITTED
    (entry,) = entries(world)
    assert entry.actor_role is Role.GRANTEE
    assert entry.facts["changed"] == ["title", "charges", "resources", "asked"]
    assert "jeudi" not in str(entry.facts), "words may be personal"
    mail = world.session.scalars(select(Message).where(Message.template == "amended")).one()
    assert mail.recipient == "ines@porteur.example"
    told = mail.facts["context"]["changes"]
    assert [change["label"] for change in told] == [
        "titre", "total des charges", "total des produits", "montant demandé à « Ville »",
    ]  # fmt: skip
    assert (told[1]["old"], told[1]["new"]) == ("20\u202f000\xa0€", "21\u202f000\xa0€")
    assert find_amending(world.session, desk.actor.person_id or 0, application.id) is None
    assert list(verify(world.session, world.call.contract)) == []


def test_nothing_that_was_filled_for_them_counts_as_a_change(world: World) -> None:
    draft, desk = begun(world)
    for summary in ("Des ateliers.\r\nLe mercredi.", "Des ateliers.\nLe mercredi."):
        type_in(draft, summary=summary, charges="20000,00", own="7 000")
        with pytest.raises(BadInput, match="Vous n’avez rien changé"):
            send_amendment(desk, again(world, draft))
    assert entries(world) == []
    assert draft.content["texts"]["title"] == "Ateliers n° 1"


def test_the_last_second_counts_and_the_next_does_not(world: World) -> None:
    draft, desk = begun(world)
    type_in(draft, title="Autre titre")
    late = Desk.at(world.session, desk.actor, TOO_LATE)
    with pytest.raises(Refused) as refused:
        send_amendment(late, again(world, draft))
    assert "du 25 novembre 2020 au 4 janvier 2021 : écrivez à l’équipe" in str(refused.value)
    assert "@" in str(refused.value), "whom to write to is named"
    assert "vos modifications sont gardées" in str(refused.value).lower()
    assert draft.content["texts"]["title"] == "Autre titre"
    with pytest.raises(Refused):
        begin_amending(late, again(world, draft).amending.application, 0)  # type: ignore[union-attr]
    in_time = Desk.at(world.session, desk.actor, LAST_MOMENT)
    assert amended_of(world, draft, in_time).title == "Autre titre"


def test_a_file_alone_is_a_change_and_goes_to_the_application(world: World) -> None:
    draft, desk = begun(world)
    owner = Owner(draft_id=draft.id)
    file = inspect("budget.pdf", PDF, most_bytes=10**6)
    keep(world.session, file, owner, given_by=draft.person_id, now=LATER)
    application = amended_of(world, draft, desk)
    kept = attachments_of(world.session, Owner(application_id=application.id))
    assert [found.name for found in kept] == ["budget.pdf"]
    (entry,) = entries(world)
    assert entry.facts["files"] == [{"sha256": file.sha256, "size": len(PDF)}]


def test_an_unbalanced_budget_is_refused_in_the_words_of_the_form(world: World) -> None:
    draft, desk = begun(world)
    type_in(draft, charges="25 000")
    with pytest.raises(BadInput, match="Le budget n’est pas équilibré : charges 25"):
        send_amendment(desk, again(world, draft))
    assert entries(world) == []


def test_who_applies_is_neither_asked_nor_changed(world: World) -> None:
    draft, desk = begun(world)
    type_in(draft, title="Autre", siret="35600000049837", applicant="La Poste", contact="Zoé")
    application = amended_of(world, draft, desk)
    assert application.applicant.name == "Association d’essai"
    assert application.contact is not None
    assert application.contact.name == "Inès Puech"
    (entry,) = entries(world)
    assert entry.facts["changed"] == ["title"]


def by_the_team(world: World, application: Application) -> None:
    application.title = "Par l’équipe"


def moved(world: World, application: Application) -> None:
    world.fire(application, Trigger.DECLARE_ELIGIBLE, CHECKED)


def withdrawn(world: World, application: Application) -> None:
    world.fire(application, Trigger.WITHDRAW, LATER)


@pytest.mark.parametrize(
    ("meanwhile", "said"),
    [
        (by_the_team, "a été modifiée entre-temps"),
        (moved, "a commencé l’examen"),
        (withdrawn, "a commencé l’examen de cette demande, ou elle est close"),
    ],
)
def test_somebody_else_was_quicker(
    world: World, meanwhile: Callable[[World, Application], None], said: str
) -> None:
    draft, desk = begun(world)
    type_in(draft, charges="20000,50", own="7000,50")
    application = again(world, draft).amending.application  # type: ignore[union-attr]
    meanwhile(world, world.again(application))
    with pytest.raises(Conflict, match=said):
        send_amendment(desk, again(world, draft))
    assert draft.content["texts"]["charges"] == "20000,50", "what was typed is kept"
    assert entries(world) == []


def test_what_others_changed_is_taken_up_where_this_person_changed_nothing(world: World) -> None:
    draft, desk = begun(world)
    type_in(draft, title="Le mien", charges="20000,50", own="7000,50")
    application = world.again(again(world, draft).amending.application)  # type: ignore[union-attr]
    application.title, application.ends_on = "Le leur", application.ends_on.replace(day=1)
    catch_up(desk, again(world, draft))
    sent = amended_of(world, draft, desk)
    assert (sent.title, sent.charges) == ("Le mien", Decimal("20000.50"))
    assert sent.ends_on.day == 1, "what the team changed stays"
    (entry,) = entries(world)
    assert entry.facts["changed"] == ["title", "charges", "resources"]


def test_a_piece_given_meanwhile_is_no_conflict(world: World) -> None:
    draft, desk = begun(world)
    type_in(draft, title="Autre")
    application = world.again(again(world, draft).amending.application)  # type: ignore[union-attr]
    ask_piece(world.desk(LATER), application, "RIB")
    assert amended_of(world, draft, desk).title == "Autre"


def test_one_open_draft_per_person_which_is_no_application_of_its_own(world: World) -> None:
    draft, desk = begun(world)
    application = world.again(again(world, draft).amending.application)  # type: ignore[union-attr]
    person = draft.person_id
    assert begin_amending(desk, application, person).id == draft.id
    assert drafts_of(world.session, person) == []
    assert set(drafts_amending(world.session, person)) == {application.id}
    colleague = Person(email="col@porteur.example", name="Col")
    world.session.add(colleague)
    world.session.flush()
    theirs = Actor(((Role.GRANTEE, application.applicant_id),), person_id=colleague.id)
    other = begin_amending(world.desk(LATER, theirs), application, colleague.id)
    assert other.id != draft.id
    with pytest.raises(Conflict, match="modifie une demande déjà déposée"):
        file_draft(world.session, again(world, draft), desk.actor, LATER)
    discard(world.session, again(world, draft))
    assert set(drafts_amending(world.session, person)) == set()


def test_a_draft_of_a_new_application_amends_nothing(world: World) -> None:
    _application, actor = filed(world)
    person = world.session.get_one(Person, actor.person_id)
    fresh = again(world, begin(world.session, world.call, person, WRITTEN))
    with pytest.raises(Conflict, match="ne modifie aucune demande"):
        send_amendment(world.desk(LATER, actor), fresh)


def test_tallies_and_words_follow(world: World) -> None:
    draft, desk = begun(world)
    caf = world.organisations("CAF")["CAF"]
    type_in(draft, {caf: "1000"}, fiche="1.10", title="Jardin suspendu", own="6000")
    application = amended_of(world, draft, desk)
    tallies = {
        (t.fiche_id, t.requested) for t in world.session.scalars(select(Tally)) if t.applications
    }
    assert tallies == {(application.fiche_id, Decimal(14000))}
    asked = {
        row.funder_id: (row.fiche_id, row.asked)
        for row in world.session.scalars(select(FunderTally))
        if row.applications
    }
    assert asked[caf] == (application.fiche_id, Decimal(1000))
    assert {fiche for fiche, _amount in asked.values()} == {application.fiche_id}
    words = set(world.session.scalars(select(ApplicationWord.word)))
    assert {"jardin", "suspendu"} <= words
    assert "ateliers" not in words


def test_on_another_fiche_what_hung_on_the_first_pilot_is_put_right(world: World) -> None:
    """An opinion given before a step was corrected is about the fiche of then."""
    draft, desk = begun(world)
    application = world.again(again(world, draft).amending.application)  # type: ignore[union-attr]
    ask_piece(world.desk(LATER), application, "RIB")
    application = world.again(application)
    pilot = application.fiche.pilots[0].organisation
    application.pieces[0].status = PieceStatus.CANCELLED
    world.fire(application, Trigger.DECLARE_ELIGIBLE, LATER)
    give_opinion(world.desk(LATER), world.again(application), pilot, Verdict.FAVOURABLE)
    world.fire(world.again(application), Trigger.CORRECT, LATER, reason="Trop tôt")
    assert world.session.scalars(select(Opinion.id)).all() != []
    leads = {number: world.fiche(number).pilots for number in ("1.10", "2.8", "2.1", "4.1")}
    elsewhere = next(
        number
        for number, pilots in leads.items()
        if pilots and pilot.id not in {p.organisation_id for p in pilots}
    )
    type_in(again(world, draft), fiche=elsewhere)
    application = amended_of(world, draft, desk)
    assert application.opinions == []
    (entry,) = entries(world)
    assert entry.facts["opinions_set_aside"] == [pilot.name]
    owed = {
        o.duty: o.organisation_id
        for o in world.session.scalars(select(Obligation).where(Obligation.ended_on.is_(None)))
    }
    assert owed[Duty.MISSING_PIECE] == application.applicant_id
    assert Duty.PILOT_OPINION not in owed
    world.fire(application, Trigger.DECLARE_ELIGIBLE, LATER)
    asked = select(Obligation).where(Obligation.duty == Duty.PILOT_OPINION)
    (opinion,) = [o for o in world.session.scalars(asked) if o.ended_on is None]
    assert opinion.organisation_id == application.fiche.pilots[0].organisation_id


def test_two_windows_at_once_send_it_once(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        draft, _desk = begun(world)
        type_in(draft, title="Autre")
        number, person = draft.id, draft.person_id
    told: list[str] = []
    for _window in range(2):
        try:
            with transaction(database_url) as session:
                one = get_draft(session, person, number)
                send_amendment(Desk.at(session, Actor((), person_id=person), LATER), one)
            told.append("sent")
        except JalonError as error:
            told.append(type(error).__name__)
    assert told == ["sent", "NotFound"]
    with reading(database_url) as session:
        found = select(JournalEntry.id).where(JournalEntry.action == Act.AMEND)
        assert len(session.scalars(found).all()) == 1
