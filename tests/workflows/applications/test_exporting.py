"""Applications out and in again: the same on both sides, and no cell that a spreadsheet would run."""

import csv
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from models.errors import BadInput, NotFound, Unavailable
from models.vocabulary import Outcome, State
from tests.workflows.applications.files import line, write_csv
from tests.workflows.applications.intake import bring_in, stored
from tests.workflows.world import World
from workflows.applications.exporting import export_applications
from workflows.applications.filtering import Filters
from workflows.applications.listing import list_applications
from workflows.applications.showing import show_application

EVIL = ['=HYPERLINK("http://x")', "+1", "-1+1", "@SUM(A1)", "\tx", "＝1", "'=1", "'quoted"]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_what_goes_out_comes_back_the_same(world: World, tmp_path: Path, ending: str) -> None:
    for state in State:
        world.brought_to(state)
    lines = [line(n, commentaire=evil.strip(), QPV="QP034005") for n, evil in enumerate(EVIL, 1)]
    lines += [line(n, financeur="CAF", QPV="QP034005") for n in range(1, 3)]
    bring_in(world, write_csv(tmp_path / "in.csv", lines))
    path = tmp_path / f"out.{ending}"
    assert export_applications(world.session, world.call.contract_id, path) == 12 + 10
    report = bring_in(world, path)
    assert (report.created, report.updated, report.kept) == (0, 0, 0)
    assert report.unchanged == 6 + len(EVIL)
    assert report.warnings == ()


@pytest.mark.parametrize("evil", EVIL)
def test_no_csv_cell_is_a_formula(world: World, tmp_path: Path, evil: str) -> None:
    world.submitted(title=f"{evil} et plus", applicant_name=evil)
    path = tmp_path / "out.csv"
    export_applications(world.session, world.call.contract_id, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "＝"))]


def test_no_workbook_cell_is_a_formula(world: World, tmp_path: Path) -> None:
    world.submitted(title="=1+1", summary="@SUM(A1)")
    path = tmp_path / "out.xlsx"
    export_applications(world.session, world.call.contract_id, path)
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<t>=1+1</t>" in sheet
    assert "<f>" not in sheet


def test_cells_have_their_type(world: World, tmp_path: Path) -> None:
    world.brought_to(State.FUNDED)
    path = tmp_path / "out.xlsx"
    export_applications(world.session, world.call.contract_id, path)
    titles, first, *_others = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    cells = dict(zip(titles, first, strict=True))
    assert cells["début"].date() == date(2021, 1, 4)  # type: ignore[union-attr] # a date cell
    assert cells["montant demandé"] == 8000
    assert cells["montant accordé"] == 8000
    assert cells["SIRET"] == "73282932000074"
    assert (cells["état"], cells["décision"], cells["enjeu"]) == ("Financé", "votée", 1)


def test_a_csv_opens_in_a_french_spreadsheet(world: World, tmp_path: Path) -> None:
    world.submitted()
    path = tmp_path / "out.csv"
    export_applications(world.session, world.call.contract_id, path)
    assert path.read_bytes().startswith("\ufeffréférence;fiche".encode())
    assert "8000,00" in path.read_text(encoding="utf-8-sig")


def test_what_cannot_be_written(world: World, tmp_path: Path) -> None:
    contract = world.call.contract_id
    with pytest.raises(BadInput, match="format « ods » inconnu"):
        export_applications(world.session, contract, tmp_path / "out.ods")
    with pytest.raises(Unavailable, match="ne peut pas être écrit"):
        export_applications(world.session, contract, tmp_path / "nowhere" / "out.csv")
    with pytest.raises(NotFound, match="vouliez-vous dire CAF"):
        export_applications(world.session, contract, tmp_path / "out.csv", Filters(funder="CAFF"))


def test_lists_pick_by_every_filter(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "in.csv", [
        line(1), line(2, fiche="2.1", financeur="CAF"), line(3, fiche="1.10", intitulé="50 % de Jeux"),
    ]))  # fmt: skip
    world.brought_to(State.COMMITTEE)

    def picked(filters: Filters) -> list[str]:
        return [
            row.reference[-1]
            for row in list_applications(world.session, world.call.contract_id, filters)
        ]

    assert picked(Filters()) == ["1", "2", "3", "4"]
    assert picked(Filters(state=State.COMMITTEE)) == ["4"]
    assert picked(Filters(outcome=Outcome.REFUSED)) == []
    assert picked(Filters(year=2021, enjeu=2)) == ["2"]
    assert picked(Filters(year=2020)) == []
    assert picked(Filters(fiche="1.10")) == ["3"]
    assert picked(Filters(fiche="1.1")) == []
    assert picked(Filters(funder="CAF")) == ["2"]
    assert picked(Filters(pilot="BPI")) == ["1", "4"]
    assert picked(Filters(text="50 %")) == ["3"]
    assert picked(Filters(text="ext-2")) == ["2"]
    assert picked(Filters(text="JARDINS", year=2021)) == ["1", "2", "3", "4"]
    assert picked(Filters(limit=2)) == ["1", "2"]
    assert picked(Filters(after=2, limit=1)) == ["3"]


def test_a_row_says_what_a_list_needs(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    (row,) = list_applications(world.session, world.call.contract_id)
    assert row.reference == application.reference
    assert (row.applicant, row.fiche, row.enjeu, row.year) == (
        "Association d’essai",
        "1.3",
        1,
        2021,
    )
    assert (row.requested, row.voted) == (Decimal(13000), Decimal(13000))
    assert (row.state, row.outcome) == (State.FUNDED, None)


def test_a_dossier_is_shown_whole(world: World) -> None:
    application = world.brought_to(State.FUNDED)
    dossier = show_application(world.session, application.reference)
    shown = dossier.as_json()
    assert shown["state"] == "funded"
    assert [x["funder"] for x in shown["lines"]] == ["État", "Ville"]
    assert [event.action for event in dossier.journal] == [
        "submit", "declare_eligible", "give_opinion", "refer", "award",
    ]  # fmt: skip
    assert {due.duty for due in dossier.obligations} >= {
        "eligibility_check",
        "pilot_opinion",
        "final_report",
    }
    assert "ines@porteur.example" in {mail.recipient for mail in dossier.mail}
    with pytest.raises(NotFound):
        show_application(world.session, "CV112-1999-0001")


def test_the_imported_reference_is_the_one_exported(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "in.csv", [line(7)]))
    path = tmp_path / "out.csv"
    export_applications(world.session, world.call.contract_id, path)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream, delimiter=";")
    assert row["référence"] == "EXT-7"
    assert row["référence Jalon"] == stored(world, "EXT-7").reference
