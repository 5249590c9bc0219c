"""What funders pay: within what was voted, once, dated; given back; undone and never erased."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DatabaseError, IntegrityError

from config.vocabulary import Duty
from models import Application, FunderLine, FunderTally, JournalEntry, Payment
from models.errors import BadInput, Refused
from models.vocabulary import Act, ObligationStatus, PaymentKind, Role, State, Trigger
from tests.workflows.test_obligations import of
from tests.workflows.world import ENDED, REVIEWED, SESSION, World, award, day
from workflows.actors import OPERATOR, Actor
from workflows.payment_rules import PaymentSaid, usual_kind
from workflows.payments import (
    cancel_payment,
    find_payment,
    record_payment,
    repay_all,
    standing,
)

PAID = day(2021, 5, 3)
MANDATE = "Mandat 2021-1204"


def said(amount: int | str, **changes: Any) -> PaymentSaid:
    values: dict[str, Any] = {
        "kind": PaymentKind.ADVANCE,
        "amount": Decimal(amount),
        "reference": MANDATE,
        "paid_on": date(2021, 5, 3),
    }
    return PaymentSaid(**(values | changes))


def pay(world: World, application: Application, amount: int | str, **changes: Any) -> Payment:
    """A payment on the first line, of État, which voted 8000."""
    actor, now = changes.pop("actor", OPERATOR), changes.pop("now", PAID)
    line = application.lines[changes.pop("line", 0)]
    return record_payment(world.desk(now, actor), application, line, said(amount, **changes))


def test_several_payments_make_up_what_was_voted_to_the_cent(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    pay(world, application, "2000.01", reference="M1")
    pay(world, application, 3000, kind=PaymentKind.INSTALMENT, reference="M2")
    line = application.lines[0]
    assert usual_kind(line, Decimal("2999.99")) is PaymentKind.BALANCE
    assert usual_kind(line, Decimal(2999)) is PaymentKind.INSTALMENT

    pay(world, application, "2999.99", kind=PaymentKind.BALANCE, reference="M3")

    again = world.again(application)
    assert [line.paid for line in again.lines] == [Decimal(8000), Decimal(0)]
    assert (again.paid, again.repaid) == (Decimal(8000), Decimal(0))
    kept = again.lines[0].payments
    assert [p.amount for p in kept] == [Decimal("2000.01"), Decimal(3000), Decimal("2999.99")]
    tallied = world.session.execute(
        select(func.sum(FunderTally.voted), func.sum(FunderTally.paid)).where(
            FunderTally.funder_id == again.lines[0].funder_id
        )
    ).one()
    assert tuple(tallied) == (Decimal(8000), Decimal(8000))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"amount": 0}, "plus grand que zéro"),
        ({"amount": -5}, "plus grand que zéro"),
        ({"amount": "10.005"}, "au centime près"),
        ({"amount": "8000.01"}, "« État » a accordé 8\u202f000\u00a0€ et en a versé 0\u00a0€ : il en reste 8"),
        ({"paid_on": date(2021, 3, 17)}, "va de la décision (18/03/2021) à aujourd’hui (03/05/2021)"),
        ({"paid_on": date(2021, 5, 4)}, "à aujourd’hui (03/05/2021)"),
        ({"reference": "  "}, "Un versement a une référence"),
        ({"reference": "x" * 101}, "100 caractères au plus"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_kept(
    world: World, changes: dict[str, Any], sentence: str
) -> None:
    application = world.brought_to(State.FUNDED)
    values = {"amount": 100} | changes

    with pytest.raises(BadInput) as refused:
        pay(world, application, **values)

    assert sentence in str(refused.value)
    assert world.session.scalars(select(Payment)).all() == []


def test_every_fault_is_told_at_once_and_the_last_day_and_cent_are_good(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    with pytest.raises(BadInput) as refused:
        pay(world, application, 9000, reference="", paid_on=date(2021, 1, 1))
    assert len(refused.value.problems) == 3

    pay(world, application, 8000, paid_on=SESSION)


def test_a_reference_serves_once_on_a_line(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 1000)
    with pytest.raises(
        BadInput, match="déjà celle d’un versement de 1\u202f000\u00a0€ du 03/05/2021"
    ):
        pay(world, application, 2000)
    pay(world, application, 1000, line=1)

    cancel_payment(world.desk(PAID), application, application.lines[0], paid, "Erreur de saisie")
    pay(world, application, 2000)
    assert application.lines[0].paid == Decimal(2000)


def test_nothing_is_paid_before_the_vote_nor_on_a_refused_line(world: World) -> None:
    application = world.brought_to(State.COMMITTEE)
    with pytest.raises(BadInput, match="n’a rien accordé"):
        pay(world, application, 100)
    award(world, application, 8000, 0)
    with pytest.raises(BadInput, match="« Ville » n’a rien accordé"):
        pay(world, application, 100, line=1)


def test_a_balance_is_paid_after_the_closing(world: World) -> None:
    application = world.brought_to(State.CLOSED)
    pay(world, application, 8000, kind=PaymentKind.BALANCE, now=REVIEWED)
    assert application.paid == Decimal(8000)


def test_a_funder_pays_its_own_line_and_no_other(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    funder = Actor(((Role.FUNDER, application.lines[0].funder_id),))

    pay(world, application, 100, actor=funder)

    with pytest.raises(Refused, match="C’est réservé à"):
        pay(world, application, 100, actor=funder, line=1)
    for actor in (world.pilot_actor(application), world.actors(application)[Role.GRANTEE]):
        with pytest.raises(Refused, match="C’est réservé à"):
            pay(world, application, 100, actor=actor, reference="autre")


def test_an_undone_payment_stays_with_the_entry_that_undoes_it(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    line = application.lines[0]
    paid = pay(world, application, 5000)
    with pytest.raises(BadInput, match="il faut un motif"):
        cancel_payment(world.desk(PAID), application, line, paid, " ")

    cancel_payment(world.desk(PAID), application, line, paid, "Mauvais dossier")

    kept = line.payments
    assert [(p.amount, p.cancels_id) for p in kept] == [
        (Decimal(5000), None),
        (Decimal(-5000), paid.id),
    ]
    assert (line.paid, standing(kept)) == (Decimal(0), [])
    with pytest.raises(BadInput, match="déjà annulé"):
        cancel_payment(world.desk(PAID), application, line, paid, "Encore")
    acts = world.session.scalars(
        select(JournalEntry.action).where(JournalEntry.application_id == application.id)
    ).all()
    assert acts[-2:] == [Act.RECORD_PAYMENT, Act.CANCEL_PAYMENT]


def not_carried_out(world: World, application: Application, to_repay: int) -> None:
    world.fire(
        application,
        Trigger.DECLARE_NOT_CARRIED_OUT,
        ENDED,
        reason="Locaux fermés",
        to_repay=Decimal(to_repay),
    )


def status(world: World, application: Application) -> ObligationStatus:
    return of(world, application, Duty.REPAYMENT).status


def test_what_was_paid_is_given_back_until_nothing_is_owed(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    pay(world, application, 5000)
    with pytest.raises(Refused, match="entre 0 et ce qui a été versé"):
        not_carried_out(world, application, 5001)
    not_carried_out(world, application, 5000)
    back = {"kind": PaymentKind.REPAYMENT, "now": ENDED, "paid_on": ENDED.date()}
    with pytest.raises(BadInput, match="plus rien n’est à verser"):
        pay(world, application, 100, now=ENDED, reference="M2")
    with pytest.raises(BadInput, match="dites à quel financeur"):
        repay_all(world.desk(ENDED), application)

    pay(world, application, 2000, reference="T1", **back)
    assert status(world, application) is ObligationStatus.OPEN
    with pytest.raises(BadInput, match="il en reste 3\u202f000\u00a0€ à rendre au plus"):
        pay(world, application, "3000.01", reference="T2", **back)
    last = pay(world, application, 3000, reference="T2", **back)
    assert status(world, application) is ObligationStatus.MET
    assert application.lines[0].repaid == Decimal(5000)

    cancel_payment(world.desk(ENDED), application, application.lines[0], last, "Titre annulé")
    assert status(world, application) is ObligationStatus.OPEN


def test_what_was_given_back_is_not_undone_by_the_payment_before_it(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 5000)
    not_carried_out(world, application, 5000)
    back = said(5000, kind=PaymentKind.REPAYMENT, reference="T1", paid_on=ENDED.date())
    record_payment(world.desk(ENDED), application, application.lines[0], back)
    with pytest.raises(BadInput, match="annulez d’abord le reversement"):
        cancel_payment(world.desk(ENDED), application, application.lines[0], paid, "Erreur")


def test_the_award_is_not_corrected_over_payments(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 5000)
    with pytest.raises(Refused, match="annulez-les avant de revenir sur l’attribution"):
        world.fire(application, Trigger.CORRECT, PAID, reason="Erreur")

    cancel_payment(world.desk(PAID), application, application.lines[0], paid, "Erreur")
    world.fire(application, Trigger.CORRECT, PAID, reason="Erreur")
    assert application.state is State.COMMITTEE


def test_a_later_step_is_corrected_and_payments_stay(world: World) -> None:
    application = world.brought_to(State.REPORTING)
    pay(world, application, 5000, now=ENDED)
    world.fire(application, Trigger.CORRECT, ENDED, reason="Erreur")
    assert (application.state, application.paid) == (State.FUNDED, Decimal(5000))


def test_a_payment_is_found_by_its_reference(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 1000)
    known = application.lines[0].payments
    assert find_payment(known, f" {MANDATE} ") is paid
    with pytest.raises(Exception, match=f"versements notés : {MANDATE}"):
        find_payment(known, "M9")


def test_the_database_itself_refuses(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    paid = pay(world, application, 8000)
    line, number = application.lines[0].id, paid.id
    world.session.commit()
    refused = [
        update(FunderLine).where(FunderLine.id == line).values(paid=Decimal("8000.01")),
        update(FunderLine).where(FunderLine.id == line).values(paid=Decimal(-1)),
        update(FunderLine).where(FunderLine.id == line).values(repaid=Decimal("8000.01")),
        update(Payment).where(Payment.id == number).values(amount=Decimal(1)),
        delete(Payment).where(Payment.id == number),
    ]
    for statement in refused:
        with pytest.raises((IntegrityError, DatabaseError)):
            world.session.execute(statement)
        world.session.rollback()
