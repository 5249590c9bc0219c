"""What the form of a draft shows, and what it brings back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from models import Fiche
from notifications.formats import euros
from web.forms import ROOMY, Form
from web.words import minute
from workflows.drafts.budget import Budget
from workflows.drafts.checking import Checked, Trouble
from workflows.drafts.content import TEXTS, Content


def content_in(form: Form) -> Content:
    """What was typed; raises `BadInput` when a field is longer than any text may be."""
    asks = {int(n): text for n, text in form.starting("asked-").items() if n.isdecimal()}
    texts = {name: form.text(name, most=ROOMY) for name in TEXTS}
    return Content(texts, asks, tuple(form.texts("qpvs")))


def shown(content: Content, checked: Checked, *, all_of_it: bool) -> dict[str, Any]:
    """The values of the page: choices, texts, and the troubles to show now, by field."""
    troubles = checked.troubles if all_of_it else _typed_wrong(content, checked.troubles)
    choices = checked.choices
    return {
        "content": content,
        "enjeux": enjeux_of(choices.fiches),
        "choices": choices,
        "troubles": troubles if all_of_it else [],
        "wrong": by_field((trouble.field, trouble.text) for trouble in troubles),
        "sums": sums(checked.budget),
        "left": len(checked.troubles),
    }


def enjeux_of(fiches: Iterable[Fiche]) -> dict[tuple[int, str], list[Fiche]]:
    """Fiches under the number and title of their enjeu, in the order they come."""
    found: dict[tuple[int, str], list[Fiche]] = {}
    for fiche in fiches:
        found.setdefault((fiche.enjeu.number, fiche.enjeu.title), []).append(fiche)
    return found


def by_field(said: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The first sentence of each field; nothing for a field that has none."""
    found: dict[str, str] = defaultdict(str)
    for field, text in said:
        found[field] = found[field] or text
    return found


def _typed_wrong(content: Content, troubles: Sequence[Trouble]) -> list[Trouble]:
    """Troubles of what is there; what is still empty is not held against who writes."""
    return [trouble for trouble in troubles if _is_typed(content, trouble.field)]


def _is_typed(content: Content, field: str) -> bool:
    if field == "qpvs":
        return bool(content.qpvs)
    name, _, number = field.partition("-")
    return bool(content.asks.get(int(number), "") if number else content.text(name))


def sums(budget: Budget) -> dict[str, str]:
    """The sums of the budget as text, empty when they cannot be told."""
    return {
        "charges": "" if budget.charges is None else euros(budget.charges),
        "resources": "" if budget.resources is None else euros(budget.resources),
        "balanced": "yes" if budget.gap == 0 and budget.charges else "",
    }


def told(checked: Checked, revision: int, now: datetime) -> dict[str, Any]:
    """What the script of the page is told."""
    return {
        "revision": revision,
        "saved": minute(now)[-5:],
        "troubles": [trouble._asdict() for trouble in checked.troubles],
        "sums": sums(checked.budget),
    }
