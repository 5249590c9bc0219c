"""No more of one kind of mail, by the link that the mail itself carries: no sign-in, one click."""

from typing import Annotated

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from config.i18n import gettext as _
from models import Person
from models.errors import NotFound
from models.session import transaction
from models.vocabulary import Frequency
from notifications.mail_words import mail_label
from notifications.tokens import Unsubscription, read_unsubscription
from web.limits import count
from web.templating import page
from web.visit import now_of, settings_of
from workflows.preferences import choose

router = APIRouter()


def signed(request: Request, signature: str) -> Unsubscription:
    """Who wants no more of what; the address is its own proof. Raises `NotFound` for a forged one."""
    count(request, "using")
    secret = settings_of(request).mail_secret
    found = read_unsubscription(secret.get_secret_value().encode(), signature) if secret else None
    if found is None:
        raise NotFound(
            _(
                "Ce lien n’est pas, ou n’est plus, valable : connectez-vous pour régler vos courriels."
            )
        )
    return found


Signed = Annotated[Unsubscription, Depends(signed)]


@router.get("/courriels/arret/{signature}", name="ask_stop")
def ask_stop(request: Request, wanted: Signed) -> Response:
    """A button: programs that open every link of a mail stop nothing."""
    return _page(request, wanted, done=False)


@router.post("/courriels/arret/{signature}", name="stop_mail")
def stop_mail(request: Request, wanted: Signed) -> Response:
    """Stop it; a mail program may post here by itself (RFC 8058), and again."""
    with transaction(settings_of(request).database_url) as session:
        person = session.get(Person, wanted.person_id)
        if person is not None:
            choose(session, person, wanted.template, Frequency.NONE.value, now_of(request))
    return _page(request, wanted, done=True)


def _page(request: Request, wanted: Unsubscription, *, done: bool) -> Response:
    values = {"what": mail_label(wanted.template), "done": done}
    return page(request, "stop_mail.html", values)
