"""Where I am signed in, ending sessions, signing out, and the language of this browser."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.session import transaction
from web.agents.leaving import way_out
from web.cookies import drop_session, keep_language, session_secret
from web.forms import Posted
from web.returning import ours
from web.security import LANGUAGES
from web.visit import acting, limits_of, looking, settings_of
from workflows.accounts.visits import end_others, end_session, end_this, sessions_of

router = APIRouter()
SEE_OTHER = 303


@router.get("/mes-sessions", name="sessions")
def sessions(request: Request) -> Response:
    """Where the person is signed in."""
    with looking(request) as visit:
        mine = sessions_of(visit.session, visit.person.id, visit.now, limits_of(visit.settings))
        return visit.page("sessions.html", sessions=mine, current=visit.web_session.id)


@router.post("/mes-sessions", name="end_session")
def end(request: Request, form: Posted) -> Response:
    """End one session of the person, or all but this one."""
    with acting(request) as visit:
        which = form.text("session")
        if which == "others":
            end_others(visit.session, visit.person.id, visit.web_session.id)
        else:
            end_session(visit.session, visit.person.id, int(which) if which.isdecimal() else 0)
    return RedirectResponse("/mes-sessions", SEE_OTHER)


@router.post("/deconnexion", name="sign_out")
def sign_out(request: Request, _form: Posted) -> Response:
    """End this session; the browser forgets it."""
    with transaction(settings_of(request).database_url) as session:
        elsewhere = way_out(request, session)
        end_this(session, session_secret(request))
    response = RedirectResponse(elsewhere or "/connexion", SEE_OTHER)
    drop_session(request, response)
    return response


@router.post("/langue", name="speak")
def speak(request: Request, form: Posted) -> Response:
    """Read in another language from here on: the same page, or home."""
    code = form.text("language")
    response = RedirectResponse(ours(form.text("back")), SEE_OTHER)
    if code in LANGUAGES:
        keep_language(request, response, code)
    return response
