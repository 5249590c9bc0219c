"""One application, whole: who, what, from whom; what happened, what is owed, what was written."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from models import (
    Application,
    JournalEntry,
    Message,
    Obligation,
    Organisation,
    Payment,
    Person,
)
from workflows.applications.dossier import Dossier, Due, Event, Mail, Paid, Share
from workflows.applications.loading import with_neighbourhoods
from workflows.queries import get_application


def show_application(session: Session, reference: str) -> Dossier:
    """The dossier of that reference; raises `NotFound`."""
    return dossier_of(session, with_neighbourhoods(session, get_application(session, reference)))


def dossier_of(session: Session, application: Application) -> Dossier:
    """The dossier of an application loaded whole, its neighbourhoods too; raises nothing."""
    return Dossier(
        identity=_identity(application),
        lines=shares_of(application),
        journal=journal_of(session, application),
        obligations=_obligations(session, application),
        mail=_mail(session, application),
    )


def _identity(application: Application) -> dict[str, Any]:
    return {
        "reference": application.reference,
        "external_reference": application.external_reference,
        "call": application.call.year,
        "title": application.title,
        "summary": application.summary,
        **_parties(application),
        "state": application.state.value,
        "outcome": application.outcome.value if application.outcome else None,
        "state_since": application.state_since,
        "revision": application.revision,
        "received_at": application.received_at,
        "late_reason": application.late_reason,
        "form_version": application.form_version,
        "renewal": application.renewal,
        "prior_report_on": application.prior_report_on,
        "starts_on": application.starts_on,
        "ends_on": application.ends_on,
        "financial_year_ends_on": application.financial_year_ends_on,
        "years": application.years,
        "charges": application.charges,
        "resources": application.resources,
        "requested": application.requested,
        "voted": application.voted,
        "paid": application.paid,
        "to_repay": application.to_repay,
        "repaid": application.repaid,
        "session": application.session.held_on if application.session else None,
        "qpvs": [qpv.code for qpv in application.qpvs],
    }


def _parties(application: Application) -> dict[str, Any]:
    """The fiche and those who have to do with it, the applicant, whom to write to."""
    fiche, applicant, contact = application.fiche, application.applicant, application.contact
    return {
        "fiche": fiche.number,
        "fiche_title": fiche.title,
        "enjeu": fiche.enjeu.number,
        "pilots": [pilot.organisation.name for pilot in fiche.pilots],
        "applicant": {"name": applicant.name, "siret": applicant.siret, "rna": applicant.rna},
        "contact": {"name": contact.name, "email": contact.email} if contact else None,
        "address_failing_since": contact.failing_since if contact else None,
    }


def shares_of(application: Application) -> list[Share]:
    """What each funder is asked, thinks, decided and paid; raises nothing."""
    return [
        Share(
            funder=line.funder.name,
            asked=line.asked,
            comment=line.comment,
            opinion=line.opinion,
            proposed=line.proposed,
            status=line.status,
            voted=line.voted,
            decided_on=line.decided_on,
            decision_reference=line.decision_reference,
            agreement_signed_on=line.agreement_signed_on,
            agreement_published_on=line.agreement_published_on,
            paid=line.paid,
            repaid=line.repaid,
            payments=_paid(line.payments),
        )
        for line in application.lines
    ]


def _paid(payments: list[Payment]) -> list[Paid]:
    undone = {payment.cancels_id for payment in payments}
    return [
        Paid(p.id, p.kind, p.amount, p.paid_on, p.reference, p.id in undone)
        for p in payments
        if p.cancels_id is None
    ]


def journal_of(session: Session, application: Application) -> list[Event]:
    """What happened to an application, in order; raises nothing."""
    query = (
        select(JournalEntry, Person.name)
        .outerjoin(Person, Person.id == JournalEntry.actor_id)
        .where(JournalEntry.application_id == application.id)
        .options(joinedload(JournalEntry.text))
        .order_by(JournalEntry.seq)
    )
    return [
        Event(
            entry.seq, entry.at, entry.action, entry.source, entry.dest, entry.actor_role, person,
            entry.facts, entry.text.body if entry.text else None,
        )
        for entry, person in session.execute(query)
    ]  # fmt: skip


def _obligations(session: Session, application: Application) -> list[Due]:
    query = (
        select(Obligation, Organisation.name)
        .join(Organisation, Organisation.id == Obligation.organisation_id)
        .where(Obligation.application_id == application.id)
        .order_by(Obligation.effective_on, Obligation.id)
    )
    return [
        Due(o.key, o.duty, o.owed_by, name, o.about, o.rule, o.nominal_on, o.effective_on, o.status)
        for o, name in session.execute(query)
    ]


def _mail(session: Session, application: Application) -> list[Mail]:
    query = (
        select(
            Message.key, Message.recipient, Message.template, Message.subject, Message.due_at, Message.status,
            Message.id,
        )
        .where(Message.application_id == application.id)
        .order_by(Message.id)
    )  # fmt: skip
    return [Mail(*row) for row in session.execute(query)]
