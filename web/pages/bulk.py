"""One move for many applications: what is possible and what is not, before; a result for each, after."""

from dataclasses import replace

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models.errors import BadInput
from models.vocabulary import Trigger
from web.asked import asked_of
from web.delay import said_at
from web.forms import ROOMY, Form, Posted
from web.saying import ASKS, given_in
from web.visit import Visit, looking
from workflows.applications.browsing import years_of
from workflows.bulk import AT_MOST
from workflows.bulk_moves import look_ahead, move_each, references_of
from workflows.call_days import coming_sessions
from workflows.move import Given

router = APIRouter()


@router.post("/dossiers/lot", name="bulk")
def bulk(request: Request, form: Posted) -> Response:
    """What the move would do to each of those chosen; nothing is done."""
    with looking(request) as visit:
        trigger = _trigger(form)
        references = _chosen(visit, form, "reference", "refused")
        given, problem = _given(form, trigger)
        if "session" in ASKS.get(trigger, ()) and given.session_id is None:
            given = replace(given, session_id=_next_session(visit))
        return _preview(visit, trigger, references, given, problem)


@router.post("/dossiers/lot/faire", name="make_bulk")
def make_bulk(request: Request, form: Posted) -> Response:
    """Do it: one transaction each, a result for each row."""
    with looking(request) as visit:
        trigger = _trigger(form)
        references, (given, problem) = _chosen(visit, form, "reference"), _given(form, trigger)
        wants_reason = "reason" in ASKS.get(trigger, ()) and trigger is not Trigger.WITHDRAW
        if wants_reason and not given.reason:
            problem = _("Écrivez le motif.")
        if problem:
            return _preview(visit, trigger, references, given, problem)
        ahead = look_ahead(
            visit.session, visit.sight, references, trigger, visit.actor, visit.now, given
        )
        titles = {chosen.reference: chosen.title for chosen in ahead}
        actor, sight, now = visit.actor, visit.sight, visit.now
    results = move_each(visit.settings.database_url, sight, references, trigger, actor, now, given)
    with looking(request) as visit:
        return visit.page("bulk_done.html", results=results, trigger=trigger, titles=titles)


def _preview(
    visit: Visit, trigger: Trigger, references: list[str], given: Given, problem: str = ""
) -> Response:
    chosen = look_ahead(
        visit.session, visit.sight, references, trigger, visit.actor, visit.now, given
    )
    return visit.page(
        "bulk.html",
        400 if problem else 200,
        trigger=trigger,
        fields=ASKS.get(trigger, ()),
        given=given,
        possible=[row for row in chosen if not row.reasons],
        refused=[row for row in chosen if row.reasons],
        sessions=coming_sessions(visit.session, visit.contract.id, visit.today),
        problem=problem,
    )


def _given(form: Form, trigger: Trigger) -> tuple[Given, str]:
    """What the form says, and what is wrong with its reason."""
    try:
        return given_in(form, trigger), ""
    except BadInput as error:
        problem = said_at(error, "reason")
        if not problem:
            raise
        return Given(reason=form.text("reason", most=ROOMY)), problem


def _trigger(form: Form) -> Trigger:
    name = form.text("trigger")
    if name not in set(Trigger) - {Trigger.SUBMIT}:
        raise BadInput(_("Choisissez une étape, puis recommencez."))
    return Trigger(name)


def _next_session(visit: Visit) -> int | None:
    """The session that one most likely means, until another is chosen."""
    coming = coming_sessions(visit.session, visit.contract.id, visit.today)
    return coming[0].id if coming else None


def _chosen(visit: Visit, form: Form, *names: str) -> list[str]:
    """The references in these fields, or all that the list picks."""
    if form.text("all") == "yes":
        years = years_of(visit.session, visit.contract.id)
        asked = asked_of(QueryParams(form.text("query")), years, visit.now)
        found = references_of(visit.session, visit.sight, asked.filters)
    else:
        found = [reference for name in names for reference in form.texts(name)]
    if not found:
        raise BadInput(_("Aucun dossier n’est choisi : cochez-en au moins un."))
    if len(found) > AT_MOST:
        said = _("{count} dossiers choisis, au plus {most} à la fois : choisissez-en moins.")
        raise BadInput(said.format(count=len(found), most=AT_MOST))
    return found
