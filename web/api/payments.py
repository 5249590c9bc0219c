"""What funders paid on an application, and what was given back to them."""

from datetime import date

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import Request

from models.session import reading
from models.vocabulary import PaymentKind
from web.api.credentials import caller_of
from web.api.fields import Money, Reference, Told
from web.api.found import found
from web.api.problems import responses
from web.api.route import ApiRoute
from web.visit import settings_of
from workflows.applications.showing import shares_of

router = APIRouter(prefix="/applications", tags=["acts"], route_class=ApiRoute)


class PaymentOut(Told):
    """One payment of a funder; `cancelled` when it was noted by mistake, and undone."""

    funder: str
    kind: PaymentKind
    amount: Money
    paid_on: date
    payment_reference: str = Field(description="Of the order to pay, in the funder's accounts.")
    cancelled: bool


@router.get("/{reference}/payments", name="api_payments", responses=responses(404))
def payments(request: Request, reference: Reference) -> list[PaymentOut]:
    """Every payment on an application, by funder line, in the order of recording."""
    caller = caller_of(request)
    with reading(settings_of(request).database_url) as session:
        one = found(session, caller, reference)
        return [
            PaymentOut(
                funder=share.funder,
                kind=paid.kind,
                amount=paid.amount,
                paid_on=paid.paid_on,
                payment_reference=paid.reference,
                cancelled=paid.cancelled,
            )
            for share in shares_of(one)
            for paid in share.payments
        ]
