"""The link of a reminder: its page shows two buttons, looking answers nothing, a forged one opens nothing."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from models import Obligation, ObligationAnswer, Person
from models.session import reading
from models.vocabulary import AnswerKind, ObligationStatus
from tests.web.forms import token_in
from tests.web.site import NOW, Site, open_site
from workflows.answer_links import PATH, link_token
from workflows.deadlines import civil_date

SECRET = "x" * 40


@pytest.fixture(scope="module")
def signing_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with open_site(tmp_path_factory.mktemp("answering"), mail_secret=SECRET) as opened:
        yield opened


@pytest.fixture
def address(signing_site: Site) -> str:
    signing_site.forget_limits()
    signing_site.now = NOW
    return answer_address(signing_site)


def answer_address(site: Site) -> str:
    """The link of a reminder of today."""
    with reading(site.url) as session:
        owed = session.scalars(
            select(Obligation).where(Obligation.status == ObligationStatus.OPEN)
        ).first()
        person = session.scalars(select(Person).where(Person.active)).first()
        assert owed is not None
        assert person is not None
        return PATH + link_token(SECRET.encode(), owed, person, civil_date(NOW))


def answers(site: Site) -> list[AnswerKind]:
    with reading(site.url) as session:
        return list(session.scalars(select(ObligationAnswer.kind)))


def test_looking_answers_nothing_and_the_button_does(signing_site: Site, address: str) -> None:
    before = answers(signing_site)
    with signing_site.client() as reader:
        page = reader.get(address)
        assert page.status_code == 200
        assert page.text.count('name="do"') == 2
        assert answers(signing_site) == before

        done = reader.post(address, data={"do": "take_care", "token": token_in(page.text)})
    assert done.status_code == 200
    assert "Les rappels sont suspendus jusqu’au" in done.text
    assert answers(signing_site) == [*before, AnswerKind.TAKEN_CARE_OF]


def test_what_is_wrong_is_said_and_changes_nothing(signing_site: Site, address: str) -> None:
    before = answers(signing_site)
    with signing_site.client() as reader:
        form = {"do": "ask_delay", "token": token_in(reader.get(address).text)}
        for wanted, reason in (("bientôt", "Salle fermée"), ("2022-01-02", ""), ("1990-01-01", "")):
            answer = reader.post(address, data=form | {"wanted": wanted, "reason": reason})
            assert answer.status_code == 400
            assert ('id="wanted-1-error"' in answer.text) == (wanted != "2022-01-02")
            assert ('id="reason-1-error"' in answer.text) == (not reason)
            assert f'value="{wanted}"' in answer.text
            assert f"{reason}</textarea>" in answer.text
        assert reader.get(f"{address[:-3]}aaa").status_code == 404
        assert reader.post(f"{address}a", data=form | {"do": "take_care"}).status_code == 404
    assert answers(signing_site) == before
