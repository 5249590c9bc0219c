"""Tallies and words kept true: at each flush, what changed of an application is added or taken away."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Insert, delete, event, insert, inspect, select
from sqlalchemy.orm import Session

from models.application import Application, FunderLine
from models.call import Call
from models.people import Organisation
from models.tally import ApplicationWord, FunderTally, Tally
from models.upsert import insert_for
from models.words import words_of_application

COUNTED = ("call_id", "fiche_id", "state", "outcome", "requested", "voted")
LINE_COUNTED = ("funder_id", "asked", "voted", "paid", "repaid")
SEARCHED = ("title", "applicant_id", "reference", "external_reference")
Key = tuple[Any, ...]
Deltas = dict[Key, list[Any]]


class Was(NamedTuple):
    """An object's values before and after a flush; None where there was or is no object."""

    before: dict[str, Any] | None
    after: dict[str, Any] | None


@event.listens_for(Session, "after_flush")
def keep(session: Session, _context: object) -> None:
    """Add what this flush changed."""
    touched = {o for o in (*session.new, *session.dirty) if isinstance(o, Application)}
    lines = {
        o for o in (*session.new, *session.dirty, *session.deleted) if isinstance(o, FunderLine)
    }
    renamed = [o for o in session.dirty if isinstance(o, Organisation) and _changed(o, ("name",))]
    if not (touched or lines or renamed):
        return
    with session.no_autoflush:
        _keep_tallies(session, touched, lines)
        _keep_words(session, touched, renamed)


def _keep_tallies(session: Session, touched: set[Application], lines: set[FunderLine]) -> None:
    counted = {a for a in touched if a in session.new or _changed(a, COUNTED)}
    moved = {
        line.application_id
        for line in lines
        if line not in session.dirty or _changed(line, LINE_COUNTED)
    }
    deltas: Deltas = {}
    owners = {application.id: _was(session, application, COUNTED) for application in counted}
    for owner in owners.values():
        for sign, values in _sides(owner):
            place = (*_place(values), values["outcome"] or "")
            _add(deltas, place, sign, values["requested"], values["voted"])
    _write(session.connection(), Tally, deltas)
    of_funders: Deltas = {}
    for number in owners.keys() | moved:
        owner = owners.get(number) or _unchanged(session, number)
        for line in _lines(session, number, lines):
            _count_line(owner, line, of_funders)
    _write(session.connection(), FunderTally, of_funders)


def _place(owner: dict[str, Any]) -> Key:
    return owner["call_id"], owner["fiche_id"], owner["state"]


def _count_line(owner: Was, line: Was, deltas: Deltas) -> None:
    for sign, whose, values in ((-1, owner.before, line.before), (1, owner.after, line.after)):
        if whose and values:
            call, fiche, state = _place(whose)
            place = (call, fiche, values["funder_id"], state)
            _add(deltas, place, sign, *(values[name] for name in LINE_COUNTED[1:]))


def _unchanged(session: Session, number: int) -> Was:
    """An application of which only the lines changed. Rows, not objects: new ones are not known yet."""
    columns = (getattr(Application, name) for name in COUNTED)
    query = select(*columns).where(Application.id == number)
    values = dict(zip(COUNTED, session.execute(query).one(), strict=True))
    return Was(values, values)


def _lines(session: Session, number: int, changed: set[FunderLine]) -> Iterator[Was]:
    """The lines of an application: those of this flush as they were, the others as they stand."""
    own = [line for line in changed if line.application_id == number]
    for line in own:
        yield _was(session, line, LINE_COUNTED)
    columns = (getattr(FunderLine, name) for name in LINE_COUNTED)
    query = select(*columns).where(
        FunderLine.application_id == number, FunderLine.id.not_in([line.id for line in own])
    )
    for row in session.execute(query):
        values = dict(zip(LINE_COUNTED, row, strict=True))
        yield Was(values, values)


def _was(session: Session, thing: Any, names: Iterable[str]) -> Was:
    after = {name: getattr(thing, name) for name in names}
    before = None if thing in session.new else {name: _old(thing, name) for name in names}
    return Was(before, None if thing in session.deleted else after)


def _old(thing: Any, name: str) -> Any:
    history = inspect(thing).attrs[name].history
    return history.deleted[0] if history.deleted else getattr(thing, name)


def _changed(thing: Any, names: Iterable[str]) -> bool:
    attributes = inspect(thing).attrs
    return any(attributes[name].history.has_changes() for name in names)


def _sides(was: Was) -> Iterator[tuple[int, dict[str, Any]]]:
    if was.before is not None:
        yield -1, was.before
    if was.after is not None:
        yield 1, was.after


def _add(deltas: Deltas, place: Key, sign: int, *amounts: Decimal | None) -> None:
    """One application more or less there, and its amounts, in the order of the table's columns."""
    delta = deltas.setdefault(place, [0] * (1 + len(amounts)))
    for index, value in enumerate((1, *amounts)):
        delta[index] += sign * (value or 0)


def _write(connection: Connection, kind: type[Tally] | type[FunderTally], deltas: Deltas) -> None:
    names = [column.key for column in _columns(kind)]
    ordered = sorted(deltas.items(), key=lambda item: tuple(map(str, item[0])))
    rows = [
        dict(zip(names, [*place, *added], strict=True)) for place, added in ordered if any(added)
    ]
    if rows:
        connection.execute(_adding(connection.dialect.name, kind), rows)


def _columns(kind: type[Tally] | type[FunderTally]) -> list[Column[Any]]:
    """The place first, then what is added up."""
    table: Any = kind.__table__
    return [*table.primary_key, *(c for c in table.c if not c.primary_key)]


@cache
def _adding(dialect: str, kind: type[Tally] | type[FunderTally]) -> Insert:
    """Made once: building it takes longer than running it."""
    made = insert_for(dialect, kind)
    keys, sums = ([c.key for c in _columns(kind) if c.primary_key is one] for one in (True, False))
    more = {name: kind.__table__.c[name] + made.excluded[name] for name in sums}
    return made.on_conflict_do_update(index_elements=keys, set_=more)


def _keep_words(session: Session, touched: set[Application], renamed: list[Organisation]) -> None:
    wanted = {a.id for a in touched if a in session.new or _changed(a, SEARCHED)}
    if renamed:
        theirs = select(Application.id).where(Application.applicant_id.in_(o.id for o in renamed))
        wanted |= set(session.scalars(theirs))
    index_words(session.connection(), wanted)


def index_words(connection: Connection, numbers: Iterable[int]) -> None:
    """Write the words of these applications anew."""
    wanted = sorted(numbers)
    if not wanted:
        return
    connection.execute(delete(ApplicationWord).where(ApplicationWord.application_id.in_(wanted)))
    a = Application
    query = (
        select(
            a.id, Call.contract_id, a.title, Organisation.name, a.reference, a.external_reference
        )
        .join(Organisation, Organisation.id == a.applicant_id)
        .join(Call, Call.id == a.call_id)
        .where(a.id.in_(wanted))
    )
    rows = [
        {"contract_id": contract, "word": word, "application_id": number}
        for number, contract, title, applicant, reference, other in connection.execute(query)
        for word in words_of_application(title, applicant, reference, other)
    ]
    if rows:
        connection.execute(insert(ApplicationWord), rows)
