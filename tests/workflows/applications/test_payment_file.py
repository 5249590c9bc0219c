"""A file of payments: taken whole or not at all, each wrong cell named, never noted twice."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from models import Application, Message, Payment
from models.errors import BadInput, Refused
from models.vocabulary import PaymentKind, Role, State
from tests.workflows.applications.files import write_csv, write_xlsx
from tests.workflows.world import World, day
from workflows.actors import OPERATOR, Actor
from workflows.applications.payment_file import PaymentsBrought, import_payments

NOW = day(2021, 6, 1)


def line(application: Application, **changes: Any) -> dict[str, Any]:
    """One sound payment; `changes` are by title, with `_` for a space."""
    return {
        "dossier": application.reference,
        "financeur": "Etat",
        "nature": "",
        "montant versé": "3 000,50 €",
        "versé le": "20/05/2021",
        "mandat": "M1",
    } | {title.replace("_", " "): value for title, value in changes.items()}


def bring(world: World, path: Path, **options: Any) -> PaymentsBrought:
    values: dict[str, Any] = {"actor": OPERATOR, "now": NOW} | options
    return import_payments(world.session, path, world.call.contract_id, **values)


def payments(world: World) -> list[Payment]:
    return list(world.session.scalars(select(Payment).order_by(Payment.id)))


def test_a_file_is_noted_once_and_nobody_is_written_to(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    lines = [
        line(application, nature="Avance"),
        line(application, mandat="M2", montant_versé="4999.50", versé_le="01/06/2021"),
        line(application, financeur="Ville", montant_versé=1000),
    ]
    mail = world.session.scalar(select(func.count()).select_from(Message))
    for path in (write_csv(tmp_path / "p.csv", lines), write_xlsx(tmp_path / "p.xlsx", lines)):
        first = not payments(world)
        told = bring(world, path)
        assert (told.recorded, told.unchanged) == ((3, 0) if first else (0, 3))
    assert [(p.kind, p.amount, p.paid_on) for p in payments(world)] == [
        (PaymentKind.ADVANCE, Decimal("3000.50"), date(2021, 5, 20)),
        (PaymentKind.BALANCE, Decimal("4999.50"), date(2021, 6, 1)),
        (PaymentKind.INSTALMENT, Decimal(1000), date(2021, 5, 20)),
    ]
    assert world.session.scalar(select(func.count()).select_from(Message)) == mail


def test_applicants_are_told_when_it_is_asked_for(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    bring(world, write_csv(tmp_path / "p.csv", [line(application)]), notify=True)
    told = select(Message.template).where(Message.template == "payment_made")
    assert len(world.session.scalars(told).all()) == 1


@pytest.mark.parametrize(
    ("changes", "column", "sentence"),
    [
        ({"dossier": "CV112-2021-9999"}, "dossier", "aucun dossier ne porte la référence"),
        ({"financeur": "Mairie"}, "financeur", "n’est pas un organisme du contrat"),
        ({"financeur": "CAF"}, "financeur", "« CAF » n’est pas sollicité sur ce dossier"),
        ({"montant_versé": "beaucoup"}, "montant versé", "n’est pas un montant"),
        ({"montant_versé": "8000,01"}, "montant versé", "il en reste 8"),
        ({"montant_versé": ""}, "montant versé", "cellule vide"),
        ({"versé_le": "02/06/2021"}, "versé le", "à aujourd’hui (01/06/2021)"),
        ({"mandat": ""}, "mandat", "cellule vide"),
        ({"nature": "don"}, "nature", "avance, acompte, solde, reversement, ou rien"),
        ({"nature": "reversement"}, "montant versé", "a versé 0"),
    ],
)
def test_a_wrong_cell_is_named_and_the_caller_keeps_nothing(
    world: World, tmp_path: Path, changes: dict[str, Any], column: str, sentence: str
) -> None:
    application = world.brought_to(State.FUNDED)
    good = line(application, financeur="Ville", mandat="M0", montant_versé=10)
    path = write_csv(tmp_path / "p.csv", [good, line(application, **changes)])
    with pytest.raises(BadInput) as refused:
        bring(world, path)
    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (3, column)
    assert sentence in problem.text


def test_the_amounts_of_a_file_add_up(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    lines = [line(application, mandat=f"M{n}", montant_versé=3000) for n in range(3)]
    with pytest.raises(BadInput) as refused:
        bring(world, write_csv(tmp_path / "p.csv", lines))
    assert [problem.line for problem in refused.value.problems] == [4]


def test_a_known_reference_with_another_amount_is_a_fault(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    bring(world, write_csv(tmp_path / "p.csv", [line(application)]))
    path = write_csv(tmp_path / "q.csv", [line(application, montant_versé=1)])
    with pytest.raises(BadInput, match="est déjà celle d’un versement de 3"):
        bring(world, path)


def test_another_kind_of_file_is_refused_by_its_titles(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    strange = line(application) | {"banque": "x"}
    with pytest.raises(BadInput, match="colonne inconnue"):
        bring(world, write_csv(tmp_path / "p.csv", [strange]))
    short = line(application)
    del short["mandat"]
    with pytest.raises(BadInput, match="colonne manquante"):
        bring(world, write_csv(tmp_path / "q.csv", [short]))


def test_who_may_not_import_is_refused(world: World, tmp_path: Path) -> None:
    application = world.brought_to(State.FUNDED)
    path = write_csv(tmp_path / "p.csv", [line(application)])
    with pytest.raises(Refused, match="réservé aux responsables"):
        bring(world, path, actor=Actor(((Role.READER, None),)))
