"""The account of an action, by whoever was funded: done, not done, or new dates asked."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from config.typed import amount_of, day_of
from models import Application
from models.errors import BadInput, JalonError, Problem, Reason, Refused
from models.vocabulary import Act, ReportEnding, ReportKind
from web.draft_form import by_field
from web.errors import answer_of, sentences_of
from web.forms import ROOMY, Form
from web.pages.applications import must_see
from web.uploads import PostedFiles, inspected
from web.visit import acting, looking
from workflows.attachments.giving import give_report
from workflows.desk import Desk
from workflows.grants import fault_of_end
from workflows.lifecycle import ACT
from workflows.queries import get_application

router = APIRouter()
SEE_OTHER = 303
FIELDS = ("ending", "spent", "asked_end", "comment")  # in the order of the page


class Said(NamedTuple):
    """What the form says, read."""

    kind: ReportKind
    ending: ReportEnding
    spent: Decimal | None
    comment: str
    asked_end: date | None


@router.get("/mes-demandes/{reference}/bilan", name="report")
def report(request: Request, reference: str, type: ReportKind = ReportKind.FINAL) -> Response:  # noqa: A002 # the word of the address
    """The form, empty."""
    return _page(request, reference, {"kind": type.value})


@router.post("/mes-demandes/{reference}/bilan", name="give_report")
def give(request: Request, reference: str, form: PostedFiles) -> Response:
    """Send the report and its files; what is wrong is said at its field, and nothing typed is lost."""
    try:
        files = inspected(request, form, "files")
        said = _said(form, with_files=bool(files))
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            _is_later(application, said.asked_end)
            desk = Desk.at(visit.session, visit.actor, visit.now)
            give_report(
                desk,
                application,
                said.kind,
                files,
                ending=said.ending,
                spent=said.spent,
                comment=said.comment,
                asked_end=said.asked_end,
            )
    except (BadInput, Refused) as error:
        typed = {name: form.text(name, most=ROOMY) for name in ("kind", *FIELDS)}
        return _page(request, reference, typed, error)
    return RedirectResponse(f"/mes-demandes/{reference}?fait=bilan", SEE_OTHER)


def _said(form: Form, *, with_files: bool) -> Said:
    """What was filled in; raises `BadInput` with every field to mend."""
    problems: list[Problem] = []
    kind = ReportKind.INTERIM if form.text("kind") == "interim" else ReportKind.FINAL
    ending = next((e for e in ReportEnding if e == form.text("ending")), None)
    if kind is ReportKind.INTERIM:
        ending = ReportEnding.CARRIED_OUT
    elif ending is None:
        problems.append(Problem(_("Dites si l’action a eu lieu."), column="ending"))
    comment = form.prose("comment", problems)
    if ending in {ReportEnding.NOT_CARRIED_OUT, ReportEnding.NEW_DATES} and not comment:
        problems.append(Problem(_("Expliquez pourquoi en quelques mots."), column="comment"))
    if ending is ReportEnding.CARRIED_OUT and not comment and not with_files:
        text = _("Joignez votre bilan, ou racontez en quelques lignes ce qui a été fait.")
        problems.append(Problem(text, column="comment"))
    said = Said(
        kind,
        ending or ReportEnding.CARRIED_OUT,
        _spent(form, ending, problems),
        comment,
        _asked_end(form, ending, problems),
    )
    if problems:
        raise BadInput(sorted(problems, key=lambda problem: FIELDS.index(problem.column)))
    return said


def _spent(form: Form, ending: ReportEnding | None, problems: list[Problem]) -> Decimal | None:
    text = form.text("spent")
    if ending is not ReportEnding.CARRIED_OUT or not text:
        if ending is ReportEnding.CARRIED_OUT and form.text("kind") != "interim":
            said = _("Indiquez ce que l’action a coûté, en euros.")
            problems.append(Problem(said, column="spent"))
        return None
    found = amount_of(text)
    if found is None or found < 0:
        said = _("« {found} » n’est pas un montant en euros : écrivez par exemple 3000 ou 3000,50.")
        problems.append(Problem(said.format(found=text[:60]), column="spent"))
    return found


def _asked_end(form: Form, ending: ReportEnding | None, problems: list[Problem]) -> date | None:
    if ending is not ReportEnding.NEW_DATES:
        return None
    found = day_of(form.text("asked_end"))
    if found is None:
        said = _("Indiquez jusqu’à quand vous demandez à prolonger, par exemple 30/06/2022.")
        problems.append(Problem(said, column="asked_end"))
    return found


def _is_later(application: Application, asked_end: date | None) -> None:
    """Raises `BadInput`, at its field, for a new end that cannot be."""
    if asked_end is not None and (fault := fault_of_end(application, asked_end)):
        raise BadInput([Problem(fault, column="asked_end")])


def _page(
    request: Request, reference: str, typed: dict[str, str], error: JalonError | None = None
) -> Response:
    with looking(request) as visit:
        must_see(visit, reference)
        application = get_application(visit.session, reference)
        if application.state not in ACT[Act.RECEIVE_REPORT].states:
            text = _("Ce n’est pas encore, ou plus, le moment de rendre compte de cette action.")
            raise Refused([Reason("wrong_state", text)])
        problems = error.problems if isinstance(error, BadInput) else ()
        return visit.page(
            "report.html",
            answer_of(error).status if error else 200,
            application=application,
            typed=by_field(typed.items()),
            errors=problems,
            problems=sentences_of(error) if error and not problems else [],
            wrong=by_field((problem.column, problem.text) for problem in problems),
            most=visit.settings.upload_megabytes,
        )
