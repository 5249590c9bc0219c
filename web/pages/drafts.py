"""A draft: one form, saved by each of its buttons, looked at by the server, read again, submitted."""

from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from models import SavedDraft
from models.errors import BadInput, Conflict, JalonError, Reason, Refused
from web.amending import beside, review_amendment
from web.delay import said_at
from web.draft_form import content_in, shown, told
from web.errors import answer_of, sentences_of
from web.forms import Form, Posted, posted
from web.uploads import PostedFiles, inspected
from web.visit import Visit, acting, looking
from workflows.attachments.keeping import Owner, attachments_of, keep, remove
from workflows.drafts.checking import check
from workflows.drafts.content import Content
from workflows.drafts.filing import file_draft, why_not_now
from workflows.drafts.keeping import discard, get_draft, save
from workflows.queries import get_application_by_id

router = APIRouter()
SEE_OTHER = 303


@router.get("/brouillons/{number}", name="draft")
def draft(request: Request, number: int, verifier: bool = False, fait: str = "") -> Response:
    """The form, with what was typed; `verifier` says everything that is still to mend."""
    with looking(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        if saved.application is not None:
            return RedirectResponse(f"/mes-demandes/{saved.application.reference}", SEE_OTHER)
        return _form(visit, saved, Content.of_json(saved.content), all_of_it=verifier, done=fait)


@router.post("/brouillons/{number}", name="save_draft")
def save_draft(request: Request, number: int, form: PostedFiles) -> Response:
    """Save what was typed, then do what the button says: attach, take a file back, or look at it all."""
    try:
        _save(request, number, form)
    except Conflict as error:
        return _typed_again(request, number, form, error)
    try:
        files = inspected(request, form, "files")
        with acting(request) as visit:
            saved = get_draft(visit.session, visit.person.id, number)
            owner = Owner(draft_id=saved.id)
            for file in files:
                keep(visit.session, file, owner, given_by=visit.person.id, now=visit.now)
            if (gone := form.text("remove")).isdecimal():
                remove(visit.session, owner, int(gone))
    except BadInput as error:
        return _typed_again(request, number, form, error)
    return RedirectResponse(_after(request, number, form, bool(files)), SEE_OTHER)


def _save(request: Request, number: int, form: Form) -> int:
    """Save the texts; the revision that they have now."""
    with acting(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        save(saved, content_in(form), seen_revision=_revision(form), now=visit.now)
        visit.session.flush()
        return saved.revision


def _after(request: Request, number: int, form: Form, attached: bool) -> str:
    """The page that the button leads to."""
    if form.text("remove"):
        return f"/brouillons/{number}?fait=retire#pieces"
    if form.text("do") != "review":
        return f"/brouillons/{number}?fait={'joint#pieces' if attached else 'enregistre'}"
    with looking(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        sound = not check(visit.session, saved, visit.actor, visit.now).troubles
    return f"/brouillons/{number}/relire" if sound else f"/brouillons/{number}?verifier=1"


def _typed_again(request: Request, number: int, form: Form, error: JalonError) -> Response:
    """The form with what was just typed, whatever happened to the draft meanwhile."""
    with looking(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        return _form(visit, saved, content_in(form), error=error)


def _form(
    visit: Visit,
    saved: SavedDraft,
    content: Content,
    *,
    all_of_it: bool = False,
    done: str = "",
    error: JalonError | None = None,
) -> Response:
    checked = check(visit.session, saved, visit.actor, visit.now)
    refused = error.problems if isinstance(error, BadInput) else ()
    problems = [Reason("bad_input", problem.text) for problem in refused]
    if error and not problems:
        problems = sentences_of(error)
    return visit.page(
        "draft.html",
        answer_of(error).status if error else 200,
        saved=saved,
        problems=problems,
        file_error=said_at(error, "files"),
        all_of_it=all_of_it,
        done=done,
        files=attachments_of(visit.session, Owner(draft_id=saved.id)),
        **beside(visit, saved),
        most=visit.settings.upload_megabytes,
        **shown(content, checked, all_of_it=all_of_it),
    )


@router.post("/brouillons/{number}/suivi", name="watch_draft")
def watch_draft(request: Request, number: int, form: Posted) -> Response:
    """Save as one types, and tell what the server thinks of it; for the script of the page."""
    try:
        revision = _save(request, number, form)
    except Conflict as error:
        return JSONResponse({"conflict": str(error)}, answer_of(error).status)
    with looking(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        checked = check(visit.session, saved, visit.actor, visit.now)
        return JSONResponse(told(checked, revision, visit.now))


@router.post("/brouillons/{number}/supprimer", name="discard_draft", dependencies=[Depends(posted)])
def discard_draft(request: Request, number: int) -> Response:
    """Throw it away; the page asked for a second click."""
    with acting(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        amends = saved.amending.application.reference if saved.amending else ""
        discard(visit.session, saved)
    back = f"/{amends}?fait=abandonne" if amends else "?fait=supprime"
    return RedirectResponse(f"/mes-demandes{back}", SEE_OTHER)


@router.get("/brouillons/{number}/relire", name="review_draft")
def review_draft(request: Request, number: int) -> Response:
    """Everything that would be submitted, on one page."""
    with looking(request) as visit:
        saved = get_draft(visit.session, visit.person.id, number)
        return review_amendment(visit, saved) if saved.amending else _review(visit, saved)


def _review(visit: Visit, saved: SavedDraft, problems: list[Reason] | None = None) -> Response:
    if saved.application is not None:
        return RedirectResponse(f"/mes-demandes/{saved.application.reference}", SEE_OTHER)
    checked = check(visit.session, saved, visit.actor, visit.now)
    if checked.draft is None:
        return RedirectResponse(f"/brouillons/{saved.id}?verifier=1", SEE_OTHER)
    content = Content.of_json(saved.content)
    return visit.page(
        "draft_review.html",
        422 if problems else 200,
        saved=saved,
        draft=checked.draft,
        problems=problems or [],
        why_not=why_not_now(saved.call, visit.today),
        files=attachments_of(visit.session, Owner(draft_id=saved.id)),
        **shown(content, checked, all_of_it=True),
    )


@router.post("/brouillons/{number}/deposer", name="file_draft", dependencies=[Depends(posted)])
def deposit(request: Request, number: int) -> Response:
    """Submit it; a second click finds the application that the first one made."""
    try:
        with acting(request) as visit:
            saved = get_draft(visit.session, visit.person.id, number)
            if (
                saved.application_id is None
            ):  # of one that amends, `file_draft` says where to send it
                file_draft(visit.session, saved, visit.actor, visit.now)
            found = get_application_by_id(visit.session, saved.application_id or 0)
            reference = found.reference
    except (BadInput, Refused) as error:
        with looking(request) as visit:
            saved = get_draft(visit.session, visit.person.id, number)
            return _review(visit, saved, sentences_of(error))
    return RedirectResponse(f"/mes-demandes/{reference}?fait=depose", SEE_OTHER)


def _revision(form: Form) -> int:
    text = form.text("revision")
    return int(text) if text.isdecimal() else 0
