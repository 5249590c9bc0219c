"""Drafts: anything typed is kept, for whoever typed it, and two windows never overwrite each other."""

import pytest

from models.errors import BadInput, Conflict, NotFound
from models.session import reading, transaction
from tests.workflows.drafts.writing import WRITTEN, draft_in, person_in, typed
from tests.workflows.world import World, day, fill, world_in
from workflows.drafts import keeping
from workflows.drafts.content import LONGEST, Content
from workflows.drafts.keeping import begin, discard, drafts_of, get_draft, save

LATER = day(2020, 12, 2)


def test_anything_typed_is_kept(database_url: str) -> None:
    odd = Content(
        {"title": "  ", "siret": "pas encore", "summary": "é" * 130_000}, {7: "?"}, ("X",)
    )
    with transaction(database_url) as session:
        fill(session)
        draft, _actor = draft_in(world_in(session), odd)
        person_id, number = draft.person_id, draft.id
    with reading(database_url) as session:
        content = Content.of_json(get_draft(session, person_id, number).content)
    assert content.text("siret") == "pas encore"
    assert content.text("title") == ""
    assert len(content.text("summary")) == LONGEST
    assert (content.asks, content.qpvs) == ({7: "?"}, ("X",))


def test_a_draft_is_its_owners_alone(world: World) -> None:
    draft, _actor = draft_in(world)
    other = person_in(world.session, "autre@porteur.example")
    with pytest.raises(NotFound):
        get_draft(world.session, other.id, draft.id)
    assert drafts_of(world.session, other.id) == []
    assert [found.id for found in drafts_of(world.session, draft.person_id)] == [draft.id]


def test_two_windows_never_overwrite_each_other(world: World) -> None:
    draft, _actor = draft_in(world)
    seen = draft.revision
    save(draft, typed(world, title="Première fenêtre"), seen_revision=seen, now=LATER)
    world.session.flush()
    with pytest.raises(Conflict, match="autre fenêtre"):
        save(draft, typed(world, title="Seconde"), seen_revision=seen, now=LATER)
    assert draft.content["texts"]["title"] == "Première fenêtre"


@pytest.mark.postgres
def test_two_windows_at_the_same_instant(postgres_url: str) -> None:
    with transaction(postgres_url) as session:
        fill(session)
        draft, _actor = draft_in(world_in(session))
        person_id, number, seen = draft.person_id, draft.id, draft.revision

    def write(title: str, *, first: str = "") -> None:
        with transaction(postgres_url) as session:
            draft = get_draft(session, person_id, number)
            if first:
                write(first)
            save(draft, Content({"title": title}), seen_revision=seen, now=LATER)

    with pytest.raises(Conflict):
        write("b", first="a")
    with reading(postgres_url) as session:
        assert get_draft(session, person_id, number).content["texts"] == {"title": "a"}


def test_saving_the_same_thing_changes_nothing(world: World) -> None:
    draft, _actor = draft_in(world)
    seen = draft.revision
    save(draft, typed(world), seen_revision=seen, now=LATER)
    world.session.flush()
    assert (draft.revision, draft.saved_at) == (seen, WRITTEN)


def test_who_comes_once_a_year_types_it_once(world: World) -> None:
    application = world.submitted()
    assert application.contact is not None
    draft = begin(world.session, world.call, application.contact, LATER)
    assert draft.content["texts"] == {
        "contact": "Inès Puech",
        "applicant": "Association d’essai",
        "siret": "73282932000074",
    }


def test_drafts_are_not_endless(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "AT_MOST", 1)
    draft, _actor = draft_in(world)
    with pytest.raises(BadInput, match="déjà 1 brouillons"):
        begin(world.session, world.call, draft.person, LATER)
    discard(world.session, draft)
    assert drafts_of(world.session, draft.person_id) == []
