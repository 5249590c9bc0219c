"""The one mail a day that reminds a person of everything expected, grouped so that it stays readable."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from types import MappingProxyType

from config.i18n import gettext as _
from models import Contract, Obligation
from notifications.contexts import Context, Part
from notifications.reasons import duty_label, policy_of, why
from notifications.sender import Sender, current_sender
from notifications.wording import Line, shortened

SOON_DAYS = 7
MOST_ITEMS = 15  # a digest stays under 100 KB and can be read in one sitting
MOST_FILES = 100  # in the whole digest
MOST_FILES_OF_ITEM = 40
LONGEST_TITLE = 90
NO_LINKS: Mapping[int, str] = MappingProxyType({})


class DigestFile(Part):
    """One application in a digest; `owner` when its item speaks of several."""

    reference: Line
    title: Line
    fiche_number: Line
    about: Line = ""
    owner: Line = ""


class DigestItem(Part):
    """Something expected by a date, for one application or for several at once.

    `owner` is empty when each application has its own.
    """

    label: Line
    expected: Line
    owner: Line
    due: date
    days_left: int
    why: Line
    ask: Line
    files: tuple[DigestFile, ...]
    hidden_files: int = 0
    answer: Line = ""  # where its reader, who owes it, answers with one button

    @property
    def count(self) -> int:
        """For how many applications it is expected."""
        return len(self.files) + self.hidden_files


class Digest(Context):
    """What a person is reminded of on one day, late things first."""

    today: date
    late: tuple[DigestItem, ...]
    soon: tuple[DigestItem, ...]
    later: tuple[DigestItem, ...]
    hidden_items: int = 0
    interrupted: bool = False
    answer_at: Line = ""  # the page where the reader says « je m’en occupe »

    @property
    def late_count(self) -> int:
        """How many things are late, those not shown left out."""
        return sum(item.count for item in self.late)

    @property
    def coming_count(self) -> int:
        """How many things are still to come."""
        return sum(item.count for item in (*self.soon, *self.later))


def digest_of(
    contract: Contract,
    obligations: Iterable[Obligation],
    today: date,
    *,
    interrupted: bool = False,
    sender: Sender | None = None,
    links: Mapping[int, str] = NO_LINKS,
) -> Digest:
    """The digest of these obligations, of which there is at least one.

    The caller loads each obligation's organisation, application and its fiche. Those of one
    kind, rule and date make one item, however many applications and owners they have. `links`:
    where to answer about an obligation, of those that stand alone.
    """
    asked = sender or current_sender()
    ask = _("{name} ({address})").format(name=asked.name, address=asked.reply_to)
    groups = [list(group) for _key, group in groupby(sorted(obligations, key=_rank), key=_kin)]
    items, room = [], MOST_FILES
    for group in groups:
        item = _item(group, today, ask, min(room, MOST_FILES_OF_ITEM))
        link = links.get(group[0].id, "") if len(group) == 1 else ""
        items.append(item.model_copy(update={"answer": link}) if link else item)
        room -= len(items[-1].files)
    shown = items[:MOST_ITEMS]
    return Digest(
        contract_code=contract.code,
        contract_name=contract.name,
        today=today,
        late=tuple(i for i in shown if i.days_left < 0),
        soon=tuple(i for i in shown if 0 <= i.days_left <= SOON_DAYS),
        later=tuple(i for i in shown if i.days_left > SOON_DAYS),
        hidden_items=sum(item.count for item in items[MOST_ITEMS:]),
        interrupted=interrupted,
    )


def _kin(obligation: Obligation) -> tuple[date, str, str, date]:
    """What obligations have in common when one item speaks of them all."""
    return (obligation.effective_on, obligation.duty, obligation.rule, obligation.nominal_on)


def _rank(obligation: Obligation) -> tuple[tuple[date, str, str, date], str, str]:
    return (_kin(obligation), obligation.application.reference, obligation.about)


def _item(group: Sequence[Obligation], today: date, ask: str, room: int) -> DigestItem:
    first = group[0]
    owners = {obligation.organisation.name for obligation in group}
    return DigestItem(
        label=duty_label(first),
        expected=_(policy_of(first).expected),
        owner=first.organisation.name if len(owners) == 1 else "",
        due=first.effective_on,
        days_left=(first.effective_on - today).days,
        why=why(first),
        ask=ask,
        files=tuple(_file(obligation, named=len(owners) > 1) for obligation in group[:room]),
        hidden_files=len(group[room:]),
    )


def _file(obligation: Obligation, *, named: bool) -> DigestFile:
    application = obligation.application
    return DigestFile(
        reference=application.reference,
        title=shortened(application.title, LONGEST_TITLE),
        fiche_number=application.fiche.number,
        about=shortened(obligation.about, LONGEST_TITLE),
        owner=shortened(obligation.organisation.name, LONGEST_TITLE) if named else "",
    )
