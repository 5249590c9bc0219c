"""What a list's address asks: filters, columns, and how to write it again with something changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from config.i18n import gettext as _
from config.i18n import later
from config.labels import OUTCOMES, STATES, state_label
from models.errors import BadInput
from models.vocabulary import Outcome, State
from web.visit import now_of
from workflows.applications.browsing import Choices
from workflows.applications.filtering import Filters

LONGEST = 200
MOST_DAYS = 36_500
NAMES = (
    "etat",
    "issue",
    "appel",
    "enjeu",
    "fiche",
    "pilote",
    "financeur",
    "texte",
    "depuis",
    "colonnes",
)
EVERY = "tous"
COLUMNS = {  # what each is called, in the order of the table
    "porteur": later("Porteur"),
    "fiche": later("Fiche"),
    "etat": later("État"),
    "appel": later("Appel"),
    "recu": later("Reçu le"),
    "depuis": later("Dans cet état depuis"),
    "demande": later("Demandé"),
    "accorde": later("Accordé"),
}
USUAL = ("porteur", "fiche", "etat", "demande", "accorde")


@dataclass(frozen=True, slots=True)
class Asked:
    """A list's address, read."""

    values: dict[str, str]
    filters: Filters
    columns: tuple[str, ...]

    def address(self, path: str = "/dossiers", **changes: object) -> str:
        """The same list elsewhere, or with something changed; an empty value takes a filter away."""
        kept = {**self.values, **changes}
        said = {name: str(value) for name, value in kept.items() if value not in {"", None}}
        return f"{path}?{urlencode(said)}" if said else path

    @property
    def unfiltered(self) -> dict[str, str]:
        """The changes to its address that take every filter away, but for the year."""
        return dict.fromkeys(set(self.values) - {"appel", "colonnes"}, "")

    @property
    def narrowed(self) -> bool:
        """Whether more than the year and the state is asked."""
        return bool(set(self.values) - {"etat", "appel", "colonnes"})


def asked_in(request: Request, years: list[int], after: int = 0) -> Asked:
    """What the address asks; without a year, the latest call. Raises `BadInput` in words."""
    return asked_of(request.query_params, years, now_of(request), after)


def asked_of(params: QueryParams, years: list[int], now: datetime, after: int = 0) -> Asked:
    """The same of parameters that come otherwise."""
    given = {name: params.get(name, "").strip()[:LONGEST] for name in NAMES}
    values = {name: value for name, value in given.items() if value}
    chosen = params.getlist("colonne")
    if chosen:
        values["colonnes"] = ",".join(chosen)
    filters = Filters(
        state=State(values["etat"]) if _among("etat", values, STATES) else None,
        outcome=Outcome(values["issue"]) if _among("issue", values, OUTCOMES) else None,
        year=_year(values, years),
        enjeu=_number("enjeu", values),
        fiche=values.get("fiche"),
        pilot_id=_number("pilote", values),
        funder_id=_number("financeur", values),
        text=values.get("texte"),
        after=after,
        since_before=_since(values, now),
        after_since=_rank(params) if "depuis" in values else None,
    )
    wanted = values.get("colonnes", "").split(",")
    columns = tuple(name for name in COLUMNS if name in wanted) or USUAL
    return Asked(values, filters, columns)


def in_words(asked: Asked, choices: Choices) -> str:
    """The filters as a sentence, for the head of an export."""
    f = asked.filters
    found = [_("appel {year}").format(year=f.year) if f.year else _("tous les appels")]
    if f.state:
        found.append(_("état « {state} »").format(state=state_label(f.state, f.outcome)))
    elif f.outcome:
        found.append(_("issue « {outcome} »").format(outcome=_(OUTCOMES[f.outcome])))
    said = {
        _("dans leur état depuis plus de {days} jours"): asked.values.get("depuis"),
        _("enjeu {number}"): f.enjeu,
        _("fiche {number}"): f.fiche,
        _("pilote {name}"): choices.organisations.get(f.pilot_id or 0, f.pilot_id),
        _("financeur {name}"): choices.organisations.get(f.funder_id or 0, f.funder_id),
        _("mots « {text} »"): f.text,
    }
    found += [
        words.format(days=value, number=value, name=value, text=value)
        for words, value in said.items()
        if value not in {None, ""}
    ]
    return ", ".join(found)


def _among(name: str, values: dict[str, str], known: Mapping[str, object]) -> bool:
    value = values.get(name)
    if value is not None and value not in known:
        raise BadInput(_wrong(name, value))
    return value is not None


def _number(name: str, values: dict[str, str]) -> int | None:
    value = values.get(name)
    if value is None:
        return None
    if not value.isdecimal() or len(value) > 12:
        raise BadInput(_wrong(name, value))
    return int(value)


def _since(values: dict[str, str], now: datetime) -> datetime | None:
    """Since before when they stand in their state, for « depuis plus de … jours »."""
    days = _number("depuis", values)
    if days is None:
        return None
    if days > MOST_DAYS:
        raise BadInput(_wrong("depuis", values["depuis"]))
    return now - timedelta(days=days)


def _rank(params: QueryParams) -> datetime | None:
    """Since when the last row already seen stands in its state."""
    text = params.get("rang", "")
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError as error:
        raise BadInput(_wrong("rang", text[:LONGEST])) from error
    if found is not None and found.tzinfo is None:
        raise BadInput(_wrong("rang", text[:LONGEST]))
    return found


def _year(values: dict[str, str], years: list[int]) -> int | None:
    if values.get("appel") == EVERY:
        return None
    year = _number("appel", values)
    if year and year not in years:
        raise BadInput(_wrong("appel", values["appel"]))
    return year or (years[0] if years else None)


def _wrong(name: str, value: str) -> str:
    said = _("L’adresse demande {name} = « {value} », qui n’existe pas : revenez aux dossiers.")
    return said.format(name=name, value=value)
