"""Files of our own columns: brought in whole, or not at all and with every reason."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from models import Application, FunderLine, JournalEntry, Message, Obligation, Organisation, Person
from models.errors import Refused
from models.session import transaction
from models.vocabulary import Role, State
from tests.workflows.applications.files import NOW, line, write_csv, write_xlsx
from tests.workflows.applications.intake import bring_in, count, problems, stored
from tests.workflows.world import World, fill
from workflows.actors import IMPORT, Actor
from workflows.applications.importing import import_applications
from workflows.audit import verify
from workflows.queries import get_call, get_contract


def test_a_line_becomes_a_submitted_application(world: World, tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [line(QPV="QP034005;QP034006", commentaire="droit commun")]
    )
    report = bring_in(world, path)
    application = stored(world, "EXT-1")
    assert (report.created, report.lines, report.warnings) == (1, 1, ())
    assert application.reference == "CV112-2021-0001"
    assert application.state is State.SUBMITTED
    assert application.received_at == datetime(2020, 12, 10, 11, tzinfo=UTC)
    assert (application.starts_on, application.ends_on) == (date(2021, 2, 1), date(2021, 11, 30))
    assert application.financial_year_ends_on == date(2021, 12, 31)
    assert (application.charges, application.requested) == (Decimal(10000), Decimal(3000))
    assert application.applicant.siret == "73282932000074"
    assert application.contact is not None
    assert application.contact.email == "ines@porteur.example"
    assert [qpv.code for qpv in application.qpvs] == ["QP034005", "QP034006"]
    (asked,) = application.lines
    assert (asked.funder.name, asked.asked, asked.comment) == (
        "Ville",
        Decimal(3000),
        "droit commun",
    )
    assert [o.duty for o in world.session.scalars(select(Obligation))] == ["eligibility_check"]
    assert list(verify(world.session, world.call.contract)) == []


def test_lines_of_one_reference_are_one_application(world: World, tmp_path: Path) -> None:
    blank = dict.fromkeys(line(), "")
    path = write_csv(
        tmp_path / "a.csv",
        [
            line(1),
            line(2, SIRET="35600000049837", porteur="La Poste"),
            blank | {"référence": "EXT-1", "financeur": "3M", "montant demandé": "1500,50"},
            line(1, financeur="Etat", montant_demandé="0", charges="10000"),
        ],
    )
    report = bring_in(world, path)
    first = stored(world, "EXT-1")
    assert (report.created, report.lines) == (2, 4)
    assert {x.funder.name: x.asked for x in first.lines} == {
        "Ville": Decimal(3000),
        "Métropole": Decimal("1500.50"),
        "État": Decimal(0),
    }
    assert first.requested == Decimal("4500.50")
    assert stored(world, "EXT-2").applicant.siret == "35600000049837"


def test_a_workbook_with_typed_cells(world: World, tmp_path: Path) -> None:
    typed = line(
        SIRET=73282932000074, reçu_le=date(2020, 12, 10), début=date(2021, 2, 1), fin=44530,
        charges=10000, produits=10000.0, renouvellement=1, montant_demandé=2999.99,
    )  # fmt: skip
    assert bring_in(world, write_xlsx(tmp_path / "a.xlsx", [typed])).created == 1
    application = stored(world, "EXT-1")
    assert application.requested == Decimal("2999.99")
    assert application.ends_on == date(2021, 11, 30)
    assert application.renewal


def test_applicants_and_contacts_are_met_once(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(n) for n in range(1, 6)])
    bring_in(world, path)
    applicants = select(Organisation).where(Organisation.contract_id.is_(None))
    assert len(world.session.scalars(applicants).all()) == 1
    assert count(world.session, Person) == 1
    again = write_csv(
        tmp_path / "b.csv", [line(9, porteur="LES JARDINS", SIRET="732 829 320 00074")]
    )
    report = bring_in(world, again)
    assert stored(world, "EXT-9").applicant.name == "Les Jardins partagés"
    assert "est connu sous le nom « Les Jardins partagés »" in str(report.warnings[0])


def test_an_rna_will_do_without_a_siret(world: World, tmp_path: Path) -> None:
    first = line(1, SIRET="") | {"RNA": "W342000001"}
    assert bring_in(world, write_csv(tmp_path / "a.csv", [first])).created == 1
    assert stored(world, "EXT-1").applicant.rna == "W342000001"


BAD = [
    ({"fiche": "1.99"}, "fiche", "la fiche « 1.99 » n’existe pas"),
    ({"fiche": "1.1"}, "fiche", "n’est pas ouverte à cet appel"),
    ({"fiche": "un"}, "fiche", "n’est pas un numéro de fiche"),
    ({"intitulé": ""}, "intitulé", "cellule vide"),
    ({"intitulé": "x" * 401}, "intitulé", "400 au plus"),
    ({"SIRET": "5480034500019"}, "SIRET", "a perdu un zéro"),
    ({"SIRET": ""}, "SIRET", "ni SIRET ni RNA"),
    ({"courriel": "ines"}, "courriel", "adresse électronique"),
    ({"reçu le": "hier"}, "reçu le", "n’est pas une date"),
    ({"reçu le": "05/01/2021"}, "reçu le", "n’était pas ouvert à la réception"),
    ({"reçu le": "24/11/2020"}, "reçu le", "n’était pas ouvert à la réception"),
    ({"fin": "01/01/2021"}, "fin", "avant son début"),
    ({"charges": "-1"}, "charges", "négatif"),
    ({"charges": "9000"}, "produits", "n’est pas équilibré"),
    ({"produits": "beaucoup"}, "produits", "n’est pas un montant"),
    ({"renouvellement": "bof"}, "renouvellement", "ni oui ni non"),
    ({"QPV": "QP999999"}, "QPV", "quartier inconnu : « QP999999 »"),
    ({"financeur": "Vile"}, "financeur", "vouliez-vous dire Ville ?"),
    ({"financeur": ""}, "financeur", "cellule vide"),
    ({"montant demandé": "0"}, "montant demandé", "Aucun montant n’est demandé"),
    ({"montant demandé": "1,999"}, "montant demandé", "plus de deux décimales"),
    ({"montant demandé": "20000"}, "produits", "n’est pas équilibré"),
]


@pytest.mark.parametrize(("spoilt", "column", "said"), BAD, ids=[str(bad[0])[:40] for bad in BAD])
def test_each_bad_cell_is_named(
    world: World, tmp_path: Path, spoilt: dict[str, str], column: str, said: str
) -> None:
    path = write_csv(tmp_path / "mauvais.csv", [line(1), line(2) | spoilt])
    (problem,) = problems(world, path)
    assert problem.startswith(f"mauvais.csv, ligne 3, colonne « {column} » : ")
    assert said in problem


def test_every_problem_is_told_and_nothing_is_written(
    world: World, tmp_path: Path, world_url: str
) -> None:
    spoilt = [line(1), line(2, fiche="9.9"), line(3, fin="?", charges="?"), line(3, charges="1")]
    told = problems(world, write_csv(tmp_path / "a.csv", spoilt))
    assert [problem.partition(" :")[0] for problem in told] == [
        "a.csv, ligne 3, colonne « fiche »",
        "a.csv, ligne 4, colonne « fin »",
        "a.csv, ligne 4, colonne « charges »",
    ]
    assert count(world.session, Application) == 0
    assert not world.session.new
    assert not world.session.dirty


def test_a_long_list_of_problems_is_cut_and_counted(world: World, tmp_path: Path) -> None:
    told = problems(world, write_csv(tmp_path / "a.csv", [line(n, fin="?") for n in range(300)]))
    assert len(told) == 201
    assert "et 100 autres problèmes" in told[-1]


def test_lines_of_one_application_must_agree(world: World, tmp_path: Path) -> None:
    other = line(1, financeur="CAF", intitulé="Tout autre chose")
    (problem,) = problems(world, write_csv(tmp_path / "a.csv", [line(1), line(2), other]))
    assert "ligne 4, colonne « intitulé »" in problem
    assert "autre valeur à la ligne 2" in problem


def test_a_funder_is_named_once(world: World, tmp_path: Path) -> None:
    twice = [line(1, financeur="Métropole"), line(1, financeur="3M")]
    (problem,) = problems(world, write_csv(tmp_path / "a.csv", twice))
    assert "ligne 3, colonne « financeur » : « Métropole » est déjà nommé" in problem


def test_a_cell_beyond_the_titles_is_a_problem(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1)])
    path.write_text(path.read_text(encoding="utf-8").rstrip() + ";égaré\n", encoding="utf-8")
    (problem,) = problems(world, path)
    assert "ligne 2 : cellule en trop" in problem
    assert "« égaré »" in problem


def test_a_late_line_needs_a_reason(world: World, tmp_path: Path) -> None:
    late = line(1, reçu_le="06/01/2021", motif_de_retard="Panne du téléservice")
    assert bring_in(world, write_csv(tmp_path / "a.csv", [late])).created == 1
    assert stored(world, "EXT-1").late_reason == "Panne du téléservice"


def test_no_mail_is_owed_unless_asked(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1)]))
    assert count(world.session, Message) == 0
    bring_in(world, write_csv(tmp_path / "b.csv", [line(2)]), notify=True)
    assert [m.recipient for m in world.session.scalars(select(Message))] == ["ines@porteur.example"]


def test_a_contact_without_an_address_is_told(world: World, tmp_path: Path) -> None:
    report = bring_in(world, write_csv(tmp_path / "a.csv", [line(1, courriel="")]))
    assert "contact non repris" in str(report.warnings[0])


def test_a_dry_run_says_the_same_and_writes_nothing(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1), line(2)])
    tried = bring_in(world, path, dry_run=True)
    assert count(world.session, Application) == 0
    assert tried == bring_in(world, path)


def test_progress_goes_from_reading_to_the_last_line(world: World, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = write_csv(tmp_path / "a.csv", [line(n) for n in range(1100)])
    bring_in(world, path, progress=lambda done, total: seen.append((done, total)))
    assert seen[:2] == [(500, 0), (1000, 0)]
    assert seen[-1] == (1100, 1100)
    assert [done for done, total in seen if total] == sorted(done for done, total in seen if total)


@pytest.mark.parametrize("role", [Role.GRANTEE, Role.PILOT, Role.READER])
def test_only_managers_import(world: World, tmp_path: Path, role: Role) -> None:
    with pytest.raises(Refused, match="responsables"):
        bring_in(world, write_csv(tmp_path / "a.csv", [line(1)]), actor=Actor(((role, 1),)))


def test_what_the_caller_holds_survives(world: World, tmp_path: Path) -> None:
    contract, call = world.call.contract, world.call
    bring_in(world, write_csv(tmp_path / "a.csv", [line(n) for n in range(600)]))
    assert contract in world.session
    assert call in world.session
    assert call.numbered == 600
    assert count(world.session, JournalEntry) >= 600


def test_on_both_databases(database_url: str, tmp_path: Path) -> None:
    lines = [line(n, financeur=funder) for n in range(300) for funder in ("Ville", "CAF")]
    path = write_xlsx(tmp_path / "a.xlsx", lines)
    with transaction(database_url) as session:
        fill(session)
    with transaction(database_url) as session:
        call = get_call(session, get_contract(session).id)
        report = import_applications(session, path, call, actor=IMPORT, now=NOW)
    with transaction(database_url) as session:
        call = get_call(session, get_contract(session).id)
        again = import_applications(session, path, call, actor=IMPORT, now=NOW)
        assert list(verify(session, call.contract)) == []
        assert count(session, FunderLine) == 600
    assert (report.created, again.unchanged, again.created) == (300, 300, 0)
