"""The list of applications: by state, filtered, its columns chosen, kept as a view, taken away as a file."""

import tempfile
from pathlib import Path

from fastapi import APIRouter
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from config.i18n import gettext as _
from models.errors import BadInput
from models.vocabulary import Trigger
from web.asked import COLUMNS, Asked, asked_in, in_words
from web.forms import Posted
from web.visit import acting, looking
from workflows.accounts.sight import EVERYTHING
from workflows.applications.browsing import choices, one_page
from workflows.applications.counting import count_by_state
from workflows.applications.view_export import FORMATS, export_view
from workflows.lifecycle import CORRECTION, STEPS
from workflows.views import drop_view, keep_view, views_for

router = APIRouter()
SEE_OTHER = 303
KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
}


@router.get("/dossiers", name="applications")
def applications(request: Request, apres: int = 0) -> Response:
    """The applications that the filters of the address pick."""
    with looking(request) as visit:
        offered = choices(visit.session, visit.contract.id)
        asked = asked_in(request, offered.years, apres)
        return visit.page(
            "applications.html",
            offered=offered,
            asked=asked,
            columns=COLUMNS,
            counts=count_by_state(visit.session, visit.sight, asked.filters),
            page=one_page(visit.session, visit.sight, asked.filters),
            views=views_for(visit.session, visit.contract.id, visit.person.id),
            staff=bool(EVERYTHING & visit.roles),
            board=visit.may("board"),
            bulk=_moves_from(asked) if visit.may("bulk") else (),
        )


def _moves_from(asked: Asked) -> list[Trigger]:
    """The moves that make sense for a whole list: those of its state."""
    state = asked.filters.state
    steps = (step for step in (*STEPS, CORRECTION) if step.trigger is not Trigger.SUBMIT)
    return [step.trigger for step in steps if state is None or state in step.sources]


@router.get("/dossiers/export/{file_format}", name="export")
def export(request: Request, file_format: str) -> Response:
    """The list as a file, with the rows and columns of the screen."""
    with looking(request) as visit:
        offered = choices(visit.session, visit.contract.id)
        asked = asked_in(request, offered.years)
        if file_format not in FORMATS:
            raise BadInput(_("Formats d’export : CSV, XLSX ou ODS."))
        with tempfile.NamedTemporaryFile(suffix=f".{file_format}", delete=False) as made:
            path = Path(made.name)
        export_view(
            visit.session,
            visit.sight,
            asked.filters,
            [(name, _(COLUMNS[name])) for name in asked.columns],
            path,
            file_format=file_format,
            asked=in_words(asked, offered),
            now=visit.now,
        )
    name = f"dossiers-{visit.today}.{file_format}"
    return FileResponse(
        path, media_type=KINDS[file_format], filename=name, background=BackgroundTask(path.unlink)
    )


@router.post("/vues", name="keep_view")
def keep(request: Request, form: Posted) -> Response:
    """Keep the list under a name."""
    query = form.text("query").lstrip("?")
    with acting(request) as visit:
        shared = form.text("shared") == "yes" and bool(EVERYTHING & visit.roles)
        keep_view(
            visit.session, visit.contract.id, visit.person.id, form.text("name"), query, visit.now,
            shared=shared,
        )  # fmt: skip
    return RedirectResponse(f"/dossiers?{query}", SEE_OTHER)


@router.post("/vues/oter", name="drop_view")
def drop(request: Request, form: Posted) -> Response:
    """Forget a view."""
    number = form.text("view")
    with acting(request) as visit:
        drop_view(visit.session, visit.person.id, int(number) if number.isdecimal() else 0)
    return RedirectResponse("/dossiers", SEE_OTHER)
