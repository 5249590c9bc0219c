"""Answering a reminder by the link in the mail: no sign-in, a button, nothing done by looking."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models.errors import BadInput, NotFound, Refused
from models.session import reading, transaction
from notifications.reasons import duty_label
from web.delay import beside_the_form, delay_in, slip_of
from web.errors import answer_of
from web.forms import Posted
from web.limits import count
from web.templating import page
from web.visit import now_of, settings_of
from workflows.answer_links import Opened, answer_by_link, open_link
from workflows.deadlines import civil_date

router = APIRouter()


def _secret(request: Request) -> bytes:
    secret = settings_of(request).mail_secret
    if secret is None:
        raise NotFound(_("Ce lien ne sert plus : répondez au courriel, ou connectez-vous."))
    return secret.get_secret_value().encode()


@router.get("/repondre/{signature}", name="open_answer")
def open_answer(request: Request, signature: str) -> Response:
    """Two forms: programs that open every link of a mail answer nothing."""
    count(request, "using")
    with reading(settings_of(request).database_url) as session:
        opened = open_link(session, _secret(request), signature, now_of(request))
        return page(request, "answer_link.html", _values(opened))


@router.post("/repondre/{signature}", name="give_answer")
def give_answer(request: Request, signature: str, form: Posted) -> Response:
    """« Je m’en occupe », or a date asked for with its reason; the date in force stays."""
    count(request, "using")
    asks = form.text("do") == "ask_delay"
    secret, now = _secret(request), now_of(request)
    try:
        with transaction(settings_of(request).database_url) as session:
            opened = open_link(session, secret, signature, now)
            values = _values(opened)
            wanted, reason = None, ""
            if asks:
                wanted, reason = delay_in(form, opened.obligation, civil_date(now))
            values["until"] = answer_by_link(
                session, secret, signature, now, wanted=wanted, reason=reason
            )
            return page(request, "answer_link.html", values | {"asked": asks})
    except (BadInput, Refused) as error:
        with reading(settings_of(request).database_url) as session:
            values = _values(open_link(session, secret, signature, now))
        values |= {"slip": slip_of(form, error), "problems": beside_the_form(error)}
        return page(request, "answer_link.html", values, answer_of(error).status)


def _values(opened: Opened) -> dict[str, object]:
    owed = opened.obligation
    label = duty_label(owed)
    return {
        "label": f"{label} ({owed.about})" if owed.about else label,
        "title": opened.application.title,
        "reference": opened.application.reference,
        "due": owed.effective_on,
        "until": None,
        "asked": False,
        "slip": None,
        "problems": [],
    }
