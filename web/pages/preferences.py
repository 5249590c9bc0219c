"""What a person chose about their mail, and their calendar under an address of its own."""

from fastapi import APIRouter, Depends
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import CalendarFeed
from models.errors import NotFound
from models.session import reading
from web.forms import Posted, posted
from web.limits import count
from web.visit import Visit, acting, looking, now_of, settings_of
from workflows.feeds import ADDRESS, make_feed, read_feed, revoke_feeds
from workflows.preferences import choices_of, choose

router = APIRouter()
SEE_OTHER = 303


@router.get("/mes-courriels", name="preferences")
def preferences(request: Request, fait: str = "") -> Response:
    """Each kind of mail that may be chosen, and the calendar."""
    with looking(request) as visit:
        return _page(visit, done=fait)


def _page(visit: Visit, *, done: str = "", address: str = "") -> Response:
    query = select(CalendarFeed.made_at).where(
        CalendarFeed.person_id == visit.person.id, CalendarFeed.revoked_at.is_(None)
    )
    return visit.page(
        "preferences.html",
        choices=choices_of(visit.session, visit.person, visit.roles),
        feed_since=visit.session.scalar(query),
        address=address,
        done=done,
    )


@router.post("/mes-courriels", name="choose_preferences")
def change(request: Request, form: Posted) -> Response:
    """Keep every choice of the form, or none of them."""
    with acting(request) as visit:
        for template, wanted in form.starting("frequency-").items():
            choose(visit.session, visit.person, template, wanted, visit.now)
    return RedirectResponse("/mes-courriels?fait=choisi", SEE_OTHER)


@router.post("/mes-courriels/calendrier", name="make_feed", dependencies=[Depends(posted)])
def make(request: Request) -> Response:
    """A new address, shown this once: Jalon keeps no more than what it hashes to."""
    with acting(request) as visit:
        secret = make_feed(visit.session, visit.person, visit.now)
        address = visit.settings.public_url + ADDRESS.format(secret=secret)
        return _page(visit, done="calendrier", address=address)


@router.post("/mes-courriels/calendrier/fin", name="revoke_feed", dependencies=[Depends(posted)])
def revoke(request: Request) -> Response:
    """The address opens nothing any more."""
    with acting(request) as visit:
        revoke_feeds(visit.session, visit.person, visit.now)
    return RedirectResponse("/mes-courriels?fait=fini", SEE_OTHER)


@router.get("/calendrier/{secret}.ics", name="feed")
def feed(request: Request, secret: str) -> Response:
    """The calendar itself, for the program that was given its address."""
    count(request, "using")
    settings = settings_of(request)
    with reading(settings.database_url) as session:
        text = read_feed(session, secret, now_of(request), public_url=settings.public_url)
    if text is None:
        raise NotFound(_("Ce calendrier n’existe pas, ou n’est plus ouvert."))
    named = {"Content-Disposition": 'inline; filename="echeances.ics"'}  # not after its secret
    return Response(text, media_type="text/calendar; charset=utf-8", headers=named)
