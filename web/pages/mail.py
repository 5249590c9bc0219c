"""Mail: what leaves and what does not, one message as its reader sees it, held batches."""

from typing import NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput, JalonError, Refused
from models.vocabulary import MessageStatus
from notifications import outbox_actions
from notifications.mail_words import mail_label
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.pages.mail_templates import framed
from web.visit import Visit, acting, looking
from workflows.batches import list_batches, release_batch
from workflows.mail_search import ADDRESSES, addresses_like
from workflows.mailbox import (
    about_of,
    counts_of_mail,
    counts_within,
    message_of,
    page_of_mail,
    read_message,
)

router = APIRouter()
SEE_OTHER = 303
LONGEST = 320  # characters of an address


@router.get("/courrier", name="mail")
def mail(
    request: Request,
    etat: str = "",
    dossier: str = "",
    destinataire: str = "",
    avant: int | None = None,
    fait: str = "",
) -> Response:
    """The messages of the contract, the latest first; batches that were held, before all."""
    if etat and etat not in set(MessageStatus):
        raise BadInput(_("Cet état de courrier n’existe pas : revenez au courrier."))
    asked = Box(etat, dossier.strip(), destinataire.strip()[:LONGEST].lower())
    with looking(request) as visit:
        return _box(visit, asked, avant, done=bool(fait))


class Box(NamedTuple):
    """What the list is narrowed to, as its address says it: a status, a reference, how the recipient begins."""

    etat: str = ""
    dossier: str = ""
    destinataire: str = ""

    def address(self, **changes: object) -> str:
        """The same list with something changed; an empty value takes a filter away."""
        kept = {name: value for name, value in (self._asdict() | changes).items() if value}
        return f"/courrier?{urlencode(kept)}" if kept else "/courrier"


def _box(
    visit: Visit,
    asked: Box,
    before: int | None = None,
    error: JalonError | None = None,
    *,
    done: bool = False,
) -> Response:
    session, contract = visit.session, visit.contract.id
    status = MessageStatus(asked.etat) if asked.etat else None
    found = addresses_like(session, contract, asked.destinataire) if asked.destinataire else None
    addresses = found[:ADDRESSES] if found is not None else None
    narrowed = bool(asked.dossier) or addresses is not None
    return visit.page(
        "mail.html",
        answer_of(error).status if error else 200,
        asked=asked,
        chosen=status,
        statuses=list(MessageStatus),
        counts=counts_within(session, contract, asked.dossier, addresses)
        if narrowed
        else counts_of_mail(session, contract),
        page=page_of_mail(
            session, contract, status=status, reference=asked.dossier, addresses=addresses,
            before=before,
        ),
        too_many=ADDRESSES if found is not None and len(found) > ADDRESSES else 0,
        batches=list_batches(session, contract),
        label=mail_label,
        reasons=sentences_of(error) if error else [],
        done=done,
    )  # fmt: skip


@router.post("/courrier/lots", name="release_batch")
def release(request: Request, form: Posted) -> Response:
    """Let a held batch go; one that somebody let go meanwhile is told above the list."""
    try:
        with acting(request) as visit:
            release_batch(
                visit.session, form.text("batch"), visit.now, visit.person.email, visit.contract.id
            )
    except BadInput as error:
        with looking(request) as visit:
            return _box(visit, Box(), error=error)
    request.app.state.wake_mail()
    return RedirectResponse("/courrier?fait=lot", SEE_OTHER)


@router.get("/courrier/{number}", name="message")
def message(request: Request, number: int, fait: str = "") -> Response:
    """One message: where it stands, what it says, what may be done."""
    with looking(request) as visit:
        return _message(visit, number, done=bool(fait))


def _message(
    visit: Visit,
    number: int,
    error: JalonError | None = None,
    typed: str = "",
    *,
    done: bool = False,
) -> Response:
    found = message_of(visit.session, visit.contract.id, number)
    return visit.page(
        "message.html",
        answer_of(error).status if error else 200,
        message=found,
        about=about_of(visit.session, found),
        read=read_message(found.content),
        label=mail_label,
        reasons=sentences_of(error) if error else [],
        typed=typed,
        done=done,
    )


@router.get("/courrier/{number}/page", name="message_page")
def message_page(request: Request, number: int) -> Response:
    """Its HTML part, in a frame that can do nothing."""
    with looking(request) as visit:
        found = message_of(visit.session, visit.contract.id, number)
        return framed(read_message(found.content).html)


@router.post("/courrier/{number}", name="handle_message")
def handle(request: Request, number: int, form: Posted) -> Response:
    """Send again, let go, or give up one message."""
    try:
        _handle(request, number, form)
    except (BadInput, Refused) as error:
        with looking(request) as visit:
            return _message(visit, number, error, form.text("reason"))
    request.app.state.wake_mail()
    return RedirectResponse(f"/courrier/{number}?fait=oui", SEE_OTHER)


def _handle(request: Request, number: int, form: Form) -> None:
    with acting(request) as visit:
        key = message_of(visit.session, visit.contract.id, number).key
        match form.text("intent"):
            case "retry":
                outbox_actions.retry(visit.session, key, now=visit.now)
            case "release":
                outbox_actions.release(visit.session, key, now=visit.now)
            case "cancel":
                reason = form.text("reason")
                if not reason:
                    raise BadInput(_("Écrivez pourquoi ce message ne doit pas partir."))
                outbox_actions.cancel(visit.session, key, reason=reason)
            case _:
                raise BadInput(_("Choisissez ce qu’il faut faire de ce message."))
