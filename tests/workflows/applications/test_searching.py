"""A search reads the words of its own contract: those of the others neither count nor hide anything."""

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select, update

from models import Application, ApplicationWord, Call, Contract
from models.session import engine_for, transaction
from tests.workflows.season import open_season
from workflows.accounts.sight import Sight
from workflows.applications import counting
from workflows.applications.counting import count_by_state
from workflows.applications.filtering import Filters
from workflows.applications.picking import page_of_ids

DAY = date(2021, 1, 1)


def test_the_words_of_another_contract_are_not_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "AT_MOST", 2)
    url = open_season(tmp_path)
    with transaction(url) as session:
        own = session.scalars(select(Call.contract_id)).one()
        filters = Filters(text="ateliers")
        assert not count_by_state(session, Sight(own, whole=True), filters).known

        other = Contract(code="CV999", name="Ailleurs", starts_on=DAY, ends_on=DAY)
        session.add(other)
        session.flush()
        kept = session.scalars(select(Application.id).order_by(Application.id)).all()[:2]
        elsewhere = update(ApplicationWord).where(ApplicationWord.application_id.not_in(kept))
        session.execute(elsewhere.values(contract_id=other.id))

        counts = count_by_state(session, Sight(own, whole=True), filters)
        assert (counts.total, counts.beyond) == (2, False)
        assert page_of_ids(session, Sight(own, whole=True), filters) == list(kept)
    engine_for(url).dispose()
