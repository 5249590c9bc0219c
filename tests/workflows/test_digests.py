"""One digest a person and day: composed once, true when it leaves, never lost for want of an address."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from config.vocabulary import Duty
from models import (
    Application,
    Contact,
    FichePilot,
    Message,
    Obligation,
    Organisation,
    Person,
    ReminderStep,
    RoleGrant,
)
from models.errors import Conflict
from models.session import engine_for, reading, transaction
from models.vocabulary import MessageStatus, ReportKind, Role, StepFate
from notifications.catcher import Catcher
from tests.workflows.season import MANAGERS, READY, open_season, person, play
from workflows.actors import OPERATOR
from workflows.acts import extend, receive_piece
from workflows.desk import Desk
from workflows.digests import Composed
from workflows.grants import receive_report
from workflows.queries import get_application
from workflows.reminder_book import obligations_in_full
from workflows.simulation import PEOPLE_AT, SWEEP_AT, at
from workflows.sweeps import compose_digests, deliver_mail

PIECE_SOON = date(2021, 3, 26)  # a week before the missing piece is due
PIECE_REF, PIECE = "CV112-2021-0010", "Comptes approuvés"
GRANTEE = "contact2@porteur.example"


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    found = open_season(tmp_path)
    yield found
    engine_for(found).dispose()


def compose(url: str, day: date) -> Composed:
    return compose_digests(at(day, SWEEP_AT), url=url)


def digests(url: str, day: date | None = None) -> dict[str, Message]:
    """The digests of a day (of all days without one), by recipient."""
    like = f"digest:{day or ''}%"
    with reading(url) as session:
        found = session.scalars(select(Message).where(Message.key.like(like))).all()
        session.expunge_all()
    return {message.recipient: message for message in found}


def text_of(message: Message) -> str:
    body = message_from_bytes(message.content, policy=default).get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def steps(url: str, key: str) -> dict[int, StepFate]:
    with reading(url) as session:
        rows = session.execute(
            select(ReminderStep.rung, ReminderStep.fate)
            .join(Obligation, Obligation.id == ReminderStep.obligation_id)
            .where(Obligation.key == key)
        )
        return dict(rows.all())


def change(url: str, work: Callable[[Session], object]) -> None:
    with transaction(url) as session:
        work(session)


def deactivate(url: str, *addresses: str) -> None:
    change(url, lambda s: s.execute(
        update(Person).where(Person.email.in_(addresses)).values(active=False)))  # fmt: skip


def desk(session: Session, day: date) -> Desk:
    return Desk.at(session, OPERATOR, at(day, PEOPLE_AT))


def test_each_person_gets_one_digest_with_everything_in_it(url: str) -> None:
    composed = compose(url, READY)

    found = digests(url, READY)
    assert composed == Composed(digests=len(found), reminders=4, rungs_not_sent=14)
    assert {*MANAGERS} < set(found)
    claire = found[MANAGERS[0]]
    assert claire.facts["keys"] == [
        "CV112-2021-0006:eligibility_check",
        "CV112-2021-0008:eligibility_check",
        "CV112-2021-0005:pilot_opinion",
        "CV112-2021-0007:pilot_opinion",
    ]
    for number in (5, 6, 7, 8):
        assert f"CV112-2021-000{number}" in text_of(claire)


def test_the_same_day_again_owes_nothing_and_the_next_day_only_what_is_new(url: str) -> None:
    compose(url, READY)
    before = digests(url)

    assert compose(url, READY) == Composed(0, 0, 0)
    assert compose_digests(at(READY, PEOPLE_AT), url=url) == Composed(0, 0, 0)
    assert compose(url, READY + timedelta(days=1)) == Composed(0, 0, 0)
    assert digests(url).keys() == before.keys()
    assert compose(url, PIECE_SOON) == Composed(1, 1, 0)
    assert set(digests(url, PIECE_SOON)) == {GRANTEE}


def test_two_composers_at_once_owe_each_digest_once(database_url: str) -> None:
    play(database_url)
    days = [READY, PIECE_SOON, date(2021, 4, 1), date(2021, 4, 5), date(2021, 9, 15)]

    for day in days:
        start = Barrier(2)

        def one(day: date = day, start: Barrier = start) -> Composed | Conflict:
            start.wait()
            try:
                return compose(database_url, day)
            except Conflict as conflict:
                return conflict

        with ThreadPoolExecutor(2) as pool:
            results = [future.result() for future in [pool.submit(one), pool.submit(one)]]

        assert Composed(0, 0, 0) in results, "one of them found nothing to do"
        assert len(digests(database_url, day)) == sum(
            result.digests for result in results if isinstance(result, Composed)
        )
        assert digests(database_url, day), "there was something to do"


@pytest.mark.slow
def test_what_is_met_before_the_mail_leaves_is_not_asked_for(url: str, tmp_path: Path) -> None:
    compose(url, PIECE_SOON)
    assert text_of(digests(url, PIECE_SOON)[GRANTEE]).count(PIECE) == 1

    with transaction(url) as session:
        receive_piece(desk(session, PIECE_SOON), get_application(session, PIECE_REF), PIECE)
    with Catcher(tmp_path / "mail") as catcher:
        report = deliver_mail(catcher.relay, lambda: at(PIECE_SOON, PEOPLE_AT), url=url)

    mail = digests(url, PIECE_SOON)[GRANTEE]
    assert (mail.status, mail.outcome) == (MessageStatus.CANCELLED, "plus rien n’est attendu")
    void = [m for m in digests(url, PIECE_SOON).values() if m.status is MessageStatus.CANCELLED]
    assert [m.id for m in void] == [mail.id]
    assert report.cancelled > len(void), "and the mail that first asked for the piece"
    assert catcher.by_template["reminder_digest"] == len(digests(url, PIECE_SOON)) - 1


@pytest.mark.slow
def test_a_digest_of_which_something_is_still_owed_leaves(url: str, tmp_path: Path) -> None:
    day = date(2021, 9, 15)
    compose(url, day)
    assert len(digests(url, day)["contact1@porteur.example"].facts["keys"]) == 2

    with transaction(url) as session:
        application = get_application(session, "CV112-2021-0002")
        receive_report(desk(session, day), application, ReportKind.INTERIM)
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: at(day, PEOPLE_AT), url=url)

    assert digests(url, day)["contact1@porteur.example"].status is MessageStatus.SENT


@pytest.mark.slow
def test_managers_stand_in_for_whom_nobody_can_write_to_and_the_mail_says_so(url: str) -> None:
    deactivate(url, GRANTEE)

    compose(url, PIECE_SOON)

    found = digests(url, PIECE_SOON)
    assert set(found) == {*MANAGERS, "suivi2@pilote.example", "direction2@pilote.example"}
    for address in MANAGERS:
        assert "à la place de son destinataire (Association n° 2)" in text_of(found[address])
    assert "à la place de" not in text_of(found["suivi2@pilote.example"])


def test_the_one_stood_in_for_is_named_the_pilot_when_the_pilot_is_out_of_reach(url: str) -> None:
    compose(url, READY)
    day = date(2021, 4, 5)  # three days late: the grantee, and the pilot of the fiche
    deactivate(url, "suivi2@pilote.example", "direction2@pilote.example")

    compose(url, day)

    found = digests(url, day)
    assert set(found) == {GRANTEE, *MANAGERS}
    assert "à la place de" not in text_of(found[GRANTEE])
    assert "à la place de son destinataire (État)" in text_of(found[MANAGERS[0]])


def test_administrators_read_it_when_there_is_no_manager_and_the_mailbox_when_nobody(
    url: str,
) -> None:
    deactivate(url, GRANTEE, *MANAGERS)
    change(url, lambda s: s.add(
        RoleGrant(person_id=person(s, "admin@contrat.example").id, role=Role.ADMINISTRATOR)))  # fmt: skip
    compose(url, READY)
    assert "admin@contrat.example" in digests(url, READY)

    deactivate(url, "admin@contrat.example")
    compose(url, PIECE_SOON)

    [(address, mail)] = digests(url, PIECE_SOON).items()
    assert (address, mail.key) == ("jalon@example.org", f"digest:{PIECE_SOON}:0")
    assert "à la place de son destinataire (Association n° 2)" in text_of(mail)


def test_another_contact_of_the_organisation_reads_it_before_any_manager(url: str) -> None:
    deactivate(url, GRANTEE)
    with transaction(url) as session:
        application = get_application(session, PIECE_REF)
        other = person(session, "tresorier@porteur.example")
        session.add(Contact(organisation_id=application.applicant_id, person_id=other.id))

    compose(url, READY)
    compose(url, PIECE_SOON)

    assert set(digests(url, PIECE_SOON)) == {"tresorier@porteur.example"}


def test_a_paused_obligation_is_silent_and_starts_again_with_its_new_date(url: str) -> None:
    key = f"{PIECE_REF}:eligibility_check"
    compose(url, READY)
    assert steps(url, key) == {}

    with transaction(url) as session:
        receive_piece(desk(session, PIECE_SOON), get_application(session, PIECE_REF), PIECE)
    compose(url, PIECE_SOON + timedelta(days=1))

    assert steps(url, key)[15] is StepFate.SENT, "it was late already, and is still"
    found = digests(url, PIECE_SOON + timedelta(days=1))
    assert key in found[MANAGERS[0]].facts["keys"]


def test_a_later_date_starts_the_ladder_again(url: str) -> None:
    key = f"{PIECE_REF}:missing_piece:1"
    for number in range(17):
        compose(url, READY + timedelta(days=number))
    assert steps(url, key) == {-7: StepFate.SENT, -1: StepFate.SENT, 3: StepFate.SENT}
    moved_on, new_date = date(2021, 4, 6), date(2021, 5, 4)

    with transaction(url) as session:
        owed = session.scalars(select(Obligation).where(Obligation.key == key)).one()
        application = get_application(session, PIECE_REF)
        extend(desk(session, moved_on), application, owed, new_date, "Assemblée reportée")
    told = []
    for number in range(40):
        day = moved_on + timedelta(days=number)
        compose(url, day)
        if GRANTEE in digests(url, day):
            told.append((new_date - day).days)

    assert told == [7, 1, -3]
    assert "interrompu" not in text_of(digests(url, new_date - timedelta(days=7))[GRANTEE])


def test_a_date_moved_close_is_told_by_its_own_mail_and_reminded_a_few_days_after(url: str) -> None:
    with transaction(url) as session:
        owed = session.scalars(
            select(Obligation).where(Obligation.key == f"{PIECE_REF}:missing_piece:1")
        ).one()
        application = get_application(session, PIECE_REF)
        extend(desk(session, READY), application, owed, date(2021, 4, 6), "Quelques jours")
        extend(desk(session, date(2021, 3, 31)), application, owed, date(2021, 4, 7), "Encore un")

    compose(url, date(2021, 4, 1))
    assert GRANTEE not in digests(url, date(2021, 4, 1))

    compose(url, date(2021, 4, 5))

    mail = text_of(digests(url, date(2021, 4, 5))[GRANTEE])
    assert "7 avril 2021" in mail
    assert "interrompu" not in mail


def test_after_an_interruption_the_mail_says_that_it_stands_for_those_that_did_not_leave(
    url: str,
) -> None:
    compose(url, READY)
    compose(url, PIECE_SOON + timedelta(days=3))

    assert "Le service de rappel a été interrompu" in text_of(
        digests(url, PIECE_SOON + timedelta(days=3))[GRANTEE]
    )


def test_what_falls_due_after_todays_digest_is_kept_for_tomorrows(url: str) -> None:
    day = date(2021, 4, 1)
    compose(url, day)
    assert GRANTEE in digests(url, day)
    key = "CV112-2021-0003:interim_report"  # the same grantee's
    with transaction(url) as session:
        session.execute(
            update(Obligation)
            .where(Obligation.key == key)
            .values(nominal_on=day + timedelta(days=7), effective_on=day + timedelta(days=7))
        )

    assert compose_digests(at(day, PEOPLE_AT), url=url) == Composed(0, 0, 0)
    assert steps(url, key) == {}
    compose(url, day + timedelta(days=1))

    assert key in digests(url, day + timedelta(days=1))[GRANTEE].facts["keys"]
    assert steps(url, key)[-7] is StepFate.SENT


@pytest.mark.slow
def test_somebody_deactivated_after_composing_gets_nothing(url: str, tmp_path: Path) -> None:
    compose(url, PIECE_SOON)
    deactivate(url, GRANTEE)
    with Catcher(tmp_path / "mail") as catcher:
        deliver_mail(catcher.relay, lambda: at(PIECE_SOON, PEOPLE_AT), url=url)

    mail = digests(url, PIECE_SOON)[GRANTEE]
    assert (mail.status, mail.outcome) == (MessageStatus.CANCELLED, "destinataire désactivé")


@pytest.mark.slow
def test_every_duty_of_the_season_is_reminded_of_some_day(url: str) -> None:
    for number in range(500):
        compose(url, READY + timedelta(days=number))

    with reading(url) as session:
        reminded = set(
            session.scalars(
                select(Obligation.duty).join(ReminderStep).where(ReminderStep.fate == StepFate.SENT)
            )
        )
    assert reminded == {
        Duty.ELIGIBILITY_CHECK,
        Duty.PILOT_OPINION,
        Duty.MISSING_PIECE,
        Duty.AGREEMENT,
        Duty.INTERIM_REPORT,
        Duty.FINAL_REPORT,
    }


def test_a_grantee_answers_to_the_one_pilot_of_all_that_is_recalled(url: str) -> None:
    """Whoever owes things to several pilots, and whoever is reminded with others, to the team."""
    compose(url, PIECE_SOON)
    change(url, lambda s: s.execute(update(Application).values(
        contact_id=select(Person.id).where(Person.email == GRANTEE).scalar_subquery())))  # fmt: skip
    other = select(FichePilot.fiche_id).join(Organisation).where(Organisation.name == "CAF")
    change(url, lambda s: s.execute(update(Application).where(
        Application.reference == "CV112-2021-0001").values(
        fiche_id=other.where(FichePilot.position == 1).limit(1).scalar_subquery())))  # fmt: skip
    compose(url, date(2021, 9, 15))
    found: set[tuple[str, int]] = set()
    with reading(url) as session:
        for mail in session.scalars(select(Message).where(Message.key.like("digest:%"))):
            owed = obligations_in_full(session, mail.facts["obligations"])
            leads = {o.application.fiche.pilots[0].organisation.name for o in owed}
            theirs = mail.recipient.endswith("@porteur.example")
            assert bool(mail.answers_to) == (theirs and len(leads) == 1), mail.key
            assert not mail.answers_to or mail.answers_to.endswith(f"({leads.pop()})")
            found.add((mail.recipient.partition("@")[2], bool(mail.answers_to)))
    readers = (("porteur.example", True), ("porteur.example", False), ("pilote.example", False))
    assert found >= set(readers)
