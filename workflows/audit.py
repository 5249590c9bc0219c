"""Proof that the journal is whole: every row recomputed, every link followed, the head compared."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from config.i18n import gettext as _
from models import Contract, JournalEntry, JournalHead
from models.errors import BadInput
from workflows.journal import GENESIS, digest_of, hash_of


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold, with the entry's number in its contract (0: the whole chain)."""

    seq: int
    text: str

    def __str__(self) -> str:
        return _("entrée n° {seq} : {text}").format(seq=self.seq, text=self.text)


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head noted down elsewhere: a later audit proves that nothing before it was cut or rewritten."""

    contract: str
    seq: int
    hash: str


def verify(session: Session, contract: Contract, anchor: Anchor | None = None) -> Iterator[Fault]:
    """Every fault of the contract's chain, in order: changed, removed, inserted, swapped, cut.

    Raises nothing.
    """
    expected, previous, at_anchor = 1, GENESIS, None
    for entry in _entries(session, contract.id):
        yield from _faults(entry, expected, previous)
        if anchor is not None and entry.seq == anchor.seq:
            at_anchor = entry.hash
        expected, previous = entry.seq + 1, entry.hash
    yield from _head_faults(session, contract, expected - 1, previous)
    if anchor is not None and at_anchor != anchor.hash:
        yield Fault(
            anchor.seq,
            _("l’ancre notée n’est plus dans le journal : la fin a été coupée ou réécrite"),
        )


def _entries(session: Session, contract_id: int) -> Iterator[JournalEntry]:
    query = (
        select(JournalEntry)
        .where(JournalEntry.contract_id == contract_id)
        .options(joinedload(JournalEntry.text), joinedload(JournalEntry.application))
        .order_by(JournalEntry.seq)
        .execution_options(yield_per=500)
    )
    yield from session.scalars(query)


def _faults(entry: JournalEntry, expected: int, previous: str) -> Iterator[Fault]:
    if entry.seq != expected:
        yield Fault(expected, _("il manque une entrée, ou deux ont été échangées"))
    if entry.previous_hash != previous:
        yield Fault(entry.seq, _("elle ne suit pas celle d’avant"))
    if entry.hash != hash_of(entry):
        yield Fault(entry.seq, _("son contenu a été modifié"))
    reference = entry.application.reference if entry.application else None
    if reference != entry.facts.get("reference"):
        yield Fault(entry.seq, _("elle a été rattachée à un autre dossier"))
    kept = entry.text
    if kept and kept.body is not None and digest_of(kept.salt, kept.body) != entry.text_digest:
        yield Fault(entry.seq, _("son texte a été modifié"))
    if kept is None and entry.text_digest is not None:
        yield Fault(entry.seq, _("son texte a été retiré sans être effacé dans les règles"))


def _head_faults(session: Session, contract: Contract, seq: int, last: str) -> Iterator[Fault]:
    head = session.get(JournalHead, contract.id)
    if (head.seq, head.hash) != (seq, last) if head else seq > 0:
        yield Fault(seq, _("la fin du journal ne correspond pas à sa tête enregistrée"))


def anchor_of(session: Session, contract: Contract) -> Anchor:
    """The present head, to be noted down where this database's owner cannot reach; raises nothing."""
    head = session.get(JournalHead, contract.id)
    return Anchor(contract.code, head.seq if head else 0, head.hash if head else GENESIS)


def write_anchor(path: Path, anchor: Anchor) -> None:
    """Note the head in a file; raises `OSError` when it cannot be written."""
    content = {"contract": anchor.contract, "seq": anchor.seq, "hash": anchor.hash}
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_anchor(path: Path) -> Anchor:
    """The head noted in a file; raises `BadInput` when the file holds none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(str(content["contract"]), int(content["seq"]), str(content["hash"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            _("« {path} » n’est pas une ancre : elle s’écrit avec « jalon audit anchor ».").format(
                path=path
            )
        ) from error
