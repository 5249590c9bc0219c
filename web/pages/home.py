"""« Ce qui m’attend »: what is late, what this week brings, what the mail needs; then the pipeline."""

from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from web.navigation import only_applies
from web.visit import Visit, looking
from workflows.accounts.sight import EVERYTHING
from workflows.applications.browsing import years_of
from workflows.applications.counting import count_by_state
from workflows.applications.filtering import Filters
from workflows.call_days import coming_sessions
from workflows.due_days import coming_days
from workflows.figures import OLD, beyond_marks, by_funder
from workflows.mail_trouble import mail_trouble
from workflows.people_rules import STAFF
from workflows.ready import ready_to_move
from workflows.waiting import all_owed
from workflows.whose import owed_by_me, owed_by_others

router = APIRouter()


@router.get("/", name="home")
def home(request: Request) -> Response:
    """What waits for whoever is signed in."""
    with looking(request) as visit:
        if only_applies(visit.roles):
            return RedirectResponse("/mes-demandes", 303)
        mine = owed_by_me(visit.sight, visit.roles)
        theirs = owed_by_others(visit.sight) if STAFF & visit.roles else []
        owed = all_owed(visit.session, visit.sight, mine, theirs, visit.today)
        return visit.page(
            "home.html",
            late=owed.late,
            week=owed.week,
            after=owed.after,
            others=owed.others if theirs else None,
            may_opinions=visit.may("opinions"),
            **_of_the_programme(visit),
        )


def _of_the_programme(visit: Visit) -> dict[str, Any]:
    """Where the applications that one sees stand; and what only those who watch the whole see."""
    shown: dict[str, Any] = dict.fromkeys(
        ("mail", "ready", "sessions", "funnel", "funders", "year", "ages", "days")
    )
    years = years_of(visit.session, visit.contract.id)
    if years:
        year = years[0]
        counts = count_by_state(visit.session, visit.sight, Filters(year=year))
        shown |= {"year": year, "funnel": None if counts.beyond else counts.by_state}
    if not EVERYTHING & visit.roles:
        return shown
    if years:
        shown |= {
            "funders": by_funder(visit.session, visit.contract.id, year),
            "ages": beyond_marks(visit.session, visit.contract.id, year, visit.now),
            "marks": OLD,
        }
    if STAFF & visit.roles:
        shown["mail"] = mail_trouble(visit.session, visit.contract.id)
        shown["ready"] = ready_to_move(visit.session, visit.contract.id, visit.today)
        shown["sessions"] = coming_sessions(visit.session, visit.contract.id, visit.today)
    shown["days"] = coming_days(visit.session, visit.sight, visit.today)
    return shown
