"""The days that offices are closed: kept by managers, with what would move before it does."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from config.typed import day_of
from models.errors import BadInput
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.seen_first import seen_first
from web.visit import Visit, looking
from workflows.calendar_keeping import Moved, close_days, days_between, reopen_days
from workflows.closed_days import closed_days_of
from workflows.rules import rules_of

router = APIRouter()
ADDRESS = "/calendrier/fermetures"
SHOWN = 100  # of the dates that move


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks: these days closed, or open again."""

    intent: str
    days: list[date]
    label: str

    def done_by(self, visit: Visit) -> list[Moved]:
        """Do it in the visit's transaction; raises `BadInput`, `Refused`."""
        session, contract, actor, now = visit.session, visit.contract.id, visit.actor, visit.now
        if self.intent == "reopen":
            return reopen_days(session, contract, self.days, actor=actor, now=now)
        return close_days(session, contract, self.days, self.label, actor=actor, now=now)


@router.get(ADDRESS, name="closures")
def closures(request: Request, fait: str = "") -> Response:
    """The closed days to come, and the forms that change them."""
    with looking(request) as visit:
        return _page(visit, done=fait == "oui")


@router.post(ADDRESS, name="keep_closures")
def keep(request: Request, form: Posted) -> Response:
    """What would move; then, confirmed, do it. What cannot be is told with what was typed."""
    return seen_first(
        request, form, _wanted, _foreseen, page=_page, template="closing.html", address=ADDRESS
    )


def _foreseen(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    return {"moved": wanted.done_by(visit), "shown": SHOWN}


def _wanted(form: Form) -> Wanted:
    if form.text("intent") not in {"close", "reopen"}:
        raise BadInput(_("Choisissez de fermer ou de rouvrir un jour."))
    first = day_of(form.text("first"))
    last = day_of(form.text("last")) if form.text("last") else first
    if first is None or last is None:
        raise BadInput(_("Quel jour ? Écrivez une date, comme 14/05/2021."))
    return Wanted(form.text("intent"), days_between(first, last), form.text("label"))


def _page(
    visit: Visit, *, form: Form | None = None, error: Exception | None = None, done: bool = False
) -> Response:
    kept = closed_days_of(visit.session, visit.contract.id)
    return visit.page(
        "closures.html",
        answer_of(error).status if error else 200,
        coming=[(day, label) for day, label in kept.items() if day >= visit.today],
        past=[(day, label) for day, label in kept.items() if day < visit.today],
        fixed=[day for day in rules_of().policies.calendar.extra_closed_days if day >= visit.today],
        may_keep=visit.may("keep_closures"),
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in ("first", "last", "label")},
        done=done,
    )
