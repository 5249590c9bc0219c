"""The small language of deadlines, read into values that can be counted with.

« P6M after decision », « P15D after asked », « J-15 before session », « 10-15 of budget_year ».
"""

import re
from dataclasses import dataclass

from config.i18n import gettext as _
from config.vocabulary import Anchor

_PERIOD = re.compile(r"P([1-9]\d{0,2})([DM])", re.ASCII)
_AFTER = re.compile(r"(P\S+) after (\w+)", re.ASCII)
_BEFORE = re.compile(r"J-([1-9]\d{0,2}) before (\w+)", re.ASCII)
_FIXED = re.compile(r"(\d\d)-(\d\d) of budget_year", re.ASCII)
_AT_LEAST, _OF_NOTICE = ", at least ", " of notice"
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time: « P6M » in months, from quantième to quantième, or « P15D » in days."""

    text: str
    months: int = 0
    days: int = 0

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: object) -> "Period":
        """Read « P6M » or « P15D »; raises ValueError, with what was expected, on anything else."""
        if isinstance(text, Period):
            return text
        found = _PERIOD.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise ValueError(
                _(
                    "durée « {text} » illisible, attendu : de 1 à 999 jours ou mois,"
                    " comme « P15D » ou « P6M »"
                ).format(text=text)
            )
        count = int(found[1])
        return cls(found[0], months=count) if found[2] == "M" else cls(found[0], days=count)

    def in_words(self) -> str:
        """The period as a person says it."""
        if self.months:
            return _("{count} mois").format(count=self.months)
        return (_("{count} jour") if self.days == 1 else _("{count} jours")).format(count=self.days)


@dataclass(frozen=True, slots=True)
class Rule:
    """When something is due: so long after an event, so many days before it, or a fixed day.

    `days` is below zero when it counts back from the anchor. Without an anchor, `month_day` is the
    day of the budget year.
    """

    text: str
    anchor: Anchor | None = None
    months: int = 0
    days: int = 0
    month_day: tuple[int, int] | None = None

    def __str__(self) -> str:
        return self.text

    @classmethod
    def parse(cls, text: object) -> "Rule":
        """Read a rule; raises ValueError, with what was expected, when it cannot."""
        if isinstance(text, Rule):
            return text
        words = text if isinstance(text, str) else ""
        if found := _AFTER.fullmatch(words):
            period = Period.parse(found[1])
            return cls(words, _anchor(found[2]), months=period.months, days=period.days)
        if found := _BEFORE.fullmatch(words):
            return cls(words, _anchor(found[2]), days=-int(found[1]))
        if found := _FIXED.fullmatch(words):
            return cls(words, month_day=_month_day(int(found[1]), int(found[2])))
        raise ValueError(
            _(
                "règle « {text} » illisible, attendu : « P6M after decision », « P15D after asked »,"
                " « J-15 before session » ou « 10-15 of budget_year »"
            ).format(text=text)
        )

    def in_words(self) -> str:
        """The rule as a person says it."""
        if self.month_day is not None:
            month, day = self.month_day
            return _("le {day:02d}/{month:02d} de l’année budgétaire").format(day=day, month=month)
        anchor = anchor_label(self.anchor) if self.anchor else ""
        if self.days < 0:
            before = Period(self.text, days=-self.days).in_words()
            return _("{period} avant : {anchor}").format(period=before, anchor=anchor)
        after = Period(self.text, self.months, self.days).in_words()
        return _("{period} après : {anchor}").format(period=after, anchor=anchor)


def with_notice(rule: Rule, notice: Period) -> str:
    """The text of a rule that gave way to a minimum notice."""
    return f"{rule}{_AT_LEAST}{notice}{_OF_NOTICE}"


def in_words(text: str) -> str:
    """A rule's text, kept with what it dated, as a person says it; raises ValueError as `parse`."""
    rule, least, notice = text.partition(_AT_LEAST)
    words = Rule.parse(rule).in_words()
    if not least:
        return words
    period = Period.parse(notice.removesuffix(_OF_NOTICE)).in_words()
    return _("{rule}, avec un préavis d’au moins {period}").format(rule=words, period=period)


def anchor_label(anchor: Anchor) -> str:
    """The event as a person names it."""
    return _anchor_labels()[anchor]


def _anchor_labels() -> dict[Anchor, str]:
    return {
        Anchor.CALL_CLOSES: _("clôture de l’appel"),
        Anchor.SUBMITTED: _("dépôt de la demande"),
        Anchor.ASKED: _("demande de la pièce"),
        Anchor.SESSION: _("séance du comité"),
        Anchor.ELIGIBILITY: _("recevabilité"),
        Anchor.DECISION: _("décision"),
        Anchor.SIGNATURE: _("signature de la convention"),
        Anchor.FINANCIAL_YEAR_END: _("fin de l’exercice"),
        Anchor.ACTION_END: _("fin de l’action"),
        Anchor.RECEIVED: _("réception"),
        Anchor.RETURNED: _("renvoi pour correction"),
    }


def _anchor(name: str) -> Anchor:
    try:
        return Anchor(name)
    except ValueError:
        raise ValueError(
            _("événement « {name} » inconnu, attendu : l’un de {known}").format(
                name=name, known=", ".join(Anchor)
            )
        ) from None


def _month_day(month: int, day: int) -> tuple[int, int]:
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTHS[month - 1]):
        raise ValueError(
            _("jour « {month:02d}-{day:02d} » inexistant, attendu : MM-JJ, comme « 10-15 »").format(
                month=month, day=day
            )
        )
    return month, day
