"""A link in a reminder answers for one reader, one duty, one date, one month, and nothing else."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import JournalEntry, Message, Obligation, ObligationAnswer, Person
from models.errors import BadInput, NotFound
from models.session import engine_for, transaction
from models.vocabulary import AnswerKind
from notifications.posting import Posting
from notifications.sender import current_sender
from notifications.tokens import read_answer, unsubscribe_token
from tests.workflows.season import open_season
from workflows.actors import OPERATOR
from workflows.acts import extend
from workflows.answer_links import answer_by_link, link_token, open_link
from workflows.desk import Desk
from workflows.queries import get_application
from workflows.simulation import PEOPLE_AT, at
from workflows.sweeps import compose_digests

SECRET, TODAY = b"a secret of this installation", date(2021, 10, 8)
NOW = at(TODAY, PEOPLE_AT)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    url = open_season(tmp_path)
    with transaction(url) as opened:
        yield opened
    engine_for(url).dispose()


def token(session: Session, key: str, address: str) -> str:
    obligation = session.scalars(select(Obligation).where(Obligation.key == key)).one()
    person = session.scalars(select(Person).where(Person.email == address)).one()
    return link_token(SECRET, obligation, person, TODAY)


def grantees(session: Session) -> str:
    return token(session, "CV112-2021-0001:interim_report", "contact0@porteur.example")


def said(session: Session) -> list[AnswerKind]:
    return list(session.scalars(select(ObligationAnswer.kind).order_by(ObligationAnswer.id)))


def test_looking_changes_nothing_and_the_button_answers(session: Session) -> None:
    link = grantees(session)
    before = session.scalar(select(func.count()).select_from(JournalEntry))

    opened = open_link(session, SECRET, link, NOW)
    assert opened.obligation.key == "CV112-2021-0001:interim_report"
    assert said(session) == []
    assert session.scalar(select(func.count()).select_from(JournalEntry)) == before

    assert answer_by_link(session, SECRET, link, NOW) == TODAY + timedelta(days=7)
    assert said(session) == [AnswerKind.TAKEN_CARE_OF]
    entry = session.scalars(select(JournalEntry).order_by(JournalEntry.id.desc())).first()
    assert entry is not None
    assert entry.actor_id == opened.person.id


def test_more_time_is_asked_from_the_mail_with_its_reason(session: Session) -> None:
    with pytest.raises(BadInput):
        answer_by_link(session, SECRET, grantees(session), NOW, wanted=date(2021, 11, 10))
    answer_by_link(
        session, SECRET, grantees(session), NOW, wanted=date(2021, 11, 10), reason="Congés"
    )
    assert said(session) == [AnswerKind.DELAY_ASKED]


def test_a_contact_of_a_pilot_answers_without_any_role(session: Session) -> None:
    link = token(session, "CV112-2021-0005:pilot_opinion", "suivi2@pilote.example")
    answer_by_link(session, SECRET, link, NOW)
    assert said(session) == [AnswerKind.TAKEN_CARE_OF]


@pytest.mark.parametrize("days", [0, 30, 31])
def test_a_link_serves_for_a_month(session: Session, days: int) -> None:
    link = grantees(session)
    assert (read_answer(SECRET, link, TODAY + timedelta(days=days)) is None) is (days > 30)


def test_a_link_of_a_date_that_has_moved_no_longer_serves(session: Session) -> None:
    link = grantees(session)
    application = get_application(session, "CV112-2021-0001")
    owed = session.scalars(
        select(Obligation).where(Obligation.key == "CV112-2021-0001:interim_report")
    ).one()
    extend(Desk.at(session, OPERATOR, NOW), application, owed, date(2021, 12, 1), "Accordé")

    with pytest.raises(NotFound, match="Ce lien ne sert plus"):
        open_link(session, SECRET, link, NOW)


def test_a_link_that_was_tampered_with_opens_nothing(session: Session) -> None:
    link = grantees(session)
    payload, _dot, signature = link.rpartition(".")
    other = payload.replace(payload.split(".")[0], "2", 1)
    for wrong in (
        f"{other}.{signature}", f"{payload}.{signature[:-2]}aa", "", "…", payload, f"{link}a",
        unsubscribe_token(SECRET, 1, "call_open"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            open_link(session, SECRET, wrong, NOW)
    with pytest.raises(NotFound):
        open_link(session, b"another secret", link, NOW)


def test_whoever_was_deactivated_answers_no_more(session: Session) -> None:
    link = grantees(session)
    session.scalars(
        select(Person).where(Person.email == "contact0@porteur.example")
    ).one().active = False
    session.flush()
    with pytest.raises(NotFound):
        open_link(session, SECRET, link, NOW)


def test_a_digest_carries_the_link_of_what_its_reader_owes_once_it_can_be_signed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = open_season(tmp_path)
    soon = date(2021, 3, 26)
    monkeypatch.setattr(
        "workflows.digest_mail.current_posting",
        lambda: Posting(current_sender(), "https://jalon.example", SECRET),
    )
    compose_digests(at(soon, PEOPLE_AT), url=url)
    with transaction(url) as session:
        query = select(Message).where(Message.key.like(f"digest:{soon}:%"))
        told = {
            mail.recipient: [item["answer"] for item in mail.facts["context"]["soon"]]
            for mail in session.scalars(query)
        }
        [link] = told["contact2@porteur.example"]
        token = link.removeprefix("https://jalon.example/repondre/")
        opened = open_link(session, SECRET, token, at(soon, PEOPLE_AT))
        assert opened.obligation.key == "CV112-2021-0010:missing_piece:1"
        assert opened.person.email == "contact2@porteur.example"
    assert {one for who, links in told.items() if "porteur" not in who for one in links} <= {""}
    engine_for(url).dispose()
