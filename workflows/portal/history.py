"""What happened to an application, as its applicant needs to know it: a few dated lines."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.i18n import later
from models import Application, JournalEntry
from models.vocabulary import Act, Role, Trigger
from notifications.changes import changed
from notifications.formats import euros, short_day


class Event(NamedTuple):
    """One line: when, and what; what an amendment changed, one thing a line."""

    at: datetime
    text: str
    changes: tuple[str, ...] = ()


_WORDS = {
    Trigger.SUBMIT.value: later("Demande reçue"),
    Act.ADOPT.value: later("Demande reprise d’un autre système"),
    Act.AMEND.value: later("Demande modifiée {by}"),
    Act.ASK_PIECE.value: later("Pièce demandée : {piece}"),
    Act.RECEIVE_PIECE.value: later("Pièce reçue : {piece}"),
    Trigger.DECLARE_ELIGIBLE.value: later("Demande déclarée recevable"),
    Trigger.DECLARE_INELIGIBLE.value: later("Demande déclarée irrecevable"),
    Trigger.REFER.value: later("Inscrite au comité des financeurs"),
    Trigger.DEFER.value: later("Reportée à un prochain comité"),
    Trigger.AWARD.value: later("Subvention accordée"),
    Trigger.REFUSE.value: later("Demande non retenue"),
    Trigger.START_REPORTING.value: later("Bilan demandé"),
    Act.RECORD_PAYMENT.value: later("{amount} versés par « {funder} » le {day}"),
    Act.CANCEL_PAYMENT.value: later("Annulé : {amount} de « {funder} » du {day}"),
    Act.RECEIVE_REPORT.value: later("Bilan reçu"),
    Act.RETURN_REPORT.value: later("Bilan renvoyé pour correction"),
    Act.APPROVE_REPORT.value: later("Bilan approuvé"),
    Act.POSTPONE.value: later("Nouvelles dates accordées"),
    Trigger.ACCEPT_REPORT.value: later("Dossier clos"),
    Trigger.DECLARE_NOT_CARRIED_OUT.value: later("Action constatée non réalisée"),
    Trigger.WITHDRAW.value: later("Demande retirée"),
    Trigger.CORRECT.value: later("Dernière étape corrigée par l’équipe"),
}


def history_of(session: Session, application: Application) -> list[Event]:
    """What an applicant is told of the journal, the latest first; raises nothing."""
    entries = session.scalars(
        select(JournalEntry)
        .where(
            JournalEntry.application_id == application.id,
            JournalEntry.action.in_(_WORDS),
        )
        .order_by(JournalEntry.seq.desc())
    )
    return [
        Event(
            entry.at,
            _(_WORDS[entry.action]).format(by=_by(entry), **_told(entry.facts)),
            tuple(change.sentence for change in changed(entry.facts)),
        )
        for entry in entries
    ]


def _by(entry: JournalEntry) -> str:
    """Who amended an application, as its applicant knows them."""
    return _("par vous") if entry.actor_role is Role.GRANTEE else _("par l’équipe")


def _told(facts: dict[str, Any]) -> dict[str, str]:
    """What the sentence of an entry names."""
    told = {"piece": facts.get("piece", ""), "funder": facts.get("funder", "")}
    if "payment_reference" in facts:
        told["amount"] = euros(abs(Decimal(facts["amount"])))
        told["day"] = short_day(date.fromisoformat(facts["on"]))
    return told
