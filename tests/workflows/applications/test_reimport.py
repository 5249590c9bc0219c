"""The same file again: nothing twice; what changed is amended, journalled, or kept with a warning."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from models import FunderLine, JournalEntry
from models.errors import NotFound
from models.vocabulary import Act, State, Trigger
from tests.workflows.applications.files import NOW, line, write_csv
from tests.workflows.applications.intake import bring_in, count, problems, stored
from tests.workflows.world import World
from workflows.actors import IMPORT
from workflows.applications.amending import amend_filed
from workflows.applications.comparing import Change
from workflows.applications.drafting import Filed
from workflows.applications.planning import Amendment
from workflows.audit import verify
from workflows.desk import Desk
from workflows.queries import get_application
from workflows.submission import Known


def test_the_same_file_changes_nothing(world: World, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [line(1), line(1, financeur="CAF"), line(2)])
    bring_in(world, path)
    before = count(world.session, JournalEntry)
    report = bring_in(world, path)
    assert (report.created, report.updated, report.unchanged, report.kept) == (0, 0, 2, 0)
    assert count(world.session, JournalEntry) == before
    assert count(world.session, FunderLine) == 3


def test_what_changed_is_amended_and_journalled(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1), line(1, financeur="CAF"), line(2)]))
    spoken = {
        "intitulé": "Un autre nom",
        "fin": "31/08/2022",
        "charges": "12000",
        "produits": "12000",
    }
    changed = [
        line(1, montant_demandé="3500", courriel="zoe@porteur.example") | spoken,
        line(1, montant_demandé="1", financeur="État", commentaire="revu") | spoken,
        line(2),
    ]
    changed[1]["courriel"] = "zoe@porteur.example"
    report = bring_in(world, write_csv(tmp_path / "b.csv", changed))
    first = stored(world, "EXT-1")
    assert (report.updated, report.unchanged, report.created) == (1, 1, 0)
    assert (first.title, first.ends_on) == ("Un autre nom", date(2022, 8, 31))
    assert first.financial_year_ends_on == date(2022, 12, 31)
    assert first.requested == Decimal(3501)
    assert {x.funder.name: (x.asked, x.comment) for x in first.lines} == {
        "Ville": (Decimal(3500), ""),
        "État": (Decimal(1), "revu"),
    }
    assert first.contact is not None
    assert first.contact.email == "zoe@porteur.example"
    entry = world.session.scalars(
        select(JournalEntry).where(JournalEntry.action == Act.AMEND)
    ).one()
    assert entry.facts["changed"] == [
        "title", "email", "ends_on", "financial_year_ends_on", "charges", "resources", "asked",
    ]  # fmt: skip
    assert entry.facts["values"]["charges"] == {"old": "10000.00", "new": "12000.00"}
    assert entry.facts["values"].keys().isdisjoint({"title", "email"})
    assert "zoe" not in str(entry.facts)
    assert first.state is State.SUBMITTED
    assert bring_in(world, write_csv(tmp_path / "c.csv", changed)).unchanged == 2
    assert list(verify(world.session, world.call.contract)) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"fiche": "1.10"}, "fiche"),
        ({"SIRET": "35600000049837", "porteur": "La Poste"}, "siret"),
        ({"reçu le": "11/12/2020"}, "received_at"),
        ({"début": "02/02/2021"}, "starts_on"),
        ({"renouvellement": "oui"}, "renewal"),
        ({"QPV": "QP034006"}, "qpvs"),
        ({"commentaire": "mieux dit"}, "comment"),
        ({"motif de retard": "panne"}, "late_reason"),
    ],
)
def test_each_field_can_be_amended(
    world: World, tmp_path: Path, change: dict[str, str], field: str
) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1)]))
    changed = write_csv(tmp_path / "b.csv", [line(1) | change])
    assert bring_in(world, changed).updated == 1
    entry = world.session.scalars(
        select(JournalEntry).where(JournalEntry.action == Act.AMEND)
    ).one()
    assert entry.facts["changed"] == [field]
    assert bring_in(world, changed).unchanged == 1


def test_a_column_that_is_not_there_and_a_blank_cell_erase_nothing(
    world: World, tmp_path: Path
) -> None:
    bring_in(
        world, write_csv(tmp_path / "a.csv", [line(1, QPV="QP034005", commentaire="à garder")])
    )
    fewer = line(1, QPV="")
    for title in ("commentaire", "contact", "courriel"):
        del fewer[title]
    assert bring_in(world, write_csv(tmp_path / "b.csv", [fewer])).unchanged == 1
    assert stored(world, "EXT-1").lines[0].comment == "à garder"


def test_an_amendment_obeys_the_rules_too(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1)]))
    (problem,) = problems(world, write_csv(tmp_path / "b.csv", [line(1, charges="9000")]))
    assert "ligne 2, colonne « produits »" in problem


def test_who_was_admitted_late_stays_admitted(world: World, tmp_path: Path) -> None:
    late = line(1, reçu_le="06/01/2021", motif_de_retard="panne")
    bring_in(world, write_csv(tmp_path / "a.csv", [late]))
    del late["motif de retard"]
    changed = write_csv(tmp_path / "b.csv", [late | {"intitulé": "Autre"}])
    assert bring_in(world, changed).updated == 1
    assert stored(world, "EXT-1").late_reason == "panne"


def test_what_has_moved_on_is_kept_and_told(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1), line(2)]))
    moved = get_application(world.session, stored(world, "EXT-1").reference)
    world.fire(moved, Trigger.DECLARE_ELIGIBLE, NOW)
    changed = [line(1, intitulé="Autre", montant_demandé="1"), line(2)]
    report = bring_in(world, write_csv(tmp_path / "b.csv", changed))
    assert (report.kept, report.unchanged, report.updated) == (1, 1, 0)
    (warning,) = report.warnings
    assert (warning.line, warning.column) == (2, "intitulé, montant demandé")
    assert "CV112-2021-0001 est déjà à l’étape « Recevable »" in warning.text
    assert stored(world, "EXT-1").title == "Atelier 1"
    same = bring_in(world, write_csv(tmp_path / "c.csv", [line(1), line(2)]))
    assert (same.kept, same.unchanged, same.warnings) == (0, 2, ())


def test_our_own_reference_finds_it_too(world: World, tmp_path: Path) -> None:
    application = world.submitted()
    path = write_csv(tmp_path / "a.csv", [line(1) | {"référence": application.reference}])
    report = bring_in(world, path)
    assert (report.created, report.updated) == (0, 1)


def test_one_application_under_its_two_references_is_a_problem(
    world: World, tmp_path: Path
) -> None:
    bring_in(world, write_csv(tmp_path / "a.csv", [line(1)]))
    both = [line(1), line(2) | {"référence": "CV112-2021-0001"}]
    (problem,) = problems(world, write_csv(tmp_path / "b.csv", both))
    assert "ligne 3, colonne « référence »" in problem
    assert "le même dossier qu’à la ligne 2" in problem


def test_an_amendment_of_what_is_gone_is_not_found(world: World) -> None:
    draft = world.draft()
    known = Known.gather(world.session, [draft])
    gone = Amendment(999, Filed(2, draft), [Change("title")])
    with pytest.raises(NotFound):
        amend_filed(Desk.at(world.session, IMPORT, NOW), gone, draft, known)
