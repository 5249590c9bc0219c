"""Two organisations that are one: all that one had goes to the other, its name becomes an alias."""

from typing import Any, NamedTuple

from sqlalchemy import delete, func, inspect, select, update
from sqlalchemy.orm import Session

from config.i18n import gettext as _
from config.organisations import spelling_key
from config.vocabulary import Duty
from models import (
    Application,
    Contact,
    FichePilot,
    FunderLine,
    FunderTally,
    Obligation,
    Opinion,
    Organisation,
    OrganisationAlias,
    RoleGrant,
)
from models.errors import BadInput, Reason, Refused
from models.vocabulary import Act
from workflows.keeper import Keeper
from workflows.merged_references import merge_drafts, merge_views
from workflows.organisations import add_alias

SHOWN = 5
BY_FUNDER = (Duty.AGREEMENT, Duty.PUBLICATION)  # their key ends with the number of the funder


class Merged(NamedTuple):
    """What went from one organisation to the other: how many fiches, lines, opinions, duties, people."""

    source: str
    target: str
    fiches: int
    lines: int
    opinions: int
    duties: int
    people: int


def merge(keeper: Keeper, source: int, target: int) -> Merged:
    """Make `source` one with `target`; the journal keeps both numbers.

    Raises `NotFound`, `BadInput` for an organisation with itself, `Refused` when an application has
    a line or an opinion of both, or when `source` carries the contract.
    """
    gone, kept = keeper.organisation(source), keeper.organisation(target)
    if gone is kept:
        raise BadInput(_("Choisissez deux organismes différents."))
    _check(keeper.session, gone, kept)
    session, moved = keeper.session, _counted(keeper.session, gone, kept)
    _move_lines(session, source, target)
    for kind in (Opinion, Obligation):
        _repoint(session, kind.organisation_id, source, target)
    _repoint(session, Organisation.parent_id, source, target)
    _repoint_once(session, FichePilot, FichePilot.fiche_id, source, target)
    _repoint_once(session, Contact, Contact.person_id, source, target)
    _merge_grants(session, source, target)
    merge_views(session, keeper.contract_id, source, target)
    merge_drafts(session, keeper.contract_id, source, target)
    if kept.parent_id == source:
        kept.parent_id = gone.parent_id
    _leave_name(keeper, gone, target)
    keeper.note(Act.MERGE_ORGANISATIONS, organisation=target, merged=source, name=moved.source)
    session.flush()
    session.expire_all()
    return moved


def _check(session: Session, gone: Organisation, kept: Organisation) -> None:
    if gone.leads:
        text = _("{name} porte le contrat : réunissez l’autre organisme à celui-ci.")
        raise Refused([Reason("leads", text.format(name=gone.name))])
    both = [
        (FunderLine.application_id, FunderLine.funder_id, _("une ligne de chacun")),
        (Opinion.application_id, Opinion.organisation_id, _("un avis de chacun")),
    ]
    reasons = []
    for of, by, what in both:
        twice = select(of).where(by.in_((gone.id, kept.id))).group_by(of).having(func.count() > 1)
        query = select(Application.reference).where(Application.id.in_(twice))
        found = session.scalars(query.order_by(Application.reference).limit(SHOWN)).all()
        if found:
            text = _("Ces dossiers ont {what}, qui ne peuvent se confondre : {references}.")
            said = text.format(what=what, references=", ".join(found))
            reasons.append(Reason("both", said))
    if reasons:
        raise Refused(reasons)


def _counted(session: Session, gone: Organisation, kept: Organisation) -> Merged:
    def many(column: Any) -> int:
        query = select(func.count()).where(column == gone.id)
        return session.scalar(query) or 0

    return Merged(
        gone.name,
        kept.name,
        fiches=many(FichePilot.organisation_id),
        lines=many(FunderLine.funder_id),
        opinions=many(Opinion.organisation_id),
        duties=many(Obligation.organisation_id),
        people=many(Contact.organisation_id) + many(RoleGrant.organisation_id),
    )


def _repoint(session: Session, column: Any, source: int, target: int) -> None:
    told = update(column.class_).where(column == source).values({column.key: target})
    session.execute(told.execution_options(synchronize_session=False))


def _repoint_once(session: Session, kind: Any, within: Any, source: int, target: int) -> None:
    """The same where the other may stand there already: what would be double goes."""
    there = select(within).where(kind.organisation_id == target)
    double = delete(kind).where(kind.organisation_id == source, within.in_(there.scalar_subquery()))
    session.execute(double.execution_options(synchronize_session=False))
    _repoint(session, kind.organisation_id, source, target)


def _merge_grants(session: Session, source: int, target: int) -> None:
    query = select(RoleGrant).where(RoleGrant.organisation_id.in_((source, target)))
    known = {(g.person_id, g.role, g.contract_id) for g in session.scalars(query) if
             g.organisation_id == target}  # fmt: skip
    for grant in session.scalars(query.where(RoleGrant.organisation_id == source)):
        if (grant.person_id, grant.role, grant.contract_id) in known:
            session.delete(grant)
        else:
            grant.organisation_id = target
    session.flush()


def _move_lines(session: Session, source: int, target: int) -> None:
    """Funder lines, the tallies they are counted in, and the duties that name their funder."""
    query = select(Obligation).where(
        Obligation.duty.in_(BY_FUNDER), Obligation.key.endswith(f":{source}", autoescape=True)
    )
    for obligation in session.scalars(query):
        obligation.key = f"{obligation.key.rpartition(':')[0]}:{target}"
    session.flush()
    sums = [a.key for a in inspect(FunderTally).column_attrs if not a.columns[0].primary_key]
    for tally in session.scalars(select(FunderTally).where(FunderTally.funder_id == source)).all():
        place = (tally.call_id, tally.fiche_id, target, tally.state)
        if known := session.get(FunderTally, place):
            for name in sums:
                setattr(known, name, getattr(known, name) + getattr(tally, name))
            session.delete(tally)
        else:
            tally.funder_id = target
    session.flush()
    _repoint(session, FunderLine.funder_id, source, target)


def _leave_name(keeper: Keeper, gone: Organisation, target: int) -> None:
    """Its aliases and its name lead to the other; then it is no more."""
    session, name, number = keeper.session, gone.name[:190], gone.id
    _repoint(session, OrganisationAlias.organisation_id, number, target)
    session.delete(gone)
    session.flush()
    key = spelling_key(name)[:200]
    alias = session.scalar(
        select(OrganisationAlias).where(
            OrganisationAlias.contract_id == keeper.contract_id, OrganisationAlias.key == key
        )
    )
    if alias is None or alias.was_id is not None:
        spelling = name if alias is None else f"{name} ({number})"
        alias = add_alias(keeper, target, spelling)
    alias.was_id = number
