"""The payments of one application: what moved, one more to note, one noted by mistake."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from config.i18n import gettext as _
from models import Payment
from models.errors import BadInput, JalonError, NotFound, Reason, Refused
from web.delay import said_at
from web.errors import answer_of, sentences_of
from web.forms import ROOMY, Form, Posted
from web.pages.moves import check_unchanged
from web.paying import PaymentForm, foreseen_payment, line_in, said_in, suggested, typed
from web.visit import Visit, acting, trying
from workflows.accounts.sight import seen
from workflows.applications.showing import shares_of
from workflows.desk import Desk
from workflows.payment_rules import kinds_for, payable_lines
from workflows.payments import cancel_payment, record_payment

router = APIRouter()
SEE_OTHER = 303


@router.get("/dossiers/{reference}/versements", name="payments")
def payments(request: Request, reference: str, fait: str = "") -> Response:
    """What was paid, what remains, and the form of the next payment."""
    with trying(request) as visit:
        return _page(visit, reference, done=fait)


@router.post("/dossiers/{reference}/versements", name="record_payment")
def record(request: Request, reference: str, form: Posted) -> Response:
    """Note a payment, or (intent `foresee`) show what would follow from what the person says."""
    if form.text("intent") == "foresee":
        return _again(request, reference, form)
    try:
        with acting(request) as visit:
            application = seen(visit.session, visit.sight, reference)
            check_unchanged(application, form)
            line = line_in(application, visit, form.text("line"))
            desk = Desk.at(visit.session, visit.actor, visit.now)
            record_payment(desk, application, line, said_in(typed(form), line))
    except (Refused, BadInput) as error:
        return _again(request, reference, form, error)
    return RedirectResponse(f"/dossiers/{reference}/versements?fait=note", SEE_OTHER)


@router.post("/dossiers/{reference}/versements/{number}/annuler", name="cancel_payment")
def cancel(request: Request, reference: str, number: int, form: Posted) -> Response:
    """Undo a payment noted by mistake, with a reason."""
    try:
        with acting(request) as visit:
            application = seen(visit.session, visit.sight, reference)
            check_unchanged(application, form)
            payment = visit.session.get(Payment, number)
            if payment is None:
                raise NotFound(_("Ce versement n’existe plus."))
            line = line_in(application, visit, str(payment.line_id))
            desk = Desk.at(visit.session, visit.actor, visit.now)
            cancel_payment(desk, application, line, payment, form.reason())
    except (Refused, BadInput) as error:
        with trying(request) as visit:
            undone = number, form.text("reason", most=ROOMY)
            return _page(visit, reference, error=error, undone=undone)
    return RedirectResponse(f"/dossiers/{reference}/versements?fait=annule", SEE_OTHER)


def _again(
    request: Request, reference: str, form: Form, error: JalonError | None = None
) -> Response:
    """The page once more, with what was typed, and what is wrong with it."""
    with trying(request) as visit:
        check_unchanged(seen(visit.session, visit.sight, reference), form)
        return _page(visit, reference, filled=typed(form), error=error)


def _page(
    visit: Visit,
    reference: str,
    *,
    filled: PaymentForm | None = None,
    error: JalonError | None = None,
    done: str = "",
    undone: tuple[int, str] = (0, ""),
) -> Response:
    application = seen(visit.session, visit.sight, reference)
    lines = payable_lines(application, visit.actor)
    if not lines:
        text = _("Aucun versement ne peut être noté sur ce dossier, ou pas par vous.")
        raise Refused([Reason("nothing_to_pay", text)])
    form = filled or suggested(application, lines, visit.today)
    shown = {
        "reference": application.reference,
        "title": application.title,
        "revision": application.revision,
        "shares": shares_of(application),
        "lines": [(str(line.id), line.funder.name) for line in lines],
        "mine": {line.funder.name for line in lines},
        "kinds": kinds_for(application),
        "to_repay": application.to_repay,
        "repaid": application.repaid,
        "given": sum(line.paid for line in lines),
        "form": form,
        "problems": sentences_of(error) if error else [],
        "undone": undone,
        "too_much": said_at(error, "reason"),
        "done": done,
    }
    # last: it changes the application
    then = foreseen_payment(visit, application, form) if form and (filled or form.amount) else None
    status = answer_of(error).status if error else 200
    return visit.page("payments.html", status, then=then, **shown)
