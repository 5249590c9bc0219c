"""The official document of 2021: every count of the field study comes out exactly."""

from collections import Counter

import pytest

from models.schemas.catalogue import Counts
from tests.workflows.catalogue.sources import OFFICIAL, SHIPPED, lines_by_code, needs_official
from workflows.catalogue.read import ReadResult, read_catalogue

pytestmark = needs_official

FICHES = {1: 16, 2: 16, 3: 4, 4: 2, 5: 9, 6: 12, 7: 2, 9: 3, 10: 2, 11: 1, 12: 2}
OPEN = {1: 9, 2: 11, 3: 3, 4: 2, 5: 1, 6: 9, 7: 0, 9: 2, 10: 0, 11: 0, 12: 2}
PILOTS = {  # fiches, of which open
    "Métropole": (38, 18),
    "Ville": (29, 17),
    "État": (16, 10),
    "CAF": (11, 8),
    "Région": (7, 6),
    "Bpifrance": (4, 4),
    "Département": (4, 2),
    "Bailleurs sociaux": (4, 1),
    "DDCS": (3, 2),
    "DSDEN": (3, 2),
    "ARS": (3, 1),
    "PRE": (2, 1),
    "DRAC": (1, 1),
    "DPMIS": (1, 1),
    "CLSPD": (1, 1),
    "CCAS": (1, 1),
    "Éducation nationale": (1, 1),
    "Comité départemental de soutien à la parentalité": (1, 1),
    "Rectorat": (1, 0),
    "Communes de la Métropole": (1, 0),
    "Association porteuse de la MSP": (1, 0),
}


@pytest.fixture(scope="module")
def official() -> ReadResult:
    return read_catalogue(OFFICIAL)


def test_counts(official: ReadResult) -> None:
    fiches = official.document.fiches

    assert official.document.counts == Counts(69, 11, 39, 21, 133)
    assert Counter(fiche.enjeu for fiche in fiches) == FICHES
    assert {e: sum(f.call for f in fiches if f.enjeu == e) for e in FICHES} == OPEN
    assert Counter(len(fiche.pilots) for fiche in fiches) == {1: 28, 2: 24, 3: 11, 4: 6}
    named = {
        name: (len(mine), sum(f.call for f in mine))
        for name in {pilot.name for fiche in fiches for pilot in fiche.pilots}
        if (mine := [f for f in fiches if name in [p.name for p in f.pilots]])
    }
    assert named == PILOTS


def test_numbers_are_text_in_the_order_of_the_document(official: ReadResult) -> None:
    numbers = [fiche.number for fiche in official.document.fiches]

    assert numbers == [f"{e}.{rank}" for e, count in FICHES.items() for rank in range(1, count + 1)]


def test_objectives_follow_the_marks_of_each_cell(official: ReadResult) -> None:
    fiches = {fiche.number: fiche for fiche in official.document.fiches}
    counts = {number: len(fiche.objectives) for number, fiche in fiches.items()}

    assert [counts[n] for n in ("1.1", "1.5", "1.9", "2.8", "6.1", "6.7", "6.9", "6.10")] == [
        *(7, 8, 1, 8, 2, 1, 6, 9)
    ]
    assert "F28:F33" in fiches["2.8"].objectives_source
    assert fiches["2.8"].objectives[1] == "Le préparant à entrer dans les apprentissages"
    assert "freins d'accès l'emploi" in fiches["1.11"].title
    assert "Informier" in fiches["2.14"].objectives[0]
    assert sum(fiche.objectives_source.endswith(" ") for fiche in fiches.values()) == 64
    assert not any("<" in item for fiche in fiches.values() for item in fiche.objectives)


def test_services_stay_with_their_organisation(official: ReadResult) -> None:
    services = {
        (fiche.number, pilot.name): pilot.service
        for fiche in official.document.fiches
        for pilot in fiche.pilots
        if pilot.service
    }

    assert services == {
        ("1.9", "Région"): "SPRO",
        ("1.12", "État"): "DDCS/DIRECCTE/SGAR",
        ("2.11", "Ville"): "PRE",
    }


def test_every_oddity_of_the_document_is_told(official: ReadResult) -> None:
    assert lines_by_code(official) == {
        "pilot_spelling": [7, 9, 19, 39, 60, 67, 69, 83, 103],
        "open_tags": [7],
        "flag_spelling": [9],
        "repeated_banner": [16],
        "repeated_header": [18],
        "pilot_service": [19, 22, 46],
        "unmarked_list": [19],
        "dead_reference": [21],
        "loose_reference": [24, 110, 112],
        "spreadsheet_residue": [39],
        "pilot_typing_error": [58],
        "misspelt_banner": [98],
        "missing_enjeu": [102],
        "placeholder": [107, 110],
        "enjeu_spelling": [111],
    }
    told = {oddity.code: oddity.text for oddity in official.oddities}
    assert "71 <ul>, dans 64 fiches" in told["open_tags"]
    assert "« X » (9 fois) et « x » (30)" in told["flag_spelling"]
    assert "1.17" in told["dead_reference"]


def test_the_shipped_catalogue_holds_the_same_facts(official: ReadResult) -> None:
    shipped = read_catalogue(SHIPPED).document
    wording = {"objectives", "objectives_source"}

    assert [f.model_dump(exclude=wording) for f in shipped.fiches] == [
        f.model_dump(exclude=wording) for f in official.document.fiches
    ]
    assert shipped.model_dump(exclude={"fiches", "objectives_are"}) == official.document.model_dump(
        exclude={"fiches", "objectives_are"}
    )


def test_the_shipped_objectives_are_not_the_official_sentences(official: ReadResult) -> None:
    cells = {fiche.number: fiche.objectives_source for fiche in official.document.fiches}
    restated = read_catalogue(SHIPPED).document

    assert restated.objectives_are == "restated"
    assert all(1 <= len(fiche.objectives) <= 3 for fiche in restated.fiches)
    copied = [
        item
        for fiche in restated.fiches
        for item in fiche.objectives
        if item.replace("’", "'").casefold() in cells[fiche.number].casefold()
    ]
    assert copied == []
