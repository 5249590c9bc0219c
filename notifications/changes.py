"""What an amendment changed, in words, as its journal entry keeps it: for mail, history and review."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from config.i18n import gettext as _
from config.i18n import later
from notifications.contexts import Part
from notifications.formats import euros, instant, short_day
from notifications.wording import Line, Words

LABELS = {
    "fiche": later("fiche"),
    "title": later("titre"),
    "summary": later("description"),
    "siret": later("SIRET"),
    "rna": later("numéro RNA"),
    "email": later("personne à joindre"),
    "received_at": later("date de réception"),
    "starts_on": later("début de l’action"),
    "ends_on": later("fin de l’action"),
    "financial_year_ends_on": later("fin de l’exercice comptable"),
    "charges": later("total des charges"),
    "resources": later("total des produits"),
    "renewal": later("renouvellement"),
    "prior_report_on": later("bilan de l’année précédente"),
    "years": later("nombre d’années"),
    "qpvs": later("quartiers prioritaires"),
    "late_reason": later("motif du retard"),
    "asked": later("montants demandés"),
    "comment": later("commentaire sur un financeur"),
}


class Changed(Part):
    """One thing that changed: what it is called, before and after; neither where words are personal."""

    field: Line
    label: Line
    old: Words = ""
    new: Words = ""

    @property
    def sentence(self) -> str:
        """« total des charges : 20 000 € → 21 000 € », or the label alone."""
        if not (self.old or self.new):
            return self.label
        said = _("{label} : {old} → {new}")
        return said.format(label=self.label, old=self.old, new=self.new)


def changed(facts: Mapping[str, Any]) -> tuple[Changed, ...]:
    """What the facts of an amendment say, in the order they were found; nothing for other acts."""
    values, names = facts.get("values", {}), facts.get("names", {})
    found = list(_each(facts.get("changed", ()), values, names))
    if count := len(facts.get("files", ())):
        label = _("fichiers ajoutés : {count}").format(count=count)
        found.append(Changed(field="files", label=label))
    return tuple(found)


def _each(
    fields: list[str], values: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Changed]:
    for field in fields:
        held = values.get(field, {})
        if field == "asked" and names:  # an older entry has no names
            yield from _asked(held, names)
        else:
            show = _SHOWN.get(field, str) if held and field != "asked" else None
            old, new = (_shown(show, held[side], names) if show else "" for side in ("old", "new"))
            yield Changed(field=field, label=_(LABELS.get(field, field)), old=old, new=new)


def _asked(held: Mapping[str, Mapping[str, str]], names: Mapping[str, str]) -> Iterator[Changed]:
    """One line a funder whose amount is another."""
    for number in {**held["old"], **held["new"]}:
        old, new = (held[side].get(number) for side in ("old", "new"))
        if old != new:
            label = _("montant demandé à « {funder} »").format(funder=names.get(number, number))
            before, after = (_money(amount) if amount else _nothing() for amount in (old, new))
            yield Changed(field=f"asked-{number}", label=label, old=before, new=after)


def _shown(show: Callable[[Any], str], value: object, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(names.get(one, one) for one in value) or _nothing()
    return show(value) if value != "" else _nothing()


def _nothing() -> str:
    return _("rien")


def _money(text: str) -> str:
    return euros(Decimal(text))


def _day(text: str) -> str:
    return short_day(date.fromisoformat(text))


_SHOWN: dict[str, Callable[[Any], str]] = {
    "charges": _money,
    "resources": _money,
    "starts_on": _day,
    "ends_on": _day,
    "financial_year_ends_on": _day,
    "prior_report_on": _day,
    "received_at": lambda text: instant(datetime.fromisoformat(text)),
    "renewal": lambda value: _("oui") if value else _("non"),
}
