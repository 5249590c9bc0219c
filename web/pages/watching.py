"""Watching the whole: figures of a call, the calendar, the board, fiches and pilots, the settings."""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Application, Call
from models.errors import BadInput, NotFound
from models.vocabulary import Role, State
from web.asked import asked_in, in_words
from web.settings_shown import shown_settings
from web.visit import Visit, looking
from workflows.accounts.sight import seen
from workflows.agenda import month_of
from workflows.applications.board import CARDS, board_of
from workflows.applications.browsing import choices, years_of
from workflows.applications.counting import count_by_state
from workflows.applications.filtering import Filters
from workflows.catalogue.one_fiche import fiche_whole
from workflows.committee_sheet import sessions_of_year
from workflows.fiche_figures import LATE, by_fiche, sums_of_fiche
from workflows.figures import OLD, beyond_marks, by_funder, oldest_of_states
from workflows.lifecycle import STEPS, moves_by_state
from workflows.possible import possible_moves
from workflows.waiting import due_on, late
from workflows.whose import Part

router = APIRouter()
LONGEST_AGO = 100  # years


@router.get("/chiffres", name="figures")
def figures(request: Request, appel: int | None = None) -> Response:
    """The funnel, the amounts of each funder, the age of what waits."""
    with looking(request) as visit:
        years, year = _year(visit, appel)
        counts = count_by_state(visit.session, visit.sight, Filters(year=year))
        return visit.page(
            "figures.html",
            years=years,
            year=year,
            funnel=counts.by_state,
            funders=by_funder(visit.session, visit.contract.id, year),
            ages=beyond_marks(visit.session, visit.contract.id, year, visit.now),
            oldest=oldest_of_states(visit.session, visit.contract.id, year),
            marks=OLD,
            sessions=sessions_of_year(visit.session, visit.contract.id, year),
        )


@router.get("/calendrier", name="calendar")
def calendar(request: Request, mois: str = "") -> Response:
    """A month of deadlines."""
    with looking(request) as visit:
        first = _month(mois, visit.today)
        before = (first.replace(day=1, month=12, year=first.year - 1) if first.month == 1
                  else first.replace(month=first.month - 1))  # fmt: skip
        after = (first.replace(month=1, year=first.year + 1) if first.month == 12
                 else first.replace(month=first.month + 1))  # fmt: skip
        weeks = month_of(visit.session, visit.sight, first)
        return visit.page(
            "calendar.html",
            may_closures=visit.may("closures"),
            first=first,
            before=before,
            after=after,
            weeks=weeks,
        )


@router.get("/calendrier/jour/{day}", name="due_day")
def due_day(request: Request, day: date, apres: int = 0) -> Response:
    """What is due that day."""
    with looking(request) as visit:
        due = due_on(visit.session, visit.sight, day, visit.today, apres)
        return visit.page("due_day.html", day=day, due=due)


@router.get("/tableau", name="board")
def board(request: Request) -> Response:
    """The list as columns, one a state."""
    with looking(request) as visit:
        offered = choices(visit.session, visit.contract.id)
        asked = asked_in(request, offered.years)
        return visit.page(
            "board.html",
            asked=asked,
            narrowed=in_words(asked, offered) if asked.narrowed else "",
            counts=count_by_state(visit.session, visit.sight, asked.filters),
            columns=board_of(visit.session, visit.sight, asked.filters),
            moves=moves_by_state(visit.roles - {Role.GRANTEE}),  # nobody is here as an applicant
            most=CARDS,
        )


@router.get("/dossiers/{reference}/vers/{state}", name="toward")
def toward(request: Request, reference: str, state: State) -> Response:
    """A card dropped on a column: the move that leads there, to look at before it is made."""
    with looking(request) as visit:
        application = seen(visit.session, visit.sight, reference)
        moves = possible_moves(visit.session, application, visit.actor, visit.now)
        leads = {step.trigger for step in STEPS if step.dest is state}
        found = [move for move in moves if move.trigger in leads]
        if len(found) == 1:
            return RedirectResponse(f"/dossiers/{reference}/etapes/{found[0].trigger}", 303)
        return RedirectResponse(f"/dossiers/{reference}#moves", 303)


@router.get("/fiches", name="fiches")
def fiches(request: Request, appel: int | None = None, pilote: int | None = None) -> Response:
    """Every fiche: actions asked, funded, reporting, closed, amounts, alerts."""
    with looking(request) as visit:
        years, year = _year(visit, appel)
        offered = choices(visit.session, visit.contract.id)
        if pilote is not None and pilote not in offered.organisations:
            raise NotFound(_("Cet organisme n’est pas (ou plus) dans l’annuaire du contrat."))
        rows = by_fiche(visit.session, visit.contract.id, year, visit.today, pilote)
        return visit.page(
            "fiches.html", years=years, year=year, rows=rows, pilot=pilote, most=LATE,
            organisations=offered.organisations, enjeux=offered.enjeux,
        )  # fmt: skip


@router.get("/fiches/{number}", name="fiche")
def fiche(request: Request, number: str, appel: int | None = None) -> Response:
    """One fiche: what it is for, who leads it, where its applications stand, what is late there."""
    with looking(request) as visit:
        found = fiche_whole(visit.session, visit.contract.id, number)
        years, year = _year(visit, appel)
        here = Part({}, (Application.fiche_id == found.id) & (Call.year == year))
        counts = count_by_state(visit.session, visit.sight, Filters(year=year, fiche=number))
        sums = sums_of_fiche(visit.session, visit.contract.id, year, found.id)
        return visit.page(
            "fiche.html", fiche=found, years=years, year=year, funnel=counts.by_state, sums=sums,
            late=late(visit.session, visit.sight, [here], visit.today),
        )  # fmt: skip


@router.get("/reglages", name="settings")
def settings(request: Request) -> Response:
    """How this installation is set; no secret is shown."""
    with looking(request) as visit:
        return visit.page(
            "settings.html", rows=shown_settings(visit.settings),
            may_tokens=visit.may("tokens"), may_webhooks=visit.may("webhooks"),
        )  # fmt: skip


def _year(visit: Visit, asked: int | None) -> tuple[list[int], int]:
    years = years_of(visit.session, visit.contract.id)
    if asked is not None and asked not in years:
        raise NotFound(_("Il n’y a pas d’appel {year}.").format(year=asked))
    return years, asked or (years[0] if years else visit.today.year)


def _month(text: str, today: date) -> date:
    if not text:
        return today.replace(day=1)
    try:
        found = date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise BadInput(_("Ce mois n’existe pas : écrivez par exemple 2021-03.")) from error
    if abs(found.year - today.year) > LONGEST_AGO:
        raise BadInput(_("Ce mois n’existe pas : écrivez par exemple 2021-03."))
    return found
