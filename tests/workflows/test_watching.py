"""What the pages ask, on both engines: counts, pages, board, figures, search, mail."""

from datetime import date

import pytest
from sqlalchemy import select

from models import Organisation
from models.session import transaction
from models.vocabulary import State
from tests.workflows.season import play
from tests.workflows.world import SIRETS, day
from workflows.accounts.sight import Sight
from workflows.agenda import month_of
from workflows.applications import counting
from workflows.applications.board import board_of
from workflows.applications.browsing import one_page
from workflows.applications.counting import count_by_state
from workflows.applications.filtering import Filters
from workflows.fiche_figures import by_fiche
from workflows.figures import beyond_marks, by_funder, oldest_of_states
from workflows.mailbox import counts_of_mail, page_of_mail
from workflows.queries import get_contract


def test_the_pages_ask_the_same_of_both_engines(database_url: str) -> None:
    play(database_url)
    with transaction(database_url) as session:
        contract = get_contract(session).id
        whole, filters = Sight(contract, whole=True), Filters(year=2021)
        counts = count_by_state(session, whole, filters)
        assert counts.total == len(one_page(session, whole, filters).rows) == 10
        assert count_by_state(session, whole, Filters(text="atéliers 3")).total == 3
        assert count_by_state(session, Sight(contract, person_id=0), filters).total == 0
        board = board_of(session, whole, filters)
        assert {state: len(rows) for state, rows in board.items()} == counts.by_state
        assert by_funder(session, contract, 2021)[0].applications == 10
        assert (
            sum(f.applications for f in by_fiche(session, contract, 2021, date(2021, 3, 20))) == 10
        )
        beyond = beyond_marks(session, contract, 2021, day(2021, 3, 20))
        assert beyond[State.SUBMITTED][0] == counts.by_state[State.SUBMITTED]
        assert beyond[State.COMMITTEE] == (0, 0, 0)
        oldest = oldest_of_states(session, contract, 2021)
        assert oldest[State.SUBMITTED] is not None
        assert oldest[State.COMMITTEE] is None
        assert sum(counts_of_mail(session, contract).values()) == len(
            page_of_mail(session, contract).lines
        )
        assert any(d.due.many for week in month_of(session, whole, date(2021, 3, 1)) for d in week)


def test_a_search_is_counted_as_long_as_one_of_its_words_is_rare(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    play(database_url)
    with transaction(database_url) as session:
        whole = Sight(get_contract(session).id, whole=True)

        def counted(text: str, year: int | None = None) -> tuple[int, bool, bool]:
            counts = count_by_state(session, whole, Filters(text=text, year=year))
            return counts.total, counts.beyond, counts.known

        every = counted("ateliers")
        assert every[0] > 3
        assert every[1:] == (False, True)
        monkeypatch.setattr(counting, "AT_MOST", 3)
        assert counted("ateliers 3") == (3, False, True)
        assert counted("ateliers") == (0, True, False)
        assert counted("ateliers", 2020) == (0, False, True)  # a year of few is read whole
        someone = session.scalars(select(Organisation.id).where(Organisation.siret == SIRETS[3]))
        own = Sight(whole.contract_id, applicants=frozenset(someone))
        of_few = count_by_state(session, own, Filters(text="ateliers"))
        assert (of_few.total, of_few.beyond) == (2, False)
        assert len(one_page(session, whole, Filters(text="ateliers")).rows) == every[0]
        asked = count_by_state(session, whole, Filters(funder="État"))
        assert (asked.total, asked.beyond, asked.known) == (4, True, True)
