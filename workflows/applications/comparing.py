"""What a file says otherwise than the application that Jalon holds already."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from models import Application, Call, FunderLine
from models.vocabulary import State
from workflows.applications.dauphin import Standing
from workflows.submission import Draft

_LIFE = list(State)


class Change(NamedTuple):
    """One field that differs: before and after, or neither when what it holds may be personal."""

    field: str
    old: Any = None
    new: Any = None

    @property
    def facts(self) -> dict[str, Any]:
        """What the journal may keep of it; raises nothing."""
        return {} if self.old is None and self.new is None else {"old": self.old, "new": self.new}


PERSONAL = frozenset({"title", "summary", "email", "late_reason"})  # words that may name somebody
_SAID_BY_BLANK = frozenset({"renewal"})  # any other blank cell does not erase what Jalon holds


def changes_in(
    application: Application, draft: Draft, call: Call, columns: Collection[str]
) -> list[Change]:
    """Every field that `draft` says otherwise, of those that the file has a column for.

    `application` has its fiche, applicant, contact, neighbourhoods and lines loaded. Raises nothing.
    """
    told = set(columns) | _follows(application, draft, columns)
    held, filed = _held(application), filed_values(draft, call)
    found = [
        _change(name, held[name], value)
        for name, value in filed.items()
        if name in told and value != held[name] and (value or name in _SAID_BY_BLANK)
    ]
    return [*found, *_line_changes(application.lines, draft, told)]


def _held(application: Application) -> dict[str, Any]:
    return {
        "fiche": application.fiche.number,
        "title": application.title,
        "summary": _one_ending(application.summary),
        "siret": application.applicant.siret,
        "rna": application.applicant.rna,
        "email": application.contact.email if application.contact else "",
        "received_at": _second(application.received_at),
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "financial_year_ends_on": application.financial_year_ends_on,
        "charges": application.charges,
        "resources": application.resources,
        "renewal": application.renewal,
        "prior_report_on": application.prior_report_on,
        "years": application.years,
        "qpvs": sorted(qpv.code for qpv in application.qpvs),
        "late_reason": application.late_reason,
    }


def filed_values(draft: Draft, call: Call) -> dict[str, Any]:
    """What a draft says of the application, by the name of the column; raises nothing."""
    return {
        "fiche": draft.fiche.number,
        "title": draft.title.strip(),
        "summary": _one_ending(draft.summary),
        "siret": draft.siret,
        "rna": "" if draft.siret else draft.rna,
        "email": draft.address,
        "received_at": _second(draft.received_at),
        "starts_on": draft.starts_on,
        "ends_on": draft.ends_on,
        "financial_year_ends_on": draft.year_end(call),
        "charges": draft.charges,
        "resources": draft.resources,
        "renewal": draft.renewal,
        "prior_report_on": draft.prior_report_on,
        "years": draft.years,
        "qpvs": sorted(qpv.code for qpv in draft.qpvs),
        "late_reason": draft.late_reason,
    }


def _change(name: str, held: Any, filed: Any) -> Change:
    return Change(name) if name in PERSONAL else Change(name, _plain(held), _plain(filed))


def _follows(application: Application, draft: Draft, columns: Collection[str]) -> set[str]:
    """Fields without a column that follow from another that changed."""
    follows = set()
    if application.ends_on != draft.ends_on:
        follows.add("financial_year_ends_on")
    if application.requested != draft.requested and not {"charges", "resources"} & set(columns):
        follows |= {"charges", "resources"}
    return follows


def _line_changes(lines: list[FunderLine], draft: Draft, told: set[str]) -> Iterator[Change]:
    held = {line.funder_id: line for line in lines}
    if {funder: line.asked for funder, line in held.items()} != draft.asked:
        yield Change(
            "asked",
            {str(funder): str(line.asked) for funder, line in held.items()},
            {str(funder): str(asked) for funder, asked in draft.asked.items()},
        )
    if "comment" in told and any(
        draft.comments[funder] != held[funder].comment
        for funder in draft.comments.keys() & held.keys()
    ):
        yield Change("comment")


def is_ahead(standing: Standing, application: Application) -> bool:
    """Whether another system says that the application went further than Jalon knows; raises nothing."""
    if application.state is State.CLOSED:
        return standing.state is State.CLOSED and standing.outcome is not application.outcome
    return _LIFE.index(standing.state) > _LIFE.index(application.state)


def _one_ending(text: str) -> str:
    """Browsers end lines otherwise than files and programs: that is no change."""
    return text.replace("\r\n", "\n")


def _second(at: datetime) -> datetime:
    return at.replace(microsecond=0)


def _plain(value: object) -> object:
    if isinstance(value, bool | int | str | list):
        return value
    return "" if value is None else str(value)
