"""Every message that Jalon may send, each written for an example."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from config.i18n import gettext as _
from models.errors import NotFound
from notifications.catalogue import BY_KEY, CATALOGUE
from notifications.mail_words import mail_label
from notifications.rendering import render
from web.visit import looking

router = APIRouter()
OF_A_MAIL = (  # its styles stand in it; nothing else may load, run or be sent
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none';"
    " frame-ancestors 'self'; sandbox"
)


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
        return framed(render(key, entry.sample).html)


def framed(html: str) -> HTMLResponse:
    """A mail as a page that can do nothing, for a frame."""
    headers = {"Content-Security-Policy": OF_A_MAIL, "X-Frame-Options": "SAMEORIGIN"}
    return HTMLResponse(html, headers=headers)
