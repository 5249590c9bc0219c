"""DAUPHIN's words in ours: codes, statuses per line, and where a whole dossier then stands."""

from decimal import Decimal
from typing import Any

import pytest

from models.vocabulary import LineStatus, Outcome, State, Verdict
from workflows.applications import dauphin
from workflows.applications.cellwise import Unreadable
from workflows.applications.dauphin import Stage, standing


@pytest.mark.parametrize(
    ("status", "state", "outcome", "line"),
    [
        ("TRANSMITTED", State.SUBMITTED, None, LineStatus.PENDING),
        ("Transmise", State.SUBMITTED, None, LineStatus.PENDING),
        ("SUPPORTED", State.SUBMITTED, None, LineStatus.PENDING),
        ("Prise en charge", State.SUBMITTED, None, LineStatus.PENDING),
        ("ACCEPTABLE", State.ELIGIBLE, None, LineStatus.PENDING),
        ("Recevable", State.ELIGIBLE, None, LineStatus.PENDING),
        ("UNACCEPTABLE", State.CLOSED, Outcome.INELIGIBLE, LineStatus.REFUSED),
        ("Non recevable", State.CLOSED, Outcome.INELIGIBLE, LineStatus.REFUSED),
        ("En attente d'instruction", State.COMMITTEE, None, LineStatus.PENDING),
        ("En cours", State.COMMITTEE, None, LineStatus.PENDING),
        ("VOTE", State.FUNDED, None, LineStatus.VOTED),
        ("Votée", State.FUNDED, None, LineStatus.VOTED),
        ("A été versé", State.FUNDED, None, LineStatus.VOTED),
        ("Rejetée", State.CLOSED, Outcome.REFUSED, LineStatus.REFUSED),
        ("READY_TO_JUSTIFY", State.REPORTING, None, LineStatus.VOTED),
        ("A justifier", State.REPORTING, None, LineStatus.VOTED),
        ("Justification en cours", State.REPORTING, None, LineStatus.VOTED),
        ("Justification à modifier", State.REPORTING, None, LineStatus.VOTED),
        ("JUSTIFICATION_JUSTIFIED", State.CLOSED, Outcome.COMPLETED, LineStatus.VOTED),
        ("Justifiée", State.CLOSED, Outcome.COMPLETED, LineStatus.VOTED),
        ("Cloturée", State.CLOSED, Outcome.INELIGIBLE, LineStatus.REFUSED),
        ("CLÔTURÉE", State.CLOSED, Outcome.INELIGIBLE, LineStatus.REFUSED),
    ],
)
def test_each_status(status: str, state: State, outcome: Outcome | None, line: LineStatus) -> None:
    stage = dauphin.stage(status)
    assert standing([stage]) == (state, outcome)
    assert dauphin.line_status(stage) is line


@pytest.mark.parametrize(
    "status",
    ["REQUESTED", "En cours de saisie", "WAITING_FOR_CERTIFICATE", "En attente d’attestation"],
)
def test_drafts(status: str) -> None:
    assert dauphin.stage(status) is Stage.DRAFT


def test_an_unknown_status_is_an_error() -> None:
    with pytest.raises(Unreadable, match="statut inconnu : « Fermée »"):
        dauphin.stage("Fermée")


@pytest.mark.parametrize(
    ("stages", "expected"),
    [
        ([Stage.FUNDED, Stage.REFUSED], (State.FUNDED, None)),
        ([Stage.FUNDED, Stage.ENDED], (State.FUNDED, None)),
        ([Stage.COMPLETED, Stage.ENDED], (State.CLOSED, Outcome.COMPLETED)),
        ([Stage.FUNDED, Stage.COMMITTEE], (State.COMMITTEE, None)),
        ([Stage.FUNDED, Stage.SUBMITTED], (State.COMMITTEE, None)),
        ([Stage.REPORTING, Stage.COMPLETED], (State.REPORTING, None)),
        ([Stage.FUNDED, Stage.REPORTING], (State.FUNDED, None)),
        ([Stage.ELIGIBLE, Stage.SUBMITTED], (State.SUBMITTED, None)),
        ([Stage.REFUSED, Stage.SUBMITTED], (State.SUBMITTED, None)),
        ([Stage.REFUSED, Stage.ENDED], (State.CLOSED, Outcome.REFUSED)),
        ([Stage.INELIGIBLE, Stage.ENDED], (State.CLOSED, Outcome.INELIGIBLE)),
        ([Stage.ENDED], (State.CLOSED, Outcome.INELIGIBLE)),
    ],
)
def test_lines_put_together(stages: list[Stage], expected: tuple[State, Outcome | None]) -> None:
    assert standing(stages) == expected
    assert standing(list(reversed(stages))) == expected


def test_closed_in_dauphin_is_never_completed_here() -> None:
    others = set(Stage) - {Stage.COMPLETED, Stage.DRAFT}
    for other in others:
        assert standing([Stage.ENDED, other]).outcome is not Outcome.COMPLETED


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("DA12345678-01", "12345678"),
        ("12345678", "12345678"),
        ("da00345678", "00345678"),
        ("345678", "00345678"),
        (345678.0, "00345678"),
    ],
)
def test_action_codes(cell: Any, code: str) -> None:
    assert dauphin.action_code(cell) == code


@pytest.mark.parametrize("cell", ["DA1234-01", "123456789", "PRJ-1", "DA12345678-0A"])
def test_bad_action_codes(cell: str) -> None:
    with pytest.raises(Unreadable, match="code d’action"):
        dauphin.action_code(cell)


def test_opinions_and_renewals() -> None:
    assert dauphin.opinion("RECEVABLE") is Verdict.FAVOURABLE
    assert dauphin.opinion("Irrecevable") is Verdict.ADVERSE
    assert dauphin.opinion("réservé") is Verdict.RESERVED
    assert dauphin.renewal("RENOUVELLEMENT")
    assert not dauphin.renewal("Première demande")
    for reader in (dauphin.opinion, dauphin.renewal, dauphin.budget_year):
        with pytest.raises(Unreadable):
            reader("???")


def test_a_voted_line_needs_its_amount() -> None:
    assert dauphin.voted_amount(Stage.FUNDED, Decimal(5)) == 5
    assert dauphin.voted_amount(Stage.ENDED, Decimal(5)) == 0
    assert dauphin.voted_amount(Stage.COMMITTEE, Decimal(5)) is None
    with pytest.raises(Unreadable, match="montant voté"):
        dauphin.voted_amount(Stage.FUNDED, Decimal(0))
