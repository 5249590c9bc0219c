"""The ids of a page are those that its filters and its reader's sight pick by their conditions, in order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import Application, Call, Enjeu, Fiche, FichePilot, FunderLine, Organisation
from models.session import reading
from models.vocabulary import Outcome, State
from tests.workflows.season import open_season, play
from workflows.accounts.sight import Sight
from workflows.applications.counting import count_by_state
from workflows.applications.filtering import Filters, after_row, narrowed
from workflows.applications.picking import page_of_ids

FIRST = datetime(2021, 1, 4, 9, tzinfo=UTC)
OLD = FIRST + timedelta(days=2)
ASKED: list[dict[str, Any]] = [
    {}, {"year": 2021}, {"year": 1999}, {"enjeu": 1}, {"enjeu": 1, "year": 2021},
    {"fiche": "1.3"}, {"fiche": "1.3", "year": 2021}, {"fiche": "none"},
    *({"state": state} for state in State), *({"outcome": outcome} for outcome in Outcome),
    {"state": State.CLOSED, "year": 2021, "enjeu": 1}, {"state": State.FUNDED, "outcome": Outcome.REFUSED},
    {"text": "n"}, {"text": "n", "enjeu": 1}, {"text": "n 0004", "year": 2021},
    *({"since_before": OLD, **more} for more in (
        {}, {"year": 2021}, {"state": State.SUBMITTED}, {"state": State.FUNDED, "enjeu": 1},
        {"fiche": "1.3", "year": 2021}, {"text": "n"}, {"outcome": Outcome.REFUSED},
    )),
]  # fmt: skip


@pytest.fixture(scope="module")
def season(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """The season, its applications spread over the fiches open to the call, and over two calls."""
    with reading(open_season(tmp_path_factory.mktemp("picking"))) as session:
        _spread(session)
        yield session


def _spread(session: Session) -> None:
    first = session.scalars(select(Call)).one()
    second = Call(
        contract_id=first.contract_id, year=2022, title="Appel 2022", opens_on=date(2021, 11, 25),
        closes_on=date(2022, 1, 4), form_version=first.form_version,
    )  # fmt: skip
    session.add(second)
    session.flush()
    fiches = session.scalars(select(Fiche.id).where(Fiche.in_call).order_by(Fiche.id)).all()
    for number in session.scalars(select(Application.id)).all():
        values: dict[str, Any] = {
            "fiche_id": fiches[number % 5 * 4],
            "call_id": second.id if number % 4 == 3 else first.id,
            "state_since": FIRST + timedelta(days=number * 7 % 4),  # some are as old
        }
        session.execute(update(Application).where(Application.id == number).values(**values))


def sights(session: Session) -> list[Sight]:
    """Who sees everything, who leads, funds or applies for a part, who does all three."""
    contract = session.scalars(select(Call.contract_id)).first()
    assert contract is not None
    applied = FichePilot.fiche_id == Application.fiche_id
    pilots = sorted(
        set(session.scalars(select(FichePilot.organisation_id).join(Application, applied)))
    )
    funders = sorted(set(session.scalars(select(FunderLine.funder_id))))
    someone = session.scalars(select(Application).order_by(Application.id.desc())).first()
    assert someone is not None
    own = frozenset({someone.applicant_id})
    leads, funds = ([frozenset({n}) for n in each[:6]] for each in (pilots, funders))
    return [
        Sight(contract, whole=True),
        Sight(contract),
        Sight(contract, person_id=someone.contact_id),
        *(Sight(contract, pilots=one) for one in leads),
        *(Sight(contract, funders=one) for one in funds),
        Sight(contract, False, frozenset(pilots[:3]), frozenset(funders[:1]), own, someone.contact_id),
    ]  # fmt: skip


def counted_out(session: Session, sight: Sight, filters: Filters) -> list[int]:
    """Every application that fulfils the conditions, without any index in mind."""
    query = (
        select(Application.id)
        .join(Call, Call.id == Application.call_id)
        .join(Fiche, Fiche.id == Application.fiche_id)
        .join(Enjeu, Enjeu.id == Fiche.enjeu_id)
        .where(*narrowed(sight.contract_id, filters), sight.of_applications())
    )
    if not filters.by_age:
        return sorted(session.scalars(query))
    since = {a.id: a.state_since for a in session.scalars(select(Application))}
    return sorted(session.scalars(query), key=lambda number: (since[number], number))


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_page_has_what_its_conditions_pick(season: Session, asked: dict[str, Any]) -> None:
    check(season, asked)


@pytest.mark.postgres
def test_so_it_has_on_postgresql_where_runs_are_read_side_by_side(postgres_url: str) -> None:
    play(postgres_url)
    with reading(postgres_url) as session:
        _spread(session)
        for asked in ASKED:
            check(session, asked)


def check(season: Session, asked: dict[str, Any]) -> None:
    """For each who sees, the page and its following ones are those of the conditions, and the counts."""
    organisations = season.scalars(select(Organisation.id).order_by(Organisation.id)).all()
    everybody = sights(season)
    narrower = ({"pilot_id": organisations[1]}, {"funder_id": organisations[0]})
    cases: list[tuple[Sight, dict[str, Any]]] = [
        *((sight, {}) for sight in everybody),
        *((everybody[0], more) for more in narrower),
    ]
    for sight, more in cases:
        filters = Filters(**asked, **more)
        every = counted_out(season, sight, filters)
        assert page_of_ids(season, sight, filters) == every
        for place, after in enumerate(every[:2], start=1):
            since = season.scalars(select(Application.state_since).where(Application.id == after))
            following = after_row(replace(filters, limit=2), after, since.one())
            assert page_of_ids(season, sight, following) == every[place : place + 2]
        if filters.by_age:
            counts = count_by_state(season, sight, filters).by_state
            each = [replace(filters, outcome=None, state=state) for state in State]
            assert list(counts.values()) == [len(counted_out(season, sight, one)) for one in each]


def test_the_cases_above_are_not_empty(season: Session) -> None:
    everybody = sights(season)
    seen = [len(counted_out(season, sight, Filters())) for sight in everybody]
    picked = [len(counted_out(season, everybody[0], Filters(**asked))) for asked in ASKED]
    assert seen[0] >= 10
    assert sum(0 < n < seen[0] for n in seen) >= 3, seen
    assert sum(n > 0 for n in picked) >= len(picked) // 2, picked
