"""How dates, amounts and delays are written in a mail, in the language in force."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency

from config.i18n import SOURCE_LANGUAGE, language
from config.i18n import gettext as _
from config.labels import payment_label

PARIS = ZoneInfo("Europe/Paris")
NBSP, NARROW_NBSP = "\u00a0", "\u202f"
_PATTERNS = {  # whole euros, euros and cents
    "fr": (f"#,##0{NBSP}¤", f"#,##0.00{NBSP}¤"),
    "en": ("¤#,##0", "¤#,##0.00"),
}
_FIRST_OF_MONTH = re.compile(r"(?<!\d)1 (?=\D)")


def _locale() -> str:
    return "en_GB" if language() == "en" else "fr_FR"


def euros(amount: Decimal | int) -> str:
    """« 12 000 € » or « 12 000,50 € », with spaces at which a line never breaks."""
    exact = Decimal(amount)
    whole, with_cents = _PATTERNS["en" if language() == "en" else "fr"]
    pattern = whole if exact == exact.to_integral_value() else with_cents
    return format_currency(exact, "EUR", format=pattern, locale=_locale(), currency_digits=False)


def day(value: date) -> str:
    """« vendredi 1er mars 2024 »."""
    return _french_first(format_date(value, "EEEE d MMMM y", locale=_locale()))


def short_day(value: date) -> str:
    """« 1er mars 2024 »."""
    return _french_first(format_date(value, "d MMMM y", locale=_locale()))


def day_of_year(month: int, number: int) -> str:
    """« 15 octobre », of any year."""
    return _french_first(format_date(date(2000, month, number), "d MMMM", locale=_locale()))


def instant(value: datetime) -> str:
    """« vendredi 1er mars 2024 à 14 h 05 », Paris time."""
    if value.tzinfo is None:
        raise ValueError(f"an instant needs a time zone, got {value!r}")
    local = value.astimezone(PARIS)
    if language() == "en":
        return f"{day(local.date())} at {local:%H:%M}"
    return f"{day(local.date())} à {local.hour}{NBSP}h{NBSP}{local:%M}"


def time_left(days: int) -> str:
    """How far a date is, `days` from today: « il reste 7 jours », « en retard de 2 jours »."""
    if days > 1:
        return _("il reste {days} jours").format(days=days)
    if days < -1:
        return _("en retard de {days} jours").format(days=-days)
    return {1: _("c’est demain"), 0: _("c’est aujourd’hui"), -1: _("en retard d’un jour")}[days]


def typographic(text: str) -> str:
    """French prose with the spaces at which a line must not break; other languages as they are."""
    if language() != SOURCE_LANGUAGE:
        return text
    text = text.replace("« ", f"«{NBSP}").replace(" »", f"{NBSP}»").replace(" :", f"{NBSP}:")
    return re.sub(" (?=[;!?€])", NARROW_NBSP, text)


def _french_first(text: str) -> str:
    return text if language() == "en" else _FIRST_OF_MONTH.sub("1er ", text)


FILTERS = {
    "euros": euros,
    "day": day,
    "short_day": short_day,
    "instant": instant,
    "time_left": time_left,
    "payment": payment_label,
}
