"""What a DAUPHIN extract says, in Jalon's words: action codes, statuses per funder line, opinions.

The table is that of DOMAIN §1.4; `docs/decisions/0004-dauphin-statuses.md` says why « Clôturée »
is an end without funding.
"""

import re
from collections.abc import Collection
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from config.i18n import gettext as _
from models.vocabulary import LineStatus, Outcome, State, Verdict
from workflows.applications.cellwise import Unreadable, key_of, plain, shown
from workflows.workbook import Cell

_CODE = re.compile(r"(?:DA)?(\d{8})(?:-\d*)?", re.IGNORECASE | re.ASCII)
_SHORT_CODE = re.compile(r"\d{1,7}", re.ASCII)


class Stage(StrEnum):
    """Where one funder line stands in DAUPHIN; the order of the members is that of a dossier's life."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    ELIGIBLE = "eligible"
    COMMITTEE = "committee"
    FUNDED = "funded"
    REPORTING = "reporting"
    COMPLETED = "completed"
    INELIGIBLE = "ineligible"
    REFUSED = "refused"
    ENDED = "ended"


STATUSES = {  # code or label → stage
    "REQUESTED": Stage.DRAFT,
    "En cours de saisie": Stage.DRAFT,
    "WAITING_FOR_CERTIFICATE": Stage.DRAFT,
    "En attente d’attestation": Stage.DRAFT,
    "TRANSMITTED": Stage.SUBMITTED,
    "Transmise": Stage.SUBMITTED,
    "SUPPORTED": Stage.SUBMITTED,
    "Prise en charge": Stage.SUBMITTED,
    "ACCEPTABLE": Stage.ELIGIBLE,
    "Recevable": Stage.ELIGIBLE,
    "UNACCEPTABLE": Stage.INELIGIBLE,
    "Non recevable": Stage.INELIGIBLE,
    "En attente d’instruction": Stage.COMMITTEE,
    "En cours": Stage.COMMITTEE,
    "VOTE": Stage.FUNDED,
    "Votée": Stage.FUNDED,
    "A été versé": Stage.FUNDED,
    "Rejetée": Stage.REFUSED,
    "READY_TO_JUSTIFY": Stage.REPORTING,
    "A justifier": Stage.REPORTING,
    "Justification en cours": Stage.REPORTING,
    "Justification à modifier": Stage.REPORTING,
    "JUSTIFICATION_JUSTIFIED": Stage.COMPLETED,
    "Justifiée": Stage.COMPLETED,
    "Clôturée": Stage.ENDED,
}
_BY_KEY = {key_of(status): stage for status, stage in STATUSES.items()}
_LIFE = list(Stage)
VOTED = frozenset({Stage.FUNDED, Stage.REPORTING, Stage.COMPLETED})
OVER = frozenset({Stage.INELIGIBLE, Stage.REFUSED, Stage.ENDED})
_OPINIONS = {
    **dict.fromkeys(("recevable", "favorable", "avisfavorable"), Verdict.FAVOURABLE),
    **dict.fromkeys(("reserve", "avisreserve"), Verdict.RESERVED),
    **dict.fromkeys(
        ("irrecevable", "nonrecevable", "defavorable", "avisdefavorable"), Verdict.ADVERSE
    ),
}


class Standing(NamedTuple):
    """Where a whole dossier stands, once its lines are put together."""

    state: State
    outcome: Outcome | None = None


def action_code(cell: Cell) -> str:
    """The eight digits of an action; zeros that a spreadsheet ate are put back. Raises `Unreadable`."""
    found = plain(cell)
    if match := _CODE.fullmatch(found):
        return match[1]
    if _SHORT_CODE.fullmatch(found):
        return found.zfill(8)
    raise Unreadable(
        _("« {found} » n’est pas un code d’action ; attendu : par exemple DA12345678-01.").format(
            found=shown(cell)
        )
    )


def stage(cell: Cell) -> Stage:
    """The stage of a status, given by its code or its label; raises `Unreadable` for another."""
    found = _BY_KEY.get(key_of(plain(cell)))
    if found is None:
        raise Unreadable(
            _("statut inconnu : « {found} » ; attendu : un de ceux de DAUPHIN ({known}).").format(
                found=shown(cell), known=", ".join(STATUSES)
            )
        )
    return found


def opinion(cell: Cell) -> Verdict:
    """RECEVABLE is favourable, IRRECEVABLE adverse; opinions in words too. Raises `Unreadable`."""
    found = _OPINIONS.get(key_of(plain(cell)))
    if found is None:
        raise Unreadable(
            _("avis inconnu : « {found} » ; attendu : RECEVABLE ou IRRECEVABLE.").format(
                found=shown(cell)
            )
        )
    return found


def renewal(cell: Cell) -> bool:
    """Whether `frequence` says that last year's action is asked again. Raises `Unreadable`."""
    found = key_of(plain(cell))
    if found in {"renouvellement", "reconduction", "oui"}:
        return True
    if found in {"premieredemande", "premiere", "nouvelle", "creation", "non"}:
        return False
    raise Unreadable(
        _(
            "fréquence inconnue : « {found} » ; attendu : RENOUVELLEMENT ou PREMIERE DEMANDE."
        ).format(found=shown(cell))
    )


def budget_year(cell: Cell) -> int:
    """The year of the budget; raises `Unreadable`."""
    found = plain(cell)
    if not (found.isascii() and found.isdigit() and len(found) == 4):
        raise Unreadable(
            _("« {found} » n’est pas une année ; attendu : par exemple 2021.").format(
                found=shown(cell)
            )
        )
    return int(found)


def line_status(at: Stage) -> LineStatus:
    """What the funder of a line at that stage has decided; raises nothing."""
    if at in VOTED:
        return LineStatus.VOTED
    return LineStatus.REFUSED if at in OVER else LineStatus.PENDING


def standing(stages: Collection[Stage]) -> Standing:
    """Where a dossier stands: with its least advanced line that is not over. Raises nothing.

    A vote beside a line still examined means that the committee is at work. When every line is
    over, one refusal makes the dossier refused; else it is ineligible, « Clôturée » included.
    """
    living = sorted(set(stages) - OVER, key=_LIFE.index)
    if not living:
        refused = Stage.REFUSED in stages
        return Standing(State.CLOSED, Outcome.REFUSED if refused else Outcome.INELIGIBLE)
    if living[0] is Stage.COMPLETED:
        return Standing(State.CLOSED, Outcome.COMPLETED)
    if VOTED.intersection(living) and living[0] not in VOTED:
        return Standing(State.COMMITTEE)
    return Standing(State(living[0].value))


def voted_amount(at: Stage, given: Decimal | None) -> Decimal | None:
    """What a line's vote is worth; raises `Unreadable` when a voted line has no amount."""
    if at in OVER:
        return Decimal(0)
    if at not in VOTED:
        return None
    if not given:
        raise Unreadable(
            _("montant voté absent ou nul, pour une ligne votée ; attendu : un montant.")
        )
    return given
