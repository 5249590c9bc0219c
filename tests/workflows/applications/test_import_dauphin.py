"""DAUPHIN extracts brought in: each dossier at the state its lines give, drafts left out and counted."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from models import CommitteeSession, JournalEntry, Message, Obligation
from models.vocabulary import Act, LineStatus, Outcome, State, Trigger, Verdict
from tests.workflows.applications.files import NOW, extract, write_csv, write_xlsx
from tests.workflows.applications.intake import bring_in, count, problems, stored
from tests.workflows.world import World
from workflows.audit import verify
from workflows.queries import get_application

VOTED = {"montantVote": "2500", "dateDecision": "2021-03-17T23:00Z"}


def test_a_dossier_as_it_comes(world: World, tmp_path: Path) -> None:
    report = bring_in(world, write_csv(tmp_path / "d.csv", [extract(1)]))
    application = stored(world, "00000001")
    assert (report.created, report.lines) == (1, 1)
    assert application.state is State.SUBMITTED
    assert application.received_at == datetime(2020, 12, 9, 23, tzinfo=UTC)  # 10 Dec. in Paris
    assert (application.starts_on, application.ends_on) == (date(2021, 1, 1), date(2021, 12, 31))
    assert application.renewal
    assert application.charges == application.resources == application.requested == Decimal(3000)
    told = " ".join(map(str, report.warnings))
    assert "colonnes non reprises : typeFinanceur" in told
    assert "1 dossiers sans budget" in told


@pytest.mark.parametrize(
    ("status", "more", "state", "outcome", "owed"),
    [
        ("SUPPORTED", {}, State.SUBMITTED, None, {"eligibility_check"}),
        ("Recevable", {}, State.ELIGIBLE, None, {"pilot_opinion"}),
        ("En cours", {}, State.COMMITTEE, None, set()),
        ("VOTE", VOTED, State.FUNDED, None, {"final_report"}),
        ("A justifier", VOTED, State.REPORTING, None, {"final_report"}),
        ("Justifiée", VOTED, State.CLOSED, Outcome.COMPLETED, set()),
        ("Rejetée", {"dateDecision": "2021-03-18"}, State.CLOSED, Outcome.REFUSED, set()),
        ("Non recevable", {"dateDecision": "2021-02-01"}, State.CLOSED, Outcome.INELIGIBLE, set()),
        ("Cloturée", {}, State.CLOSED, Outcome.INELIGIBLE, set()),
    ],
)
def test_each_status_is_taken_over(
    world: World,
    tmp_path: Path,
    status: str,
    more: dict[str, str],
    state: State,
    outcome: Outcome | None,
    owed: set[str],
) -> None:
    bring_in(world, write_csv(tmp_path / "d.csv", [extract(1, statut=status) | more]))
    application = stored(world, "00000001")
    obligations = {o.duty.value for o in world.session.scalars(select(Obligation))}
    assert (application.state, application.outcome, obligations) == (state, outcome, owed)
    last = world.session.scalars(select(JournalEntry).order_by(JournalEntry.seq.desc())).first()
    assert last is not None
    assert last.action == (Trigger.SUBMIT if state is State.SUBMITTED else Act.ADOPT)
    assert count(world.session, Message) == 0
    assert list(verify(world.session, world.call.contract)) == []


def test_a_refused_line_and_a_voted_line(world: World, tmp_path: Path) -> None:
    lines = [
        extract(1, statut="Rejetée", dateDecision="2021-03-18", avisRecevabilite="IRRECEVABLE"),
        extract(1, statut="Votée", financeur="Etat", avisRecevabilite="RECEVABLE", **VOTED),
    ]
    bring_in(world, write_csv(tmp_path / "d.csv", lines))
    application = stored(world, "00000001")
    by_name = {x.funder.name: x for x in application.lines}
    assert application.state is State.FUNDED
    assert application.voted == Decimal(2500)
    assert by_name["Ville"].status is LineStatus.REFUSED
    assert (by_name["Ville"].voted, by_name["Ville"].opinion) == (Decimal(0), Verdict.ADVERSE)
    assert by_name["État"].status is LineStatus.VOTED
    assert by_name["État"].decided_on == date(2021, 3, 18)
    assert by_name["État"].opinion is Verdict.FAVOURABLE


def test_drafts_are_left_out_and_counted(world: World, tmp_path: Path) -> None:
    half_typed = dict.fromkeys(extract(), "")
    lines = [
        extract(1),
        half_typed | {"referenceAdministrative": "DA00000002-01", "statut": "REQUESTED"},
        half_typed
        | {"referenceAdministrative": "DA00000003-01", "statut": "En attente d'attestation"},
        extract(1, financeur="CAF", statut="WAITING_FOR_CERTIFICATE"),
    ]
    report = bring_in(world, write_csv(tmp_path / "d.csv", lines))
    assert (report.created, report.skipped_drafts, report.lines) == (1, 2, 4)
    (told,) = [w for w in report.warnings if w.line == 5]
    assert "en cours de saisie" in told.text
    assert len(stored(world, "00000001").lines) == 1


def test_a_workbook_that_ate_the_zeros(world: World, tmp_path: Path) -> None:
    typed = extract(1) | {
        "referenceAdministrative": 345678,
        "exerciceBudgetaire": 2021,
        "siret": 73282932000074,
        "montantDemande": 3000.5,
        "totalCharges": 9000,
        "totalProduits": 9000,
    }
    bring_in(world, write_xlsx(tmp_path / "d.xlsx", [typed]))
    application = stored(world, "00345678")
    assert (application.charges, application.requested) == (Decimal(9000), Decimal("3000.5"))


@pytest.mark.parametrize(
    ("spoilt", "column", "said"),
    [
        ({"statut": "Fermée"}, "statut", "statut inconnu"),
        ({"statut": ""}, "statut", "cellule vide"),
        ({"statut": "VOTE"}, "montantVote", "montant voté absent"),
        ({"statut": "VOTE", "montantVote": "10"}, "dateDecision", "date absente"),
        ({"exerciceBudgetaire": "2020"}, "exerciceBudgetaire", "l’appel est celui de 2021"),
        ({"referenceAdministrative": "PRJ"}, "referenceAdministrative", "code d’action"),
        ({"frequence": "parfois"}, "frequence", "fréquence inconnue"),
        ({"avisRecevabilite": "bof"}, "avisRecevabilite", "avis inconnu"),
        ({"dateDemande": "2021-01-04T23:00Z"}, "dateDemande", "n’était pas ouvert"),
        ({"fiche": ""}, "fiche", "cellule vide"),
    ],
)
def test_what_is_wrong_is_named(
    world: World, tmp_path: Path, spoilt: dict[str, str], column: str, said: str
) -> None:
    told = problems(world, write_csv(tmp_path / "d.csv", [extract(1), extract(2) | spoilt]))
    assert any(f"ligne 3, colonne « {column} »" in text and said in text for text in told), told


def test_a_dossier_taken_over_may_have_come_in_late(world: World, tmp_path: Path) -> None:
    late = extract(1, statut="Recevable", dateDemande="2021-01-20T10:00Z")
    assert bring_in(world, write_csv(tmp_path / "d.csv", [late])).created == 1


def test_the_committee_needs_a_session(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "d.csv", [extract(1, statut="En cours")]))
    assert stored(world, "00000001").session_id == world.call.sessions[0].id
    world.session.rollback()
    world.session.execute(delete(CommitteeSession))
    world.session.expire_all()
    (problem,) = problems(world, write_csv(tmp_path / "e.csv", [extract(1, statut="En cours")]))
    assert "ligne 2, colonne « statut »" in problem
    assert "l’appel 2021 n’a pas de séance" in problem


def test_a_later_extract_never_moves_a_dossier(world: World, tmp_path: Path) -> None:
    bring_in(world, write_csv(tmp_path / "d.csv", [extract(1), extract(2)]))
    ahead = [extract(1, statut="Recevable"), extract(2)]
    report = bring_in(world, write_csv(tmp_path / "e.csv", ahead))
    assert (report.created, report.kept, report.unchanged) == (0, 1, 1)
    (told,) = [w for w in report.warnings if w.line == 2]
    assert "le fichier le dit « Recevable », Jalon « Déposé »" in told.text
    assert stored(world, "00000001").state is State.SUBMITTED
    moved = get_application(world.session, stored(world, "00000002").reference)
    world.fire(moved, Trigger.WITHDRAW, NOW)
    again = bring_in(world, write_csv(tmp_path / "f.csv", [extract(1), extract(2)]))
    assert (again.kept, again.unchanged) == (0, 2)
