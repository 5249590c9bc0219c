"""Why a date is what it is, as a person says it: the rule, and the text or custom behind it."""

from config.i18n import gettext as _
from config.policy import DeadlinePolicy, load_policies
from config.rule import Period, Rule, in_words
from config.vocabulary import Anchor
from models import Obligation
from notifications.formats import day, day_of_year

ANCHORS = {
    Anchor.CALL_CLOSES: "la clôture de l’appel à projets",
    Anchor.SUBMITTED: "le dépôt de la demande",
    Anchor.ASKED: "la demande de la pièce",
    Anchor.SESSION: "la séance du comité",
    Anchor.ELIGIBILITY: "la décision de recevabilité",
    Anchor.DECISION: "la décision",
    Anchor.SIGNATURE: "la signature de la convention",
    Anchor.FINANCIAL_YEAR_END: "la fin de l’exercice comptable",
    Anchor.ACTION_END: "la fin de l’action",
    Anchor.RECEIVED: "la réception du compte rendu",
    Anchor.RETURNED: "le renvoi du compte rendu",
}


def policy_of(obligation: Obligation) -> DeadlinePolicy:
    """The policy entry of what is owed."""
    return load_policies().deadlines[obligation.duty]


def duty_label(obligation: Obligation) -> str:
    """« Rendre le compte rendu financier »."""
    label = _(policy_of(obligation).label)
    return label[:1].upper() + label[1:]


def why(obligation: Obligation) -> str:
    """« 6 mois après la fin de l’exercice comptable – loi 2000-321 art. 10, cerfa 15059*02 »."""
    source = policy_of(obligation).source
    texts = [text for text in (source.law, source.form, source.page) if text]
    basis = ", ".join(texts) or _("usage du contrat de ville")
    said = _("{rule} – {basis}").format(rule=_in_words(obligation.rule), basis=basis)
    if obligation.nominal_on == obligation.effective_on:
        return said
    return _("{said} ; le {day} n’étant pas un jour ouvré, la date est repoussée").format(
        said=said, day=day(obligation.nominal_on)
    )


def _in_words(text: str) -> str:
    try:
        rule = Rule.parse(text)
    except ValueError:
        return _otherwise(text)
    if rule.month_day is not None:
        month, number = rule.month_day
        on = day_of_year(month, number)
        return _("le {day} de l’année budgétaire").format(day=on)
    anchor = _(ANCHORS[rule.anchor]) if rule.anchor else ""
    if rule.days < 0:
        period = Period(text, days=-rule.days).in_words()
        return _("{period} avant {anchor}").format(period=period, anchor=anchor)
    period = Period(text, months=rule.months, days=rule.days).in_words()
    return _("{period} après {anchor}").format(period=period, anchor=anchor)


def _otherwise(text: str) -> str:
    """A rule that gave way to a minimum notice, or one of earlier policies: better raw than absent."""
    try:
        return in_words(text)
    except ValueError:
        return text
