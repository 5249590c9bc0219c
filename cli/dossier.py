"""One dossier on the screen: its identity, then a table for each thing that has gathered in it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from cli.common import table, write
from cli.status import money
from config.i18n import gettext as _
from config.labels import (
    VERDICTS,
    event_label,
    obligation_label,
    payment_label,
    role_label,
    state_label,
)
from config.policy import load_policies
from config.vocabulary import Duty
from notifications.outbox_actions import status_label
from workflows.applications.dossier import Dossier, Due, Event, Paid, Share
from workflows.applications.exporting import DECISIONS

_PARIS = ZoneInfo("Europe/Paris")
_FIELDS = {
    "external_reference": "Référence externe",
    "call": "Appel",
    "fiche": "Fiche",
    "pilots": "Pilotes",
    "applicant": "Porteur",
    "contact": "Contact",
    "address_failing_since": "Adresse en échec depuis",
    "received_at": "Reçu le",
    "late_reason": "Motif de retard",
    "renewal": "Renouvellement",
    "prior_report_on": "Bilan N-1 reçu le",
    "starts_on": "Début",
    "ends_on": "Fin",
    "financial_year_ends_on": "Fin d’exercice",
    "charges": "Charges",
    "resources": "Produits",
    "requested": "Demandé",
    "voted": "Accordé",
    "paid": "Versé",
    "to_repay": "À reverser",
    "repaid": "Reversé",
    "session": "Séance du comité",
    "qpvs": "Quartiers",
    "summary": "Résumé",
}


def draw(dossier: Dossier) -> None:
    """Everything there is to show of one application, on standard output."""
    identity = dossier.identity
    state = state_label(identity["state"], identity["outcome"])
    write(f"{identity['reference']} : {identity['title']} [{state}]")
    rows = [(_(label), shown(identity[field])) for field, label in _FIELDS.items()]
    table("", [_("Champ"), _("Valeur")], [row for row in rows if row[1]])
    _draw_money(dossier)
    table(
        _("Journal"),
        [_("N°"), _("Quand"), _("Quoi"), _("De"), _("Vers"), _("Par"), _("Motif")],
        [_event(event) for event in dossier.journal],
    )
    table(
        _("Échéances"),
        [_("Pour le"), _("État"), _("Par"), _("Quoi"), _("Objet"), _("Règle")],
        [_due(due) for due in dossier.obligations],
    )  # fmt: skip
    table(
        _("Courrier"),
        [_("Le"), _("État"), _("À"), _("Objet")],
        [(shown(m.due), status_label(m.status), m.recipient, m.subject) for m in dossier.mail],
    )


def _draw_money(dossier: Dossier) -> None:
    table(
        _("Financeurs"),
        [_("Financeur"), _("Demandé"), _("Avis"), _("Décision"), _("Accordé"), _("Le"), _("Référence"),
         _("Versé"), _("Reste à verser")],
        [_share(share) for share in dossier.lines],
        right=(1, 4, 7, 8),
    )  # fmt: skip
    table(
        _("Versements"),
        [_("Financeur"), _("Le"), _("Nature"), _("Montant"), _("Référence"), ""],
        [_payment(share, paid) for share in dossier.lines for paid in share.payments],
        right=(3,),
    )


def _share(share: Share) -> tuple[str, ...]:
    opinion = _(VERDICTS[share.opinion]) if share.opinion else ""
    return (
        share.funder,
        money(share.asked),
        opinion,
        _(DECISIONS[share.status]),
        shown(share.voted),
        shown(share.decided_on),
        share.decision_reference or "",
        money(share.paid) if share.voted else "",
        money(share.left) if share.voted else "",
    )


def _payment(share: Share, paid: Paid) -> tuple[str, ...]:
    cancelled = _("annulé") if paid.cancelled else ""
    kind, on = payment_label(paid.kind), shown(paid.paid_on)
    return share.funder, on, kind, money(paid.amount), paid.reference, cancelled


def _due(due: Due) -> tuple[str, ...]:
    label = _(load_policies().deadlines[Duty(due.duty)].label)
    return (
        shown(due.due),
        obligation_label(due.status),
        due.organisation,
        label,
        due.about,
        due.rule,
    )


def _event(event: Event) -> tuple[str, ...]:
    what = event_label(event.action)
    source, dest = (state_label(state) if state else "" for state in (event.source, event.dest))
    by = event.person or role_label(event.role)
    return str(event.seq), shown(event.at), what, source, dest, by, event.words or ""


def shown(value: Any) -> str:
    """A value as people read it."""
    match value:
        case None | "" | []:
            return ""
        case bool():
            return _("oui") if value else _("non")
        case datetime():
            return f"{value.astimezone(_PARIS):%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case Decimal():
            return money(value)
        case list():
            return ", ".join(map(str, value))
        case dict():
            return ", ".join(str(part) for part in value.values() if part)
        case _:
            return str(value)
