"""The checks of a draft: every problem at once, at its field, in words that say what to do."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models import Application, Organisation, Person
from tests.workflows.drafts.writing import WRITTEN, draft_in, typed
from tests.workflows.world import World
from workflows.drafts.checking import Checked, check
from workflows.drafts.content import Content


def look(world: World, content: Content) -> Checked:
    draft, actor = draft_in(world, content)
    return check(world.session, draft, actor, WRITTEN)


def test_a_sound_form_has_nothing_to_mend(world: World) -> None:
    checked = look(world, typed(world))
    assert checked.troubles == []
    assert checked.draft is not None
    assert checked.draft.requested == Decimal(13000)
    assert (checked.draft.charges, checked.draft.resources) == (Decimal(20000), Decimal(20000))
    assert [qpv.code for qpv in checked.draft.qpvs] == ["QP034005"]
    assert checked.budget.gap == 0


def test_an_empty_form_names_every_field_in_the_order_of_the_page(world: World) -> None:
    checked = look(world, Content())
    fields = [trouble.field.partition("-")[0] for trouble in checked.troubles]
    assert fields == ["fiche", "title", "summary", "qpvs", "starts_on", "ends_on", "applicant",
                      "siret", "contact", "charges", "asked", "own"]  # fmt: skip
    assert all(trouble.text.endswith(".") for trouble in checked.troubles)
    assert checked.draft is None


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"siret": "73282932000079"}, "siret", "n’est pas un SIRET valable"),
        ({"siret": "7328"}, "siret", "« 7328 » n’est pas un SIRET valable"),
        ({"siret": "", "rna": "12"}, "rna", "n’est pas un numéro RNA"),
        ({"siret": ""}, "siret", "Indiquez le SIRET"),
        ({"starts_on": "bientôt"}, "starts_on", "n’est pas une date : écrivez par exemple"),
        ({"ends_on": "2020-12-31"}, "ends_on", "avant son début"),
        ({"charges": "beaucoup"}, "charges", "n’est pas un montant en euros"),
        ({"own": "x"}, "own", "n’est pas un montant en euros"),
        ({"charges": "-3"}, "charges", "n’est pas un montant en euros"),
        ({"charges": "21000"}, "charges", "Il manque 1\u202f000\xa0€ de produits"),
        ({"own": "9000"}, "charges", "dépassent les charges de 2\u202f000\xa0€"),
        ({"fiche": "9.9"}, "fiche", "n’existe pas"),
        ({"title": "x" * 500}, "title", "400 au plus"),
    ],
)
def test_each_problem_stands_at_its_field(
    world: World, changes: dict[str, str], field: str, said: str
) -> None:
    checked = look(world, typed(world, **changes))
    (trouble,) = checked.troubles
    assert trouble.field == field
    assert said in trouble.text
    assert not trouble.text[0].islower()


def test_a_fiche_that_is_not_open_is_refused_by_the_guard_of_submit(world: World) -> None:
    opened = {fiche.fiche_id for fiche in world.call.fiches}
    closed = next(
        number for number in ("1.1", "1.2", "1.4", "2.1", "2.2", "3.1", "4.1", "12.1")
        if world.fiche(number).id not in opened
    )  # fmt: skip
    (trouble,) = look(world, typed(world, fiche=closed)).troubles
    assert (trouble.field, "ouverte à cet appel" in trouble.text) == ("fiche", True)


def test_an_amount_that_cannot_be_read_stands_at_its_funder(world: World) -> None:
    ville = world.organisations("Ville")["Ville"]
    content = typed(world)
    spoilt = Content(content.texts, dict(content.asks) | {ville: "cinq mille"}, content.qpvs)
    (trouble,) = look(world, spoilt).troubles
    assert trouble.field == f"asked-{ville}"
    assert "« cinq mille » n’est pas un montant" in trouble.text


def test_a_neighbourhood_out_of_force_is_named(world: World) -> None:
    content = typed(world, starts_on="2025-01-06", ends_on="2025-06-30")
    (trouble,) = look(world, content).troubles
    assert (trouble.field, "QP034005" in trouble.text) == ("qpvs", True)


def test_looking_writes_nothing(world: World) -> None:
    draft, actor = draft_in(world)
    before = [world.session.scalar(select(func.count(c.id))) for c in (Organisation, Person)]
    check(world.session, draft, actor, WRITTEN)
    world.session.flush()
    after = [world.session.scalar(select(func.count(c.id))) for c in (Organisation, Person)]
    assert before == after
    assert world.session.scalar(select(func.count(Application.id))) == 0
