"""Where a mail server hands over what came back: one mail a request, under a secret of the settings.

It is neither a page nor the API: no session, no token of a person. Errors are told as the API does.
"""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from config.i18n import gettext as _
from models.errors import BadInput, Unavailable
from models.session import transaction
from notifications.bounces import Kind
from web.access import SignInFirst
from web.api.credentials import bearer_of
from web.api.problems import NotThatKind
from web.api.route import ProblemRoute, body_within
from web.limits import count
from web.visit import now_of, settings_of
from workflows.bounces import LARGEST, hear

router = APIRouter(route_class=ProblemRoute, include_in_schema=False)
KINDS = {"message/rfc822", "message/global"}


class Heard(BaseModel):
    """What the mail was found to be."""

    kind: Kind


def vouched(request: Request) -> None:
    """The secret, before anything is read. Raises `Unavailable` when there is none, `SignInFirst`,
    `TooOften`.
    """
    secret = settings_of(request).bounce_hook_secret
    given = bearer_of(request).encode()
    if secret and secrets.compare_digest(given, secret.get_secret_value().encode()):
        return
    count(request, "unknown")
    if secret is None:
        text = _(
            "Les messages revenus ne se reçoivent pas ici : JALON_BOUNCE_HOOK_SECRET est vide."
        )
        raise Unavailable(text)
    raise SignInFirst(_("Il faut le secret de JALON_BOUNCE_HOOK_SECRET : Authorization: Bearer …"))


async def handed_over(request: Request) -> bytes:
    """The mail, whole. Raises `NotThatKind`, `TooLarge`, `BadInput` for an empty one."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in KINDS:
        said = _("« {kind} » refusé, attendu : Content-Type: message/rfc822, le message tel quel.")
        raise NotThatKind(said.format(kind=kind or "?"))
    content = await body_within(request, LARGEST)
    if not content.strip():
        raise BadInput(_("Le message est vide, attendu : le message revenu, tel quel."))
    return content


@router.post("/courriels/retours", name="hear_return", dependencies=[Depends(vouched)])
async def hear_return(request: Request, content: Annotated[bytes, Depends(handed_over)]) -> Heard:
    """Take it in; the same mail again changes nothing. `Envelope-To` is whom it was addressed to."""

    def take_in() -> Kind:
        recipient = request.headers.get("envelope-to", "")
        with transaction(settings_of(request).database_url) as session:
            return hear(session, content, now_of(request), recipient=recipient)

    return Heard(kind=await run_in_threadpool(take_in))
