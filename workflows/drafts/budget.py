"""The budget of a draft: charges against what is asked of each funder and everything else."""

from decimal import Decimal
from typing import NamedTuple

from config.i18n import gettext as _
from notifications.formats import euros
from workflows.applications.cellwise import Unreadable
from workflows.applications.parsing import amount
from workflows.drafts.content import Content


class Budget(NamedTuple):
    """The sums of a draft; None where something cannot be read or is not there yet."""

    charges: Decimal | None
    asked: Decimal | None
    own: Decimal | None

    @property
    def resources(self) -> Decimal | None:
        """What is asked and everything else, together."""
        return None if self.asked is None or self.own is None else self.asked + self.own

    @property
    def gap(self) -> Decimal | None:
        """What is missing on the resources' side (below zero: on the charges' side)."""
        if self.charges is None or self.resources is None:
            return None
        return self.charges - self.resources


def budget_of(content: Content) -> Budget:
    """The sums of what was typed; raises nothing."""
    asks = [_amount(text) for text in content.asks.values() if text.strip()]
    asked = None if None in asks else sum((a for a in asks if a is not None), Decimal(0))
    return Budget(_amount(content.text("charges")), asked, _amount(content.text("own")))


def imbalance(budget: Budget) -> str:
    """What to say of a budget that is not balanced; empty when it is, or cannot be told yet.

    Raises nothing.
    """
    if not budget.gap or budget.charges is None or budget.resources is None:
        return ""
    if budget.gap > 0:
        said = _(
            "Le budget n’est pas équilibré : charges {charges}, produits {resources}."
            " Il manque {gap} de produits."
        )
    else:
        said = _(
            "Le budget n’est pas équilibré : charges {charges}, produits {resources}."
            " Les produits dépassent les charges de {gap}."
        )
    return said.format(
        charges=euros(budget.charges), resources=euros(budget.resources), gap=euros(abs(budget.gap))
    )


def _amount(text: str) -> Decimal | None:
    if not text.strip():
        return None
    try:
        return amount(text)
    except Unreadable:
        return None
