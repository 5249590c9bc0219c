"""Mail: what leaves and what does not, one message as its reader sees it, held batches, the templates."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput, JalonError, NotFound, Refused
from models.vocabulary import MessageStatus
from notifications import outbox_actions
from notifications.catalogue import BY_KEY, CATALOGUE
from notifications.mail_words import mail_label
from notifications.rendering import render
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted
from web.visit import Visit, acting, looking
from workflows.batches import list_batches, release_batch
from workflows.mailbox import about_of, counts_of_mail, message_of, page_of_mail, read_message

router = APIRouter()
SEE_OTHER = 303
OF_A_MAIL = (  # its styles stand in it; nothing else may load, run or be sent
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox"
)


@router.get("/courrier", name="mail")
def mail(request: Request, etat: str = "", dossier: str = "", avant: int | None = None) -> Response:
    """The messages of the contract, the latest first; batches that were held, before all."""
    if etat and etat not in set(MessageStatus):
        raise BadInput(_("Cet état de courrier n’existe pas : revenez au courrier."))
    status = MessageStatus(etat) if etat else None
    with looking(request) as visit:
        return visit.page(
            "mail.html",
            chosen=status,
            reference=dossier.strip(),
            counts=counts_of_mail(visit.session, visit.contract.id),
            page=page_of_mail(
                visit.session,
                visit.contract.id,
                status=status,
                reference=dossier.strip(),
                before=avant,
            ),
            batches=list_batches(visit.session, visit.contract.id),
            label=mail_label,
        )


@router.post("/courrier/lots", name="release_batch")
def release(request: Request, form: Posted) -> Response:
    """Let a held batch go."""
    with acting(request) as visit:
        release_batch(
            visit.session, form.text("batch"), visit.now, visit.person.email, visit.contract.id
        )
    request.app.state.wake_mail()
    return RedirectResponse("/courrier", SEE_OTHER)


@router.get("/courrier/modeles", name="templates")
def templates(request: Request) -> Response:
    """Every message that Jalon may send."""
    with looking(request) as visit:
        return visit.page(
            "mail_templates.html", entries=CATALOGUE, label=mail_label, may_mail=visit.may("mail")
        )


@router.get("/courrier/modeles/{key}", name="template")
def template(request: Request, key: str) -> Response:
    """One message, written for an example."""
    entry = BY_KEY.get(key)
    if entry is None:
        raise NotFound(_("Ce modèle de courriel n’existe pas."))
    with looking(request) as visit:
        words = render(key, entry.sample)
        return visit.page("mail_template.html", entry=entry, words=words, label=mail_label)


@router.get("/courrier/modeles/{key}/page", name="template_page")
def template_page(request: Request, key: str) -> Response:
    """Its HTML part, in a frame that can do nothing."""
    entry = BY_KEY.get(key)
    if entry is None:
        raise NotFound(_("Ce modèle de courriel n’existe pas."))
    with looking(request):
        return _framed(render(key, entry.sample).html)


@router.get("/courrier/{number}", name="message")
def message(request: Request, number: int) -> Response:
    """One message: where it stands, what it says, what may be done."""
    with looking(request) as visit:
        return _message(visit, number)


def _message(
    visit: Visit, number: int, error: JalonError | None = None, typed: str = ""
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
    )


@router.get("/courrier/{number}/page", name="message_page")
def message_page(request: Request, number: int) -> Response:
    """Its HTML part, in a frame that can do nothing."""
    with looking(request) as visit:
        found = message_of(visit.session, visit.contract.id, number)
        return _framed(read_message(found.content).html)


@router.post("/courrier/{number}", name="handle_message")
def handle(request: Request, number: int, form: Posted) -> Response:
    """Send again, let go, or give up one message."""
    try:
        _handle(request, number, form)
    except (BadInput, Refused) as error:
        with looking(request) as visit:
            return _message(visit, number, error, form.text("reason"))
    request.app.state.wake_mail()
    return RedirectResponse(f"/courrier/{number}", SEE_OTHER)


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


def _framed(html: str) -> HTMLResponse:
    headers = {"Content-Security-Policy": OF_A_MAIL, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html, headers=headers)
