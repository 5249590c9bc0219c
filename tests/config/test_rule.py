"""The language of deadlines: what it reads, what it refuses, and how a person hears it."""

import pytest

from config.i18n import speaking
from config.rule import Period, Rule, anchor_label, in_words, with_notice
from config.vocabulary import Anchor


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        (
            "P6M after financial_year_end",
            {"anchor": Anchor.FINANCIAL_YEAR_END, "months": 6},
            "6 mois après : fin de l’exercice",
        ),
        (
            "P1D after asked",
            {"anchor": Anchor.ASKED, "days": 1},
            "1 jour après : demande de la pièce",
        ),
        (
            "J-15 before session",
            {"anchor": Anchor.SESSION, "days": -15},
            "15 jours avant : séance du comité",
        ),
        ("10-15 of budget_year", {"month_day": (10, 15)}, "le 15/10 de l’année budgétaire"),
        ("02-29 of budget_year", {"month_day": (2, 29)}, "le 29/02 de l’année budgétaire"),
    ],
)
def test_a_rule_is_read_and_said(text: str, rule: dict[str, object], words: str) -> None:
    found = Rule.parse(text)

    assert found == Rule(text, **rule)  # type: ignore[arg-type] # fields come as a table
    assert (str(found), found.in_words(), in_words(text)) == (text, words, words)
    assert Rule.parse(found) is found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("P6M", "règle « P6M » illisible, attendu : « P6M after decision »"),
        ("P6M after", "règle « P6M after » illisible"),
        (" P6M after decision", "illisible"),
        ("P6M before session", "illisible"),
        ("J+15 after session", "illisible"),
        ("10/15 of budget_year", "illisible"),
        ("٣٠-١٢ of budget_year", "illisible"),
        (15, "règle « 15 » illisible"),
        (None, "règle « None » illisible"),
        ("P6M after dawn", "événement « dawn » inconnu, attendu : l’un de call_closes, submitted,"),
        ("J-15 before noon", "événement « noon » inconnu"),
        ("P0D after asked", "durée « P0D » illisible, attendu : de 1 à 999 jours ou mois"),
        ("P1Y after asked", "durée « P1Y » illisible"),
        ("P1000D after asked", "durée « P1000D » illisible"),
        ("02-30 of budget_year", "jour « 02-30 » inexistant, attendu : MM-JJ"),
        ("13-01 of budget_year", "jour « 13-01 » inexistant"),
        ("00-10 of budget_year", "jour « 00-10 » inexistant"),
        ("01-00 of budget_year", "jour « 01-00 » inexistant"),
    ],
)
def test_what_is_not_a_rule_is_refused_with_what_was_expected(text: object, fault: str) -> None:
    with pytest.raises(ValueError, match="attendu : ") as refused:
        Rule.parse(text)

    assert fault in str(refused.value)


def test_a_rule_that_gave_way_to_a_notice_is_said_whole() -> None:
    text = with_notice(Rule.parse("J-15 before session"), Period.parse("P5D"))

    assert text == "J-15 before session, at least P5D of notice"
    assert in_words(text) == (
        "15 jours avant : séance du comité, avec un préavis d’au moins 5 jours"
    )


def test_every_event_has_its_words() -> None:
    with speaking("fr"):
        words = [anchor_label(anchor) for anchor in Anchor]

    assert all(words)
    assert len(set(words)) == len(Anchor)
