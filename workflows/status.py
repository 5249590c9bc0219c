"""Where the applications of a call stand: counts and amounts by state, enjeu, fiche, pilot or funder.

`jalon status` must start as fast as a bare query, so this module imports neither the mapped
classes nor pydantic: SQLAlchemy's core and the names of the columns are enough.
"""

from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from config.i18n import gettext as _
from workflows.status_queries import QUERIES, by_state, find_calls, paid_by, paid_in

STATES = ("submitted", "eligible", "committee", "funded", "reporting", "closed")
OUTCOMES = ("completed", "ineligible", "refused", "withdrawn", "not_carried_out")
AMOUNTS = ("requested", "voted", "paid")
GROUPINGS = ("state", "enjeu", "fiche", "pilot", "funder")


class Group(NamedTuple):
    """One line of the table: what it is about, how many applications, what is asked, voted, paid."""

    key: str
    label: str
    applications: int
    requested: Decimal
    voted: Decimal
    paid: Decimal


class Status(NamedTuple):
    """A call's applications: in all, by state and outcome, and by what was asked for."""

    call: int
    total: int
    states: dict[str, int]
    outcomes: dict[str, int]
    requested: Decimal
    voted: Decimal
    paid: Decimal
    by: str
    groups: list[Group]

    def as_json(self) -> dict[str, Any]:
        """The shape that scripts rely on; amounts as text, exact. Raises nothing."""
        return {
            "call": self.call,
            "total": self.total,
            "states": self.states,
            "outcomes": self.outcomes,
            "amounts": {name: str(getattr(self, name)) for name in AMOUNTS},
            "by": self.by,
            "groups": [
                group._asdict() | {name: str(getattr(group, name)) for name in AMOUNTS}
                for group in self.groups
            ],
        }


def status_of(
    url: str, *, year: int | None = None, contract: str | None = None, by: str = "state"
) -> Status:
    """The status of the call of `year` (the latest without it) in the database at `url`.

    Raises `Unavailable` when the database does not answer or is not there, `NotFound` for a call
    that does not exist, `BadInput` for an unknown grouping or when several contracts have calls
    and none is named.
    """
    made = make_url(url)
    path = made.database if made.get_backend_name() == "sqlite" else None
    if path and path != ":memory:" and not Path(path).exists():
        raise _unavailable(_("{path} n’existe pas").format(path=path))
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            return read_status(connection, year=year, contract=contract, by=by)
    except (OperationalError, ProgrammingError) as error:
        raise _unavailable(str(error.orig).strip().splitlines()[0]) from error
    finally:
        engine.dispose()


def read_status(
    connection: Connection,
    *,
    year: int | None = None,
    contract: str | None = None,
    by: str = "state",
) -> Status:
    """The same over an open connection. Raises `NotFound`, `BadInput`."""
    if by not in GROUPINGS:
        raise _bad_input(
            _("« {by} » n’est pas un regroupement ; attendu : {known}.").format(
                by=by, known=", ".join(GROUPINGS)
            )
        )
    call_id, year = _find_call(connection, year, contract)
    rows = connection.execute(by_state(call_id)).all()
    paid = {str(key): cents for key, cents in connection.execute(paid_by(by, call_id))}
    states, outcomes = dict.fromkeys(STATES, 0), dict.fromkeys(OUTCOMES, 0)
    for state, outcome, count, _asked, _voted in rows:
        states[state] += count
        if outcome is not None:
            outcomes[outcome] += count
    return Status(
        call=year,
        total=sum(states.values()),
        states=states,
        outcomes=outcomes,
        requested=_euros(sum(row[3] for row in rows)),
        voted=_euros(sum(row[4] for row in rows)),
        paid=_euros(connection.execute(paid_in(call_id)).scalar_one()),
        by=by,
        groups=_state_groups(rows, paid)
        if by == "state"
        else _groups(connection, by, call_id, paid),
    )


def _find_call(connection: Connection, year: int | None, contract: str | None) -> tuple[int, int]:
    found = connection.execute(find_calls(year, contract)).all()
    if not found:
        raise _no_call(year)
    if len({row[2] for row in found}) > 1:
        raise _bad_input(
            _("Plusieurs contrats de ville existent : précisez lequel avec --contract.")
        )
    return found[0][0], found[0][1]


def _state_groups(rows: Any, paid: dict[str, int]) -> list[Group]:
    from config.labels import state_label

    groups = []
    for state in STATES:
        mine = [row for row in rows if row[0] == state]
        count, asked, voted = (sum(row[place] for row in mine) for place in (2, 3, 4))
        amounts = map(_euros, (asked, voted, paid.get(state, 0)))
        groups.append(Group(state, state_label(state), count, *amounts))
    return groups


def _groups(connection: Connection, by: str, call_id: int, paid: dict[str, int]) -> list[Group]:
    return [
        Group(str(key), label, count, *map(_euros, (asked, voted, paid.get(str(key), 0))))
        for key, label, count, asked, voted, *_order in connection.execute(QUERIES[by](call_id))
    ]


def _euros(cents: int | Decimal) -> Decimal:
    return Decimal(int(cents)).scaleb(-2)


# The errors are imported when there is one: they live beside the mapped classes.


def _unavailable(detail: str) -> Exception:
    from models.errors import Unavailable

    said = _(
        "La base de données ne répond pas ou n’est pas prête ({detail}) : lancez « jalon init »."
    )
    return Unavailable(said.format(detail=detail))


def _no_call(year: int | None) -> Exception:
    from models.errors import NotFound

    if year is None:
        return NotFound(_("Aucun appel à projets n’est ouvert : « jalon call open » en crée un."))
    said = _("L’appel à projets {year} n’existe pas : ouvrez-le avec « jalon call open ».")
    return NotFound(said.format(year=year))


def _bad_input(text: str) -> Exception:
    from models.errors import BadInput

    return BadInput(text)
