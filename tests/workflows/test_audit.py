"""A journal that was touched is found out: changed, removed, inserted, swapped, cut, re-attached."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from models import JournalEntry, JournalHead
from models.errors import BadInput
from models.session import engine_for, reading, transaction
from models.vocabulary import State, Trigger
from tests.workflows.world import CHECKED, World, fill, world_in
from workflows.audit import Anchor, Fault, anchor_of, read_anchor, verify, write_anchor
from workflows.journal import hash_of
from workflows.queries import get_contract


@pytest.fixture
def kept(database_url: str) -> str:
    """A database with a real journal, on both engines, whose owner has taken the triggers away."""
    with transaction(database_url) as session:
        fill(session)
        world = World(session, world_in(session).call)
        world.brought_to(State.CLOSED)
        world.submitted()
    with engine_for(database_url).begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("ALTER TABLE journal_entry DISABLE TRIGGER ALL"))
            connection.execute(text("ALTER TABLE journal_text DISABLE TRIGGER ALL"))
        else:
            connection.execute(text("DROP TRIGGER journal_entry_no_update"))
            connection.execute(text("DROP TRIGGER journal_entry_no_delete"))
    return database_url


def faults(url: str, anchor: Anchor | None = None) -> list[Fault]:
    with reading(url) as session:
        return list(verify(session, get_contract(session), anchor))


def change(url: str, *statements: str) -> None:
    with engine_for(url).begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        for statement in statements:
            connection.execute(text(statement))


def forget(number: str) -> tuple[str, ...]:
    """Remove an entry and what hangs on it."""
    hanging = "entry_id IN (SELECT id FROM journal_entry WHERE seq = {number})"
    return tuple(
        statement.replace("HANGING", hanging).replace("{number}", number)
        for statement in (
            "DELETE FROM journal_text WHERE HANGING",
            "DELETE FROM obligation_change WHERE HANGING",
            "UPDATE message SET entry_id = NULL WHERE HANGING",
            "DELETE FROM journal_entry WHERE seq = {number}",
        )
    )


SWAP = (
    "UPDATE journal_entry SET seq = -1 WHERE seq = 6",
    "UPDATE journal_entry SET seq = 6 WHERE seq = 7",
    "UPDATE journal_entry SET seq = 7 WHERE seq = -1",
)
INSERT = """
INSERT INTO journal_entry (contract_id, seq, action, actor_role, at, facts, previous_hash, hash)
SELECT contract_id, seq + 1, action, actor_role, at, facts, hash, 'f00' FROM journal_entry
ORDER BY seq DESC LIMIT 1
"""


def test_an_untouched_journal_is_whole(kept: str) -> None:
    assert faults(kept) == []
    with reading(kept) as session:
        assert anchor_of(session, get_contract(session)).seq > 10


@pytest.mark.parametrize(
    ("statements", "word"),
    [
        (("UPDATE journal_entry SET action = 'withdraw' WHERE seq = 6",), "modifié"),
        (("UPDATE journal_entry SET at = '2020-01-01' WHERE seq = 6",), "modifié"),
        (("UPDATE journal_entry SET facts = '{}' WHERE seq = 6",), "modifié"),
        (("UPDATE journal_entry SET actor_role = 'pilot' WHERE seq = 6",), "modifié"),
        (("UPDATE journal_entry SET previous_hash = 'x' WHERE seq = 6",), "ne suit pas"),
        (("UPDATE journal_entry SET application_id = NULL WHERE seq = 6",), "autre dossier"),
        (forget("6"), "manque"),
        (SWAP, "ne suit pas"),
        ((INSERT,), "tête"),
        (forget("(SELECT max(seq) FROM journal_entry)"), "tête"),
        (("UPDATE journal_head SET seq = seq + 1",), "tête"),
        (("UPDATE journal_head SET hash = 'x'",), "tête"),
    ],
)
def test_a_touched_journal_is_found_out(kept: str, statements: tuple[str, ...], word: str) -> None:
    change(kept, *statements)
    assert any(word in str(fault) for fault in faults(kept)), faults(kept)


def test_a_changed_reason_is_found_out_and_an_erased_one_is_not_a_fault(kept: str) -> None:
    with transaction(kept) as session:
        world = world_in(session)
        application = world.submitted()
        world.fire(application, Trigger.DECLARE_INELIGIBLE, CHECKED, reason="M. Dupont est absent")
    assert faults(kept) == []

    change(kept, "UPDATE journal_text SET body = NULL")
    assert faults(kept) == []
    change(kept, "UPDATE journal_text SET body = 'autre chose'")
    assert ["texte" in str(fault) for fault in faults(kept)] == [True]
    change(kept, "DELETE FROM journal_text")
    assert ["retiré" in str(fault) for fault in faults(kept)] == [True]


def _cut_and_mend(session: Session) -> None:
    """What somebody with the whole database in hand would do: cut the tail, then mend the head."""
    last = session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc()).limit(1)).one()
    head = session.get_one(JournalHead, last.contract_id)
    head.seq, head.hash = last.seq, last.hash


def _rewrite(session: Session) -> None:
    """And more: change an entry and compute every later link again."""
    previous = ""
    for entry in session.scalars(select(JournalEntry).order_by(JournalEntry.seq)):
        if entry.seq == 6:
            entry.actor_id = None
            entry.facts = {**entry.facts, "on": "1999-01-01"}
        if entry.seq > 1:
            entry.previous_hash = previous
        entry.hash = previous = hash_of(entry)
    _cut_and_mend(session)


@pytest.mark.parametrize("deed", [_cut_and_mend, _rewrite])
def test_an_anchored_head_finds_a_cut_tail_and_a_rewritten_chain(
    kept: str, tmp_path: Path, deed: Callable[[Session], None]
) -> None:
    with reading(kept) as session:
        write_anchor(tmp_path / "anchor.json", anchor_of(session, get_contract(session)))
    anchor = read_anchor(tmp_path / "anchor.json")
    assert faults(kept, anchor) == []

    if deed is _cut_and_mend:
        change(kept, *forget("(SELECT max(seq) FROM journal_entry)"))
    with transaction(kept) as session:
        deed(session)

    assert faults(kept) == [], "without the anchor nothing shows"
    assert ["ancre" in str(fault) for fault in faults(kept, anchor)] == [True]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"contract": "x", "seq": "y", "hash": 1}'])
def test_a_file_that_is_no_anchor_is_said_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "anchor.json"
    path.write_text(content)
    with pytest.raises(BadInput, match="ancre"):
        read_anchor(path)
