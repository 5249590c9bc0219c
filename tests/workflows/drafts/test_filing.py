"""A draft becomes an application once, by the same door as all; a closed call loses nothing."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from models import Application, Message, Person
from models.errors import BadInput, Conflict, Refused
from models.session import transaction
from models.vocabulary import State
from tests.workflows.attachments.samples import PDF
from tests.workflows.drafts.writing import WRITTEN, draft_in, typed
from tests.workflows.world import World, fill, world_in
from workflows.attachments.inspecting import inspect
from workflows.attachments.keeping import Owner, attachments_of, keep
from workflows.audit import verify
from workflows.call_window import Window, window_of
from workflows.drafts.filing import file_draft, why_not_now
from workflows.drafts.keeping import discard, save
from workflows.queries import get_application_by_id

LAST_MOMENT = datetime(2021, 1, 4, 22, 59, 59, tzinfo=UTC)
TOO_LATE = datetime(2021, 1, 4, 23, 0, tzinfo=UTC)


def test_a_draft_becomes_an_application_with_its_files(database_url: str) -> None:
    with transaction(database_url) as session:
        fill(session)
        world = world_in(session)
        draft, actor = draft_in(world)
        file = inspect("budget.pdf", PDF, most_bytes=10**6)
        owner = Owner(draft_id=draft.id)
        keep(session, file, owner, given_by=draft.person_id, now=WRITTEN)
        done = file_draft(session, draft, actor, WRITTEN)

        application = get_application_by_id(session, draft.application_id or 0)
        assert application.state is State.SUBMITTED
        assert done.entry.facts["reference"] == application.reference
        assert application.contact_id == draft.person_id
        assert [line.asked for line in application.lines] == [8000, 5000]
        kept = attachments_of(session, Owner(application_id=application.id))
        assert [found.name for found in kept] == ["budget.pdf"]
        assert attachments_of(session, owner) == []
        assert [m.template for m in session.scalars(select(Message))] == ["acknowledgement"]
        assert session.scalars(select(Person.name)).one() == "Inès Puech"
        assert list(verify(session, world.call.contract)) == []


def test_it_is_submitted_once(world: World) -> None:
    draft, actor = draft_in(world)
    file_draft(world.session, draft, actor, WRITTEN)
    for again in (
        lambda: file_draft(world.session, draft, actor, WRITTEN),
        lambda: save(draft, typed(world), seen_revision=draft.revision, now=WRITTEN),
        lambda: discard(world.session, draft),
    ):
        with pytest.raises(Conflict, match="déjà été déposée"):
            again()
    assert world.session.scalar(select(func.count(Application.id))) == 1
    assert draft.content == {}


def test_several_are_submitted_to_one_call(world: World) -> None:
    first, actor = draft_in(world)
    file_draft(world.session, first, actor, WRITTEN)
    second, actor = draft_in(world, person=world.session.get_one(Person, first.person_id))
    file_draft(world.session, second, actor, WRITTEN)
    assert first.application_id != second.application_id
    assert None not in {first.application_id, second.application_id}


def test_problems_are_all_named_and_nothing_is_done(world: World) -> None:
    draft, actor = draft_in(world, typed(world, siret="1", ends_on=""))
    with pytest.raises(BadInput) as refused:
        file_draft(world.session, draft, actor, WRITTEN)
    assert [problem.column for problem in refused.value.problems] == ["ends_on", "siret"]
    assert world.session.scalar(select(func.count(Application.id))) == 0
    assert draft.content["texts"]["siret"] == "1"


@pytest.mark.parametrize("now", [TOO_LATE, datetime(2020, 11, 24, 12, tzinfo=UTC)])
def test_out_of_the_window_the_draft_is_kept_and_says_why(world: World, now: datetime) -> None:
    draft, actor = draft_in(world)
    with pytest.raises(Refused, match="votre brouillon est gardé"):
        file_draft(world.session, draft, actor, now)
    assert draft.application_id is None
    assert draft.content["texts"]["title"] == "Ateliers du mercredi"


def test_the_last_second_counts(world: World) -> None:
    draft, actor = draft_in(world)
    file_draft(world.session, draft, actor, LAST_MOMENT)
    assert draft.application_id is not None


def test_the_window_of_a_call(world: World) -> None:
    opens, closes = world.call.opens_on, world.call.closes_on
    assert window_of(world.call, opens) is Window.OPEN
    assert window_of(world.call, closes) is Window.OPEN
    assert window_of(world.call, opens.replace(day=24)) is Window.AHEAD
    assert window_of(world.call, closes.replace(day=5)) is Window.CLOSED
    assert why_not_now(world.call, opens) == ""
    assert "clos depuis le 4 janvier 2021" in why_not_now(world.call, closes.replace(day=5))
