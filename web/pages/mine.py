"""What an applicant follows: drafts, applications, what is asked of them, whom to ask."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Application
from models.errors import BadInput, JalonError, NotFound, Refused
from models.vocabulary import Act, PieceStatus, Role, State, Trigger
from web.delay import Slip, beside_the_form, said_at
from web.downloads import download
from web.errors import answer_of
from web.forms import ROOMY, Posted
from web.pages.applications import must_see
from web.uploads import PostedFiles, inspected
from web.visit import Visit, acting, looking
from workflows.accounts.sight import sight_of
from workflows.advance import advance
from workflows.applications.showing import shares_of
from workflows.attachments.giving import give_piece
from workflows.attachments.keeping import Owner, attachments_of, find_attachment
from workflows.call_window import window_of
from workflows.desk import Desk, hindrances
from workflows.drafts.amending import drafts_amending, find_amending
from workflows.drafts.keeping import drafts_of, get_draft
from workflows.lifecycle import STEP
from workflows.move import Given
from workflows.portal.coming import coming_for
from workflows.portal.history import history_of
from workflows.portal.mine import help_for, list_mine, next_of
from workflows.portal.words import status_of
from workflows.queries import get_application

router = APIRouter()
SEE_OTHER = 303
AS_APPLICANT = frozenset({Role.GRANTEE})


@router.get("/mes-demandes", name="mine")
def mine(request: Request, fait: str = "") -> Response:
    """Drafts first, then applications, the latest first."""
    with looking(request) as visit:
        sight = sight_of(visit.actor, visit.contract.id, AS_APPLICANT)
        drafts = drafts_of(visit.session, visit.person.id)
        return visit.page(
            "mine.html",
            drafts=[(draft, window_of(draft.call, visit.today)) for draft in drafts],
            applications=list_mine(visit.session, sight.of_applications(), visit.today),
            amending=drafts_amending(visit.session, visit.person.id),
            help=help_for(visit.session, visit.contract.id),
            done=fait,
        )


@router.get("/mes-demandes/{reference}", name="my_application")
def my_application(request: Request, reference: str, fait: str = "") -> Response:
    """Where one application stands, what is to be done, what was decided."""
    with looking(request) as visit:
        must_see(visit, reference)
        return application_page(visit, get_application(visit.session, reference), done=fait)


def application_page(
    visit: Visit,
    application: Application,
    *,
    done: str = "",
    error: JalonError | None = None,
    slip: Slip | None = None,
    piece: int | None = None,
    leaving: str | None = None,
) -> Response:
    """The page; `slip` is an answer that could not be taken, shown again as it was typed.

    `piece` is that whose files could not be taken, `leaving` why one wanted to give up in vain.
    """
    files = attachments_of(visit.session, Owner(application_id=application.id))
    withdrawable = application.state in STEP[Trigger.WITHDRAW].sources
    against = hindrances(Desk.at(visit.session, visit.actor, visit.now), application, Act.AMEND)
    submitted = application.state is State.SUBMITTED
    return visit.page(
        "my_application.html",
        answer_of(error).status if error else 200,
        application=application,
        standing=status_of(application.state, application.outcome),
        coming=coming_for(application, visit.today),
        owed=next_of(visit.session, [application.id], visit.today).get(application.id, []),
        awaited=[p for p in application.pieces if p.status is PieceStatus.ASKED],
        files=files,
        shares=shares_of(application),
        reportable=application.state in {State.FUNDED, State.REPORTING},
        withdrawable=withdrawable,
        amendable=not against,
        amending=find_amending(visit.session, visit.person.id, application.id),
        not_amendable=[reason.text for reason in against] if submitted else [],
        history=history_of(visit.session, application),
        help=help_for(visit.session, visit.contract.id),
        most=visit.settings.upload_megabytes,
        problems=beside_the_form(error) if error else [],
        slip=slip,
        refused={piece: said_at(error, "files")},
        leaving=leaving,
        too_much=said_at(error, "reason") if leaving is not None else "",
        done=done,
    )


@router.post("/mes-demandes/{reference}/pieces/{number}", name="give_piece")
def give(request: Request, reference: str, number: int, form: PostedFiles) -> Response:
    """Send the files of a piece that was asked."""
    try:
        files = inspected(request, form, "files")
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            name = next((p.name for p in application.pieces if p.id == number), "")
            desk = Desk.at(visit.session, visit.actor, visit.now)
            give_piece(desk, application, name, files)
    except (BadInput, Refused) as error:
        return _again(request, reference, error, number)
    return RedirectResponse(f"/mes-demandes/{reference}?fait=piece", SEE_OTHER)


@router.post("/mes-demandes/{reference}/retirer", name="withdraw")
def withdraw(request: Request, reference: str, form: Posted) -> Response:
    """Give up an application."""
    try:
        with acting(request) as visit:
            must_see(visit, reference)
            application = get_application(visit.session, reference)
            given = Given(reason=form.reason())
            advance(visit.session, application, Trigger.WITHDRAW, visit.actor, visit.now,
                    given=given)  # fmt: skip
    except (BadInput, Refused) as error:
        leaving = form.text("reason", most=ROOMY)
        return _again(request, reference, error, leaving=leaving)
    return RedirectResponse(f"/mes-demandes/{reference}?fait=retire", SEE_OTHER)


def _again(
    request: Request,
    reference: str,
    error: JalonError,
    piece: int | None = None,
    leaving: str | None = None,
) -> Response:
    with looking(request) as visit:
        must_see(visit, reference)
        application = get_application(visit.session, reference)
        return application_page(visit, application, error=error, piece=piece, leaving=leaving)


@router.get("/dossiers/{reference}/fichiers/{number}", name="file")
def file(request: Request, reference: str, number: int) -> Response:
    """A file of an application, for whoever may see the application."""
    with looking(request) as visit:
        must_see(visit, reference)
        found = find_attachment(visit.session, number)
        application = get_application(visit.session, reference)
        if found.application_id != application.id:
            raise NotFound(_("Ce fichier n’existe plus."))
        return download(visit.settings.database_url, found)


@router.get("/brouillons/{number}/fichiers/{file_number}", name="draft_file")
def draft_file(request: Request, number: int, file_number: int) -> Response:
    """A file of a draft, for whoever writes it."""
    with looking(request) as visit:
        draft = get_draft(visit.session, visit.person.id, number)
        found = find_attachment(visit.session, file_number)
        if found.draft_id != draft.id:
            raise NotFound(_("Ce fichier n’existe plus."))
        return download(visit.settings.database_url, found)
