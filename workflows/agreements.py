"""An agreement with one funder, on its way to the grantee."""

from config.i18n import gettext as _
from config.vocabulary import Duty
from models import Application, FunderLine
from models.errors import BadInput
from models.vocabulary import Act, LineStatus
from workflows.desk import Desk, perform
from workflows.obligations import Ledger


def send_agreement(desk: Desk, application: Application, line: FunderLine) -> None:
    """The text is sent to the grantee to be signed; raises `Refused`, or `BadInput` when there is none to sign."""
    if line.status is not LineStatus.VOTED or line.agreement_signed_on is not None:
        raise BadInput(
            _("« {name} » n’a pas de convention à signer sur ce dossier.").format(
                name=line.funder.name
            )
        )

    def work(ledger: Ledger) -> None:
        for owed in ledger.live(Duty.AGREEMENT):
            if owed.key.endswith(f":{line.funder_id}"):
                ledger.concerns(owed)

    facts = {"funder": line.funder.name}
    perform(desk, application, Act.SEND_AGREEMENT, work, facts=facts)
