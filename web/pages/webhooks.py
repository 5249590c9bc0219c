"""Other programs that are told of what happens: added, paused, removed; what they were told, told again."""

from dataclasses import dataclass

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from config.labels import event_label
from models.errors import BadInput, JalonError, NotFound, Problem, Refused
from notifications.hooks import EVENTS
from web.delay import beside_the_form
from web.draft_form import by_field
from web.errors import answer_of
from web.forms import Form, Posted, too_long
from web.visit import Visit, acting, looking
from workflows.tellings import latest_tellings, tell_again
from workflows.webhooks import subscribe, subscribers_of, turn, unsubscribe

router = APIRouter()
ADDRESS, SEE_OTHER = "/reglages/webhooks", 303
LONGEST = {"url": 2000, "note": 200}
DONE = {"stop": "pause", "start": "repris", "remove": "ote", "retry": "redit"}


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form."""

    url: str = ""
    note: str = ""
    events: tuple[str, ...] = ()


@router.get(ADDRESS, name="webhooks")
def webhooks(request: Request, fait: str = "", envois: str = "") -> Response:
    """Who is told, what they were told lately, or what failed; and the form of a new one."""
    with looking(request) as visit:
        return _page(visit, done=fait, failed=envois == "echecs")


@router.post(ADDRESS, name="keep_webhooks")
def keep(request: Request, form: Posted) -> Response:
    """Add one, whose secret is on the answer and nowhere else; pause, resume, remove; tell again."""
    intent = form.text("intent")
    try:
        with acting(request) as visit:
            if intent == "add":
                return _page(visit, secret=_added(visit, _typed(form)))
            _changed(visit, intent, form.number("number") or 0)
    except (BadInput, NotFound, Refused) as error:
        typed = _typed(form) if intent == "add" else Typed()
        with looking(request) as visit:
            return _page(visit, typed=typed, error=error)
    return RedirectResponse(f"{ADDRESS}?fait={DONE[intent]}", SEE_OTHER)


def _typed(form: Form) -> Typed:
    return Typed(form.text("url"), form.text("note"), tuple(form.texts("events")))


def _added(visit: Visit, typed: Typed) -> str:
    """The signing secret of the new subscriber; raises `BadInput` with each field to mend."""
    long = [
        Problem(too_long(text, LONGEST[name]), column=name)
        for name, text in (("url", typed.url), ("note", typed.note))
        if len(text) > LONGEST[name]
    ]
    if long:
        raise BadInput(long)
    try:
        _made, secret = subscribe(
            visit.session, visit.contract.id, typed.url, events=typed.events, note=typed.note,
            now=visit.now, private_allowed=visit.settings.webhook_private,
        )  # fmt: skip
    except BadInput as error:
        raise BadInput([Problem(p.text, column="url") for p in error.problems]) from error
    return secret


def _changed(visit: Visit, intent: str, number: int) -> None:
    session, contract = visit.session, visit.contract.id
    try:
        match intent:
            case "stop" | "start":
                turn(session, contract, number, on=intent == "start")
            case "remove":
                unsubscribe(session, contract, number)
            case "retry":
                tell_again(session, contract, number, visit.now)
            case _:
                raise BadInput(_("Choisissez ce qu’il faut faire d’un abonné ou d’un envoi."))
    except NotFound as error:
        raise NotFound(_("Cet abonné ou cet envoi n’existe plus : relisez la liste.")) from error


def _page(
    visit: Visit,
    *,
    typed: Typed = Typed(),  # it cannot change
    secret: str = "",
    error: JalonError | None = None,
    done: str = "",
    failed: bool = False,
) -> Response:
    problems = error.problems if isinstance(error, BadInput) else ()
    return visit.page(
        "webhooks.html",
        answer_of(error).status if error else 200,
        subscribers=subscribers_of(visit.session, visit.contract.id),
        tellings=latest_tellings(visit.session, visit.contract.id, failed=failed),
        failed=failed,
        events_said={event: event_label(event) for event in EVENTS},
        typed=typed,
        secret=secret,
        reasons=beside_the_form(error) if error else [],
        wrong=by_field((p.column, p.text) for p in problems if p.column),
        done=done,
    )
