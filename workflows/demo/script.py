"""What happens to each part, day by day: the cues of every story, dates included."""

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from workflows.demo.cast import Part, Story

OPENS, CLOSES = date(2020, 11, 25), date(2021, 1, 4)
FIRST_SESSION, SECOND_SESSION = date(2021, 3, 18), date(2021, 4, 15)
SESSIONS = (FIRST_SESSION, SECOND_SESSION)
ANSWERED = date(2021, 10, 8)  # the delays asked for two days before
LAST_DAY = date(2023, 12, 31)  # everything is closed well before


class Verb(StrEnum):
    """What somebody does; `workflows/demo/stage.py` holds one function for each."""

    SUBMIT = "submit"
    TRY_LATE = "try_late"
    AMEND = "amend"
    ASK_PIECE = "ask_piece"
    SEND_PIECE = "send_piece"
    PRIOR_REPORT = "prior_report"
    ELIGIBLE = "eligible"
    INELIGIBLE = "ineligible"
    CORRECT = "correct"
    OPINION = "opinion"
    WAIVE = "waive"
    REFER = "refer"
    DEFER = "defer"
    AWARD = "award"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"
    SIGN = "sign"
    ADVANCE = "advance"
    BALANCE = "balance"
    PUBLISH = "publish"
    INTERIM = "interim"
    POSTPONE = "postpone"
    FINAL = "final"
    RETURN = "return"
    APPROVE = "approve"
    ACCEPT = "accept"
    NOT_CARRIED_OUT = "not_carried_out"
    REPAID = "repaid"
    DECIDE = "decide"
    TAKE_CARE = "take_care"
    ASK_DELAY = "ask_delay"
    GRANT_DELAY = "grant_delay"
    REFUSE_DELAY = "refuse_delay"
    COME_BACK = "come_back"
    WORKS_AGAIN = "works_again"


class Cue(NamedTuple):
    """On that day, that part's people do that."""

    day: date
    verb: Verb
    part: Part


def cues(parts: list[Part]) -> list[Cue]:
    """Every cue of the play in order; raises nothing."""
    told = [Cue(day, verb, part) for part in parts for day, verb in _life(part)]
    return sorted(told, key=lambda cue: cue.day)


def _life(part: Part) -> Iterator[tuple[date, Verb]]:
    if part.story is Story.LATE_REFUSED:
        yield part.received_on, Verb.TRY_LATE
        return
    yield part.received_on, Verb.SUBMIT
    if part.index % 20 == 7 and part.received_on < CLOSES:
        yield part.received_on + timedelta(days=1), Verb.AMEND
    eligible_on, ended = date(2021, 1, 11) + timedelta(days=part.index % 15), False
    for day, verb in _screening(part, eligible_on):
        ended = verb in (Verb.INELIGIBLE, Verb.WITHDRAW)
        yield day, verb
        if verb is Verb.CORRECT:
            ended = False
        eligible_on = max(eligible_on, day)
    if not ended:
        yield from _committee(part, eligible_on + timedelta(days=1))


def _screening(part: Part, day: date) -> Iterator[tuple[date, Verb]]:
    if part.renewal and part.index % 5 == 0:
        yield day - timedelta(days=2), Verb.PRIOR_REPORT
    if part.story in (Story.INCOMPLETE, Story.NEVER_COMPLETE):
        yield day, Verb.ASK_PIECE
    if part.story is Story.INCOMPLETE:
        yield day + timedelta(days=4 + int(part.luck * 16)), Verb.SEND_PIECE
    if part.story is Story.NEVER_COMPLETE:
        yield day + timedelta(days=40), Verb.INELIGIBLE
    if part.story is Story.INELIGIBLE:
        yield day + timedelta(days=3), Verb.INELIGIBLE
    if part.story is Story.CORRECTED:
        yield day, Verb.INELIGIBLE
        yield day + timedelta(days=1), Verb.CORRECT
    if part.story is Story.WITHDRAWN and part.index % 2:
        yield day + timedelta(days=2), Verb.WITHDRAW


def _committee(part: Part, eligible_on: date) -> Iterator[tuple[date, Verb]]:
    yield eligible_on, Verb.ELIGIBLE
    if part.story is Story.OPINION_WAIVED:
        yield date(2021, 3, 11), Verb.WAIVE
    else:
        asked = max(eligible_on, date(2021, 2, 8))
        yield asked + timedelta(days=int(part.luck * 29)), Verb.OPINION
    yield date(2021, 3, 12), Verb.REFER
    if part.story is Story.PLAIN and part.index % 20 == 3:
        yield date(2021, 3, 15), Verb.DECIDE
    if part.story is Story.WITHDRAWN:
        yield date(2021, 3, 16), Verb.WITHDRAW
        return
    decided_on = FIRST_SESSION + timedelta(days=1)
    if part.story is Story.DEFERRED:
        yield decided_on, Verb.DEFER
        yield date(2021, 4, 8), Verb.REFER
        decided_on = SECOND_SESSION + timedelta(days=1)
    if part.story is Story.REFUSED or (part.story is Story.DEFERRED and part.index % 3 == 0):
        yield decided_on, Verb.REFUSE
        return
    yield decided_on, Verb.AWARD
    if part.story is Story.REPORT_OVERDUE and _interim_on(part) > ANSWERED:
        yield from _answers(part)
    if part.story is Story.REPORT_RETURNED and part.index % 3 == 0:
        yield date(2021, 9, 2), Verb.COME_BACK
        yield date(2021, 9, 16), Verb.WORKS_AGAIN  # a reminder of the day before was held
    yield from _grant(part, decided_on)


def _answers(part: Part) -> Iterator[tuple[date, Verb]]:
    """What late people answer to the reminders of their interim report."""
    if part.index % 3 == 0:
        yield date(2021, 10, 6), Verb.TAKE_CARE
        return
    yield date(2021, 10, 6), Verb.ASK_DELAY
    yield ANSWERED, Verb.GRANT_DELAY if part.index % 3 == 1 else Verb.REFUSE_DELAY


def _interim_on(part: Part) -> date:
    late = 20 if part.story is Story.REPORT_OVERDUE else 0
    return date(2021, 9, 10) + timedelta(days=int(part.luck * 40) + late)


def _grant(part: Part, decided_on: date) -> Iterator[tuple[date, Verb]]:
    signed_on = decided_on + timedelta(days=20 + int(part.luck * 60))
    yield signed_on, Verb.SIGN
    yield signed_on + timedelta(days=10 + int(part.luck * 30)), Verb.ADVANCE
    yield signed_on + timedelta(days=25 + int(part.luck * 80)), Verb.PUBLISH
    if part.index % 19:  # a few never send it, though the next request would need it
        yield _interim_on(part), Verb.INTERIM
    if part.story is Story.NOT_CARRIED_OUT:
        declared = date(2021, 11, 22) if part.index % 2 else date(2022, 9, 12)
        yield declared, Verb.NOT_CARRIED_OUT
        yield declared + timedelta(days=30 + int(part.luck * 60)), Verb.REPAID
        return
    if part.story is Story.POSTPONED:
        yield min(part.ends_on, date(2021, 11, 30)) - timedelta(days=5), Verb.POSTPONE
    yield from _reporting(part)


def _reporting(part: Part) -> Iterator[tuple[date, Verb]]:
    reported_on = _report_due(part) - timedelta(days=int(part.luck * 70))
    if part.story is Story.REPORT_OVERDUE:
        reported_on = _report_due(part) + timedelta(days=4 + int(part.luck * 120))
    yield reported_on, Verb.FINAL
    reviewed_on = reported_on + timedelta(days=7 + int(part.luck * 35))
    if part.story is Story.REPORT_RETURNED:
        yield reviewed_on, Verb.RETURN
        yield reviewed_on + timedelta(days=12), Verb.FINAL
        reviewed_on += timedelta(days=25)
    yield reviewed_on, Verb.APPROVE
    yield reviewed_on + timedelta(days=2), Verb.ACCEPT
    if part.index % 23:  # a few balances are still to be paid at the end
        yield reviewed_on + timedelta(days=20 + int(part.luck * 40)), Verb.BALANCE


def _report_due(part: Part) -> date:
    if part.story is Story.POSTPONED:
        return date(2023, 6, 30)
    return date(2022, 6, 30) if part.ends_on.year == OPENS.year + 1 else date(2023, 2, 28)
