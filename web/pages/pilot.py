"""A pilot's day: their fiches, opinions to give together, reports to review."""

from contextlib import suppress
from urllib.parse import urlencode

from fastapi import APIRouter
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Application, Organisation
from models.errors import BadInput, NotFound, Refused
from models.vocabulary import Act, Verdict
from web.delay import beside_the_form, said_at
from web.errors import answer_of
from web.forms import LONGEST, ROOMY, Posted, too_long
from web.pages.applications import must_see
from web.visit import Visit, acting, looking, settings_of
from workflows.accounts.sight import sees
from workflows.acts import give_opinion
from workflows.attachments.keeping import Owner, attachments_of
from workflows.bulk import one_by_one
from workflows.desk import Desk
from workflows.grants import awaits_review, review_report
from workflows.portal.awaiting import COUNTED, opinions_to_give, reports_to_review
from workflows.portal.led import fiches_led
from workflows.queries import get_application, get_call

router = APIRouter()
SEE_OTHER = 303
GIVEN = (Verdict.FAVOURABLE, Verdict.RESERVED, Verdict.ADVERSE)


@router.get("/mes-fiches", name="my_fiches")
def my_fiches(request: Request) -> Response:
    """The fiches of the pilot, with what the latest call brought to each."""
    with looking(request) as visit:
        call = None
        with suppress(NotFound):
            call = get_call(visit.session, visit.contract.id)
        fiches = fiches_led(visit.session, call, visit.sight.pilots) if call else []
        return visit.page("my_fiches.html", fiches=fiches, call=call, most=COUNTED)


@router.get("/avis", name="opinions")
def opinions(request: Request, fait: int = 0, fiche: str = "") -> Response:
    """Everything that waits for an opinion, or what does on one fiche, in one form."""
    with looking(request) as visit:
        return _opinions(visit, fiche, done=fait)


def _opinions(visit: Visit, fiche: str, status: int = 200, **values: object) -> Response:
    waiting, count = opinions_to_give(visit.session, visit.contract.id, visit.sight.pilots, fiche)
    shown: dict[str, object] = {"results": (), "typed": {}, "comments": {}, "done": 0}
    shown |= {"fiche": fiche, "address": _address(fiche=fiche), "unsaid": 0}
    shown |= {
        "waiting": waiting,
        "count": count,
        "most": COUNTED,
        "verdicts": GIVEN,
        "nothing": False,
    }
    return visit.page("opinions.html", status, **shown | values)


@router.post("/avis", name="give_opinions")
def give_opinions(request: Request, form: Posted, fiche: str = "") -> Response:
    """Give the opinions that were ticked, each for itself; say what came of each."""
    with looking(request) as visit:
        actor, now, sight = visit.actor, visit.now, visit.sight
    typed = {key: text for key, text in form.starting("verdict-").items() if text}
    comments = form.starting("comment-", most=ROOMY)

    def work(session: Session, reference: str) -> None:
        if not sees(session, sight, reference):
            raise NotFound(_("Ce dossier n’est pas parmi les vôtres."))
        application = get_application(session, reference)
        verdict, comment = _verdict(typed[reference]), comments.get(reference, "")
        if len(comment) > LONGEST:
            raise BadInput(too_long(comment))
        organisation = _pilot_of(application, sight.pilots)
        give_opinion(Desk.at(session, actor, now), application, organisation, verdict, comment)

    results = one_by_one(settings_of(request).database_url, typed, work)
    unsaid = sum(1 for key, text in comments.items() if text and key not in typed)
    if results and all(result.done for result in results) and not unsaid:
        return RedirectResponse(_address(fait=len(results), fiche=fiche), SEE_OTHER)
    with looking(request) as visit:
        failed = {result.key for result in results if not result.done}
        kept = {key: text for key, text in typed.items() if key in failed}
        status = 200 if results else 400
        return _opinions(visit, fiche, status, results=results, typed=kept, comments=comments,
                         nothing=not results, unsaid=unsaid)  # fmt: skip


def _address(**values: object) -> str:
    """The page of opinions, with what of these is said."""
    said = urlencode({name: value for name, value in values.items() if value})
    return f"/avis?{said}" if said else "/avis"


def _verdict(text: str) -> Verdict:
    found = next((verdict for verdict in GIVEN if verdict == text), None)
    if found is None:
        raise BadInput(_("Choisissez favorable, réservé ou défavorable."))
    return found


def _pilot_of(application: Application, pilots: frozenset[int]) -> Organisation:
    """The organisation in whose name the opinion is given."""
    for pilot in application.fiche.pilots:
        if pilot.organisation_id in pilots:
            return pilot.organisation
    raise NotFound(_("Ce dossier n’est pas parmi les vôtres."))


@router.get("/bilans", name="reports")
def reports(request: Request, fait: str = "") -> Response:
    """The reports that wait to be read."""
    with looking(request) as visit:
        waiting, count = reports_to_review(visit.session, visit.contract.id, visit.sight.pilots)
        return visit.page("reports.html", waiting=waiting, count=count, most=COUNTED, done=fait)


@router.get("/dossiers/{reference}/bilan", name="read_report")
def read_report(request: Request, reference: str) -> Response:
    """One report with its files, to approve or to send back."""
    with looking(request) as visit:
        return _report(visit, reference)


def _report(
    visit: Visit, reference: str, error: Refused | BadInput | None = None, typed: str = ""
) -> Response:
    must_see(visit, reference)
    application = get_application(visit.session, reference)
    found = [r for r in application.reports if awaits_review(r)]
    if not found:
        raise NotFound(_("Aucun bilan n’attend de relecture sur ce dossier."))
    owner = Owner(application_id=application.id, report_id=found[-1].id)
    return visit.page(
        "report_review.html",
        answer_of(error).status if error else 200,
        application=application,
        report=found[-1],
        files=attachments_of(visit.session, owner),
        may_reports=visit.may("reports"),
        problems=beside_the_form(error) if error else [],
        wrong=said_at(error, "reason"),
        typed=typed,
    )


@router.post("/dossiers/{reference}/bilan", name="review_report")
def review(request: Request, reference: str, form: Posted) -> Response:
    """Approve the report, or send it back with what is to be mended."""
    accept = form.text("do") == "accept"
    try:
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            desk = Desk.at(visit.session, visit.actor, visit.now)
            review_report(desk, application, accept=accept, reason=form.reason())
            to_list = visit.may("reports")
    except (BadInput, Refused) as error:
        with looking(request) as visit:
            return _report(visit, reference, error, form.text("reason", most=ROOMY))
    if to_list:
        return RedirectResponse(f"/bilans?fait={'approuve' if accept else 'renvoye'}", SEE_OTHER)
    done = Act.APPROVE_REPORT if accept else Act.RETURN_REPORT
    return RedirectResponse(f"/dossiers/{reference}?fait={done}", SEE_OTHER)
