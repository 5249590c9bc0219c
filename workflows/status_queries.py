"""The queries behind `jalon status`, over the names of tables alone: no mapped class is imported."""

from typing import Any

from sqlalchemy import FromClause, Select, column, func, select, table

_application = table(
    "application",
    *map(
        column, ("id", "call_id", "fiche_id", "state", "outcome", "requested_cents", "voted_cents")
    ),
)
_call = table("call", column("id"), column("year"), column("contract_id"))
_contract = table("contract", column("id"), column("code"))
_fiche = table("fiche", *map(column, ("id", "enjeu_id", "number", "position", "title")))
_enjeu = table("enjeu", column("id"), column("number"), column("title"))
_pilot = table("fiche_pilot", column("fiche_id"), column("organisation_id"))
_line = table(
    "funder_line", *map(column, ("application_id", "funder_id", "asked_cents", "voted_cents"))
)
_tally = table(
    "funder_tally", *map(column, ("call_id", "fiche_id", "funder_id", "state", "paid_cents"))
)
_organisation = table("organisation", column("id"), column("name"))


def find_calls(year: int | None, contract: str | None) -> Select[Any]:
    """The id, year and contract of the calls asked for, the latest first; raises nothing."""
    query = (
        select(_call.c.id, _call.c.year, _call.c.contract_id)
        .join_from(_call, _contract, _contract.c.id == _call.c.contract_id)
        .order_by(_call.c.year.desc())
    )
    if year is not None:
        query = query.where(_call.c.year == year)
    return query.where(_contract.c.code == contract) if contract else query


def by_state(call_id: int) -> Select[Any]:
    """State, outcome, applications, cents asked and voted; raises nothing."""
    a = _application.c
    return (
        select(a.state, a.outcome, func.count(), *_sums(a.requested_cents, a.voted_cents))
        .where(a.call_id == call_id)
        .group_by(a.state, a.outcome)
    )


def _sums(asked: Any, voted: Any) -> tuple[Any, Any]:
    return func.coalesce(func.sum(asked), 0), func.coalesce(func.sum(voted), 0)


def _by_enjeu(call_id: int) -> Select[Any]:
    joined = _application.join(_fiche, _fiche.c.id == _application.c.fiche_id).join(
        _enjeu, _enjeu.c.id == _fiche.c.enjeu_id
    )
    return _grouped(joined, call_id, (_enjeu.c.number, _enjeu.c.title), _enjeu.c.number)


def _by_fiche(call_id: int) -> Select[Any]:
    joined = _application.join(_fiche, _fiche.c.id == _application.c.fiche_id)
    return _grouped(joined, call_id, (_fiche.c.number, _fiche.c.title), _fiche.c.position)


def _by_pilot(call_id: int) -> Select[Any]:
    joined = _application.join(_pilot, _pilot.c.fiche_id == _application.c.fiche_id).join(
        _organisation, _organisation.c.id == _pilot.c.organisation_id
    )
    name = _organisation.c.name
    return _grouped(joined, call_id, (name, name.label("label")), name)


def _by_funder(call_id: int) -> Select[Any]:
    joined = _application.join(_line, _line.c.application_id == _application.c.id).join(
        _organisation, _organisation.c.id == _line.c.funder_id
    )
    name, amounts = _organisation.c.name, (_line.c.asked_cents, _line.c.voted_cents)
    return _grouped(joined, call_id, (name, name.label("label")), name, amounts)


def _grouped(
    joined: FromClause,
    call_id: int,
    named: tuple[Any, Any],
    order: Any,
    amounts: tuple[Any, Any] = (_application.c.requested_cents, _application.c.voted_cents),
) -> Select[Any]:
    """Key, label, applications, cents asked and voted, over the applications of a call."""
    return (
        select(*named, func.count(), *_sums(*amounts))
        .select_from(joined)
        .where(_application.c.call_id == call_id)
        .group_by(*named, order)
        .order_by(order)
    )


def paid_in(call_id: int) -> Select[Any]:
    """The cents paid in a call, off the tallies; raises nothing."""
    return select(func.coalesce(func.sum(_tally.c.paid_cents), 0)).where(
        _tally.c.call_id == call_id
    )


def paid_by(by: str, call_id: int) -> Select[Any]:
    """The same by the key of each group; raises `KeyError` for another grouping."""
    key, joined = _PAID[by]
    return (
        select(key, func.sum(_tally.c.paid_cents))
        .select_from(joined)
        .where(_tally.c.call_id == call_id)
        .group_by(key)
    )


_of_fiche = _tally.join(_fiche, _fiche.c.id == _tally.c.fiche_id)
_PAID: dict[str, tuple[Any, FromClause]] = {
    "state": (_tally.c.state, _tally),
    "enjeu": (_enjeu.c.number, _of_fiche.join(_enjeu, _enjeu.c.id == _fiche.c.enjeu_id)),
    "fiche": (_fiche.c.number, _of_fiche),
    "pilot": (
        _organisation.c.name,
        _tally.join(_pilot, _pilot.c.fiche_id == _tally.c.fiche_id).join(
            _organisation, _organisation.c.id == _pilot.c.organisation_id
        ),
    ),
    "funder": (
        _organisation.c.name,
        _tally.join(_organisation, _organisation.c.id == _tally.c.funder_id),
    ),
}
QUERIES = {"enjeu": _by_enjeu, "fiche": _by_fiche, "pilot": _by_pilot, "funder": _by_funder}
