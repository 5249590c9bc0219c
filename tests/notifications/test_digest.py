"""One mail a day: sorted by urgency, grouped, never too long to read or to send."""

from datetime import date, timedelta

import pytest

from config.vocabulary import Duty
from models import Application, Fiche, Obligation, Organisation
from models.vocabulary import Role
from notifications.digest import (
    MOST_FILES,
    MOST_FILES_OF_ITEM,
    MOST_ITEMS,
    Digest,
    DigestItem,
    digest_of,
)
from notifications.reasons import why
from notifications.rendering import render
from notifications.samples import REMINDER_DIGEST
from tests.notifications.world import World

TODAY = date(2022, 6, 24)


def owed(
    number: int, due: date, *, title: str = "Jardins", about: str = "", by: str = "Les Mains vertes"
) -> Obligation:
    """An obligation of the application of that number, in no database."""
    fiche = Fiche(number="1.10", title="Initiative des habitants")
    application = Application(reference=f"CV112-2021-{number:04}", title=title, fiche=fiche)
    return Obligation(
        application=application,
        duty=Duty.FINAL_REPORT,
        owed_by=Role.GRANTEE,
        organisation=Organisation(name=by),
        about=about,
        rule="P6M after financial_year_end",
        nominal_on=due,
        effective_on=due,
    )


def digest(world: World, *obligations: Obligation, interrupted: bool = False) -> Digest:
    return digest_of(world.contract, obligations, TODAY, interrupted=interrupted)


def test_late_things_first_then_the_week_then_the_rest(world: World) -> None:
    days = (30, 8, 7, 0, -1, -40)
    told = digest(world, *(owed(n, TODAY + timedelta(days=d)) for n, d in enumerate(days)))
    assert [item.days_left for item in told.late] == [-40, -1]
    assert [item.days_left for item in told.soon] == [0, 7]
    assert [item.days_left for item in told.later] == [8, 30]
    assert (told.late_count, told.coming_count) == (2, 4)
    assert render("reminder_digest", told).subject == "Vos échéances\u00a0: 2 en retard, 4 à venir"


@pytest.mark.parametrize(
    ("days", "subject"),
    [(-3, "Vos échéances\u00a0: 1 en retard"), (3, "Vos échéances\u00a0: 1 à venir")],
)
def test_the_subject_counts(world: World, days: int, subject: str) -> None:
    told = digest(world, owed(1, TODAY + timedelta(days=days)))
    assert render("reminder_digest", told).subject == subject


def test_an_item_says_what_when_by_whom_why_and_whom_to_ask(world: World) -> None:
    told = digest(world, owed(42, date(2022, 7, 1), about="Ville"))
    text = " ".join(render("reminder_digest", told).text.split())
    for words in (
        "Rendre le compte rendu financier",
        "Au plus tard le vendredi 1er juillet 2022 (il reste 7 jours).",
        "CV112-2021-0042, « Jardins » (fiche 1.10) : Ville",
        "À faire par : Les Mains vertes.",
        "Règle : 6 mois après la fin de l’exercice comptable – loi 2000-321 art. 10, cerfa",
        "Contrat de ville (equipe@ville.example)",
    ):
        assert words in text


def test_an_interruption_of_the_service_is_said(world: World) -> None:
    late = owed(1, TODAY)
    assert "interrompu" in render("reminder_digest", digest(world, late, interrupted=True)).text
    assert "interrompu" not in render("reminder_digest", digest(world, late)).text


def test_the_same_duty_on_many_applications_is_one_item(world: World) -> None:
    (item,) = digest(world, *(owed(n, TODAY) for n in range(212))).soon
    assert [file.reference for file in item.files] == [
        f"CV112-2021-{n:04}" for n in range(MOST_FILES_OF_ITEM)
    ]
    assert (item.count, item.owner) == (212, "Les Mains vertes")
    assert f"et {212 - MOST_FILES_OF_ITEM} autres dossiers" in _text(item)


def test_each_line_names_its_owner_when_there_are_several(world: World) -> None:
    (item,) = digest(world, owed(1, TODAY), owed(2, TODAY, by="Régie Plein Vent")).soon
    assert (item.owner, [f.owner for f in item.files]) == (
        "",
        ["Les Mains vertes", "Régie Plein Vent"],
    )
    assert "(fiche 1.10) – Régie Plein Vent" in _text(item)
    assert "À faire par" not in _text(item)


def test_the_longest_digest_is_still_a_mail(world: World) -> None:
    title = "Une action au titre interminable, avec des précisions, " * 7
    many = [
        owed(n * 100 + m, TODAY + timedelta(days=n - 5), title=title, about=title, by=f"{m}{title}")
        for n in range(60)
        for m in range(20)
    ]
    told = digest(world, *many)
    shown = (*told.late, *told.soon, *told.later)
    assert len(shown) == MOST_ITEMS
    assert sum(len(item.files) for item in shown) == MOST_FILES
    assert sum(item.count for item in shown) + told.hidden_items == 60 * 20
    words = render("reminder_digest", told)
    assert len(words.html.encode()) < 100_000
    assert "- 20 dossiers\n" in words.text
    assert "Et 900 autres échéances" in words.html


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("P6M after financial_year_end", "6 mois après la fin de l’exercice comptable – loi"),
        ("J-15 before session", "15 jours avant la séance du comité – loi"),
        ("10-15 of budget_year", "le 15 octobre de l’année budgétaire – loi"),
        ("P15D after asked", "15 jours après la demande de la pièce – loi"),
        ("fixé par la commission", "fixé par la commission – loi"),
    ],
)
def test_a_rule_is_said_in_words_with_its_source(rule: str, words: str) -> None:
    obligation = owed(1, TODAY)
    obligation.rule = rule
    assert why(obligation).startswith(words)


def test_a_date_put_off_says_from_which_day() -> None:
    obligation = owed(1, date(2024, 7, 1))
    obligation.nominal_on = date(2024, 6, 30)
    assert "le dimanche 30 juin 2024 n’étant pas un jour ouvré" in why(obligation)


def _text(item: DigestItem) -> str:
    told = REMINDER_DIGEST.model_copy(update={"late": (), "soon": (item,)})
    return render("reminder_digest", told).text.replace("\u00a0", " ")
