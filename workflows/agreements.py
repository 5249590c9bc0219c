"""An agreement with one funder: sent to the grantee, signed, published."""

from datetime import date

from config.i18n import gettext as _
from config.vocabulary import Anchor, Duty
from models import Application, FunderLine
from models.errors import BadInput
from models.vocabulary import Act, LineStatus
from workflows.desk import Desk, perform
from workflows.obligations import Ledger


def send_agreement(desk: Desk, application: Application, line: FunderLine) -> None:
    """The text is sent to the grantee to be signed; raises `Refused`, or `BadInput` when there is none to sign."""
    _check_to_sign(line)

    def work(ledger: Ledger) -> None:
        for owed in ledger.live(Duty.AGREEMENT):
            if owed.key.endswith(f":{line.funder_id}"):
                ledger.concerns(owed)

    facts = {"funder": line.funder.name}
    perform(desk, application, Act.SEND_AGREEMENT, work, facts=facts)


def sign_agreement(
    desk: Desk, application: Application, line: FunderLine, signed_on: date | None = None
) -> None:
    """The agreement with one funder is signed; its publication is owed (decree 2017-779).

    Raises `Refused`, or `BadInput` when that funder gave nothing or has signed already.
    """
    _check_to_sign(line)
    day = signed_on or desk.today

    def work(ledger: Ledger) -> None:
        line.agreement_signed_on = day
        which = str(line.funder_id)
        ledger.meet(Duty.AGREEMENT, which=which)
        ledger.open(Duty.PUBLICATION, {Anchor.SIGNATURE: day}, about=line.funder.name, which=which)

    facts = {"funder": line.funder.name, "on": str(day)}
    perform(desk, application, Act.SIGN_AGREEMENT, work, facts=facts)


def publish_agreement(
    desk: Desk, application: Application, line: FunderLine, published_on: date | None = None
) -> None:
    """The essential data of the agreement are public; raises `Refused`, `BadInput` when unsigned."""
    if line.agreement_signed_on is None:
        raise BadInput(
            _("La convention avec « {name} » n’est pas signée.").format(name=line.funder.name)
        )
    day = published_on or desk.today

    def work(ledger: Ledger) -> None:
        line.agreement_published_on = day
        ledger.meet(Duty.PUBLICATION, which=str(line.funder_id))

    facts = {"funder": line.funder.name, "on": str(day)}
    perform(desk, application, Act.PUBLISH_AGREEMENT, work, facts=facts)


def _check_to_sign(line: FunderLine) -> None:
    if line.status is not LineStatus.VOTED or line.agreement_signed_on is not None:
        raise BadInput(
            _("« {name} » n’a pas de convention à signer sur ce dossier.").format(
                name=line.funder.name
            )
        )
