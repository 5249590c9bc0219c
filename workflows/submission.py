"""Taking in one application: what was typed becomes rows, under a reference of our own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Application, Call, Fiche, FunderLine, Organisation, Person, Qpv
from models.vocabulary import LineStatus, Verdict
from workflows.parties import Identity, checked_email, find_applicants, find_persons, identity


class Decision(NamedTuple):
    """What one funder thought and decided in another system, before Jalon took the file over."""

    status: LineStatus = LineStatus.PENDING
    voted: Decimal | None = None
    decided_on: date | None = None
    opinion: Verdict | None = None
    proposed: Decimal | None = None


@dataclass(slots=True)
class Draft:
    """One application as it comes in, checked field by field but not yet against the rules.

    Amounts are in euros; `asked`, `comments` and `decisions` are by funder (organisation id);
    `received_at` is an instant with a zone.
    """

    title: str
    fiche: Fiche
    applicant_name: str
    asked: dict[int, Decimal]
    starts_on: date
    ends_on: date
    charges: Decimal
    resources: Decimal
    received_at: datetime
    siret: str = ""
    rna: str = ""
    contact_name: str = ""
    contact_email: str = ""
    summary: str = ""
    external_reference: str | None = None
    renewal: bool = False
    prior_report_on: date | None = None
    late_reason: str = ""
    financial_year_ends_on: date | None = None
    years: int = 1
    qpvs: Sequence[Qpv] = ()
    comments: dict[int, str] = field(default_factory=dict)
    decisions: dict[int, Decision] = field(default_factory=dict)

    @property
    def identity(self) -> Identity:
        """Who applies; raises `BadInput` when the numbers given are not valid."""
        return identity(self.siret, self.rna, self.applicant_name)

    @property
    def address(self) -> str:
        """The contact's address, lower case, or nothing; raises `BadInput` when it cannot be one."""
        return checked_email(self.contact_email) if self.contact_email.strip() else ""

    @property
    def requested(self) -> Decimal:
        """What is asked of all funders together."""
        return sum(self.asked.values(), Decimal(0))

    def year_end(self, call: Call) -> date:
        """The end of the financial year: as said, or the end of the year in which the action ends."""
        said = self.financial_year_ends_on
        return said or date(max(self.ends_on.year, call.year), 12, 31)


class Known(NamedTuple):
    """Applicants by SIRET and by RNA, contacts by address, funders by id: found, or made."""

    applicants: dict[str, Organisation]
    persons: dict[str, Person]
    funders: dict[int, Organisation]

    @classmethod
    def gather(cls, session: Session, drafts: Iterable[Draft]) -> "Known":
        """Whoever `drafts` name, in a few queries for all of them; new ones are flushed.

        Raises `BadInput` when an applicant has neither a valid SIRET nor a valid RNA, or an
        e-mail address cannot be one.
        """
        wanted = list(drafts)
        names = {draft.address: draft.contact_name for draft in wanted if draft.address}
        funders = select(Organisation).where(
            Organisation.id.in_({key for draft in wanted for key in draft.asked})
        )
        return cls(
            find_applicants(session, [draft.identity for draft in wanted]),
            find_persons(session, names),
            {funder.id: funder for funder in session.scalars(funders)},
        )


def build(session: Session, call: Call, draft: Draft, known: Known | None = None) -> Application:
    """The rows of `draft`, not yet submitted: applicant and contact found or made, reference given.

    `known` saves the look-ups when many are built. Raises `BadInput` when the applicant has
    neither a valid SIRET nor a valid RNA, or the e-mail address cannot be one.
    """
    reference = next_reference(session, call)  # first: its lock makes submissions queue up
    known = known or Known.gather(session, [draft])
    lines = [_line(draft, key, known.funders[key]) for key in draft.asked]
    return Application(
        reference=reference,
        external_reference=draft.external_reference,
        call=call,
        fiche=draft.fiche,
        applicant=known.applicants[draft.identity.key],
        contact=known.persons.get(draft.address),
        title=draft.title.strip(),
        summary=draft.summary,
        form_version=call.form_version,
        received_at=draft.received_at,
        late_reason=draft.late_reason or None,
        renewal=draft.renewal,
        prior_report_on=draft.prior_report_on,
        starts_on=draft.starts_on,
        ends_on=draft.ends_on,
        financial_year_ends_on=draft.year_end(call),
        years=draft.years,
        charges=draft.charges,
        resources=draft.resources,
        requested=draft.requested,
        voted=sum((line.voted or Decimal(0) for line in lines), Decimal(0)),
        lines=lines,
        qpvs=list(draft.qpvs),
    )


def _line(draft: Draft, key: int, funder: Organisation) -> FunderLine:
    decision = draft.decisions.get(key, Decision())
    return FunderLine(
        funder=funder,
        asked=draft.asked[key],
        comment=draft.comments.get(key, ""),
        **decision._asdict(),
    )


def next_reference(session: Session, call: Call) -> str:
    """The next reference of the call, CV112-2021-0001, locked until the commit; raises nothing."""
    lock_numbering(session, call)
    call.numbered += 1
    return f"{call.contract.code}-{call.year}-{call.numbered:04d}"


def lock_numbering(session: Session, call: Call) -> None:
    """Take in one thing at a time for this call, until the commit; raises nothing."""
    locked = ("numbering", call.id)
    if session.info.get(locked) is not session.get_transaction():
        session.refresh(call, ["numbered"], with_for_update=True)
        session.info[locked] = session.get_transaction()


def find_applicant(session: Session, draft: Draft) -> Organisation:
    """The organisation of that SIRET, else of that RNA, or a new one; raises `BadInput`."""
    return find_applicants(session, [draft.identity])[draft.identity.key]
