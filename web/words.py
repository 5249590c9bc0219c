"""Filters of the pages' templates: short dates, counts, who, what happened, in the language in force."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from config.i18n import gettext as _
from config.i18n import language, later
from config.labels import VERDICTS, event_label, frequency_label, hook_label, scope_label
from models.vocabulary import LineStatus, MessageStatus
from notifications.changes import changed
from notifications.formats import PARIS
from notifications.mail_words import mail_label
from notifications.outbox_actions import status_label
from workflows.applications.exporting import DECISIONS


def _locale() -> str:
    return "en_GB" if language() == "en" else "fr_FR"


def figure(value: Decimal | int) -> str:
    """« 1 242 »."""
    return str(format_decimal(value, locale=_locale()))


def numeric_day(value: date) -> str:
    """« 04/01/2021 », for tables."""
    return str(format_date(value, "dd/MM/y", locale=_locale()))


def minute(value: datetime) -> str:
    """« 04/01/2021 18:05 », Paris time."""
    local = value.astimezone(PARIS)
    return f"{numeric_day(local.date())} {local:%H:%M}"


def month(value: date) -> str:
    """« mars 2021 »."""
    return str(format_date(value, "MMMM y", locale=_locale()))


def weekday(value: date) -> str:
    """« lun. »."""
    return str(format_date(value, "EEE", locale=_locale()))


def iso(value: date | datetime) -> str:
    """The machine's form, for `<time>`."""
    return value.isoformat()


def left(days: int) -> str:
    """« dans 3 jours », « aujourd’hui », « en retard de 2 jours »."""
    if days == 0:
        return _("aujourd’hui")
    if days == 1:
        return _("demain")
    if days == -1:
        return _("en retard d’un jour")
    if days < 0:
        return _("en retard de {days} jours").format(days=-days)
    return _("dans {days} jours").format(days=days)


def decision(status: str) -> str:
    """« votée »."""
    return _(DECISIONS[LineStatus(status)])


def verdict(value: str) -> str:
    """« favorable »."""
    return _(VERDICTS[value])


PIECES = {"asked": later("attendue"), "received": later("reçue"), "cancelled": later("annulée")}
REPORTS = {"interim": later("Bilan intermédiaire"), "final": later("Bilan final")}
REPORT_STATES = {
    "received": later("à examiner"),
    "returned": later("renvoyé"),
    "accepted": later("approuvé"),
}


def weight(size: int) -> str:
    """« 340 ko », « 2,4 Mo »."""
    kilobytes = max(1, round(size / 1000))
    if kilobytes < 1000:
        return _("{size} ko").format(size=kilobytes)
    return _("{size} Mo").format(size=format_decimal(round(size / 1_000_000, 1), locale=_locale()))


_ENDINGS = {
    "carried_out": later("Action réalisée : bilan à lire"),
    "not_carried_out": later("Action non réalisée"),
    "new_dates": later("Nouvelles dates demandées"),
}


def report_ending(ending: str) -> str:
    """What a report says of the action."""
    return _(_ENDINGS[ending])


WORDS: dict[str, Callable[..., Any]] = {
    "figure": figure,
    "numeric_day": numeric_day,
    "minute": minute,
    "iso": iso,
    "month": month,
    "weekday": weekday,
    "left": left,
    "weight": weight,
    "report_ending": report_ending,
    "decision": decision,
    "verdict": verdict,
    "event": event_label,
    "changes": lambda facts: [change.sentence for change in changed(facts)],
    "piece": lambda value: _(PIECES[value]),
    "hook_status": hook_label,
    "scope": scope_label,
    "report": lambda value: _(REPORTS[value]),
    "report_status": lambda value: _(REPORT_STATES[value]),
    "mail_label": mail_label,
    "frequency_label": frequency_label,
    "mail_status": lambda value: status_label(MessageStatus(value)),
}
