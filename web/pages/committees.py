"""The committee days of the latest call: planned and moved by managers, with what follows before it does."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from config.typed import day_of
from models import Call, CommitteeSession
from models.errors import BadInput, NotFound
from web.errors import answer_of, sentences_of
from web.foreseen import mail_of
from web.forms import Form, Posted
from web.seen_first import seen_first
from web.visit import Visit, looking
from workflows.call_days import last_planning
from workflows.queries import get_call
from workflows.sessions import move_session, plan_session

router = APIRouter()
ADDRESS = "/calendrier/comites"
SHOWN = 100  # of the dates that follow
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the form asks: one more day, or another day for the session of that number."""

    number: int | None
    day: date
    label: str

    def done_by(self, visit: Visit) -> date | None:
        """Do it in the visit's transaction; the day of before. Raises `BadInput`, `NotFound`, `Refused`."""
        call = get_call(visit.session, visit.contract.id)
        actor, now = visit.actor, visit.now
        if self.number is None:
            plan_session(visit.session, call, self.day, actor=actor, now=now, label=self.label)
            return None
        planned = _planned(call, self.number)
        before = planned.held_on
        move_session(visit.session, call, planned, self.day, actor=actor, now=now)
        return before


@router.get(ADDRESS, name="committees")
def committees(request: Request, fait: str = "") -> Response:
    """The sessions of the latest call, and the forms that change them."""
    with looking(request) as visit:
        return _page(visit, done=fait == "oui")


@router.post(ADDRESS, name="keep_committees")
def keep(request: Request, form: Posted) -> Response:
    """What would follow; then, confirmed, do it. What cannot be is told with what was typed."""
    return seen_first(
        request, form, _wanted, _foreseen,
        page=_page, template="committee_then.html", address=ADDRESS,
    )  # fmt: skip


def _foreseen(visit: Visit, wanted: Wanted) -> dict[str, Any]:
    before = wanted.done_by(visit)
    visit.session.flush()
    entry, followed = last_planning(visit.session, visit.contract.id)
    mail = mail_of(visit.session, entry)
    return {"before": before, "followed": followed, "mail": mail, "shown": SHOWN}


def _wanted(form: Form) -> Wanted:
    day = day_of(form.text("day"))
    if day is None:
        raise BadInput(_("Quel jour ? Écrivez une date, comme 14/05/2021."))
    label = form.text("label")
    if len(label) > LONGEST:
        said = _("Le nom de la séance a {count} lettres ; au plus {most}.")
        raise BadInput(said.format(count=len(label), most=LONGEST))
    return Wanted(form.number("session"), day, label)


def _planned(call: Call, number: int) -> CommitteeSession:
    found = next((one for one in call.sessions if one.id == number), None)
    if found is None:
        raise NotFound(_("Cette séance n’est pas de l’appel {year}.").format(year=call.year))
    return found


def _page(
    visit: Visit, *, form: Form | None = None, error: Exception | None = None, done: bool = False
) -> Response:
    call = None
    with suppress(NotFound):
        call = get_call(visit.session, visit.contract.id)
    planned = list(call.sessions) if call else []
    return visit.page(
        "committees.html",
        answer_of(error).status if error else 200,
        call=call,
        coming=[one for one in planned if one.held_on >= visit.today],
        past=[one for one in planned if one.held_on < visit.today],
        may_keep=visit.may("keep_committees") and call is not None,
        reasons=sentences_of(error) if error else [],
        typed={name: form.text(name) if form else "" for name in ("session", "day", "label")},
        done=done,
    )
