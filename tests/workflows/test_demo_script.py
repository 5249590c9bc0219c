"""The demonstration's cast and script, before it is played: every story, every open fiche, the same each time."""

from collections import Counter
from datetime import date

import pytest

from workflows.demo.cast import APPLICATIONS, SHARES, Part, Story, cast, siret_of, stories
from workflows.demo.scenes import PLAYED
from workflows.demo.script import CLOSES, LAST_DAY, OPENS, Verb, cues
from workflows.identifiers import clean_siret

FICHES = [(f"{enjeu}.{number}", enjeu) for enjeu in (1, 2, 3) for number in range(1, 14)]
QPVS = ["QP034001", "QP034002"]


@pytest.fixture(scope="module")
def parts() -> list[Part]:
    return cast(FICHES, QPVS)


def test_every_story_is_told_as_often_as_said(parts: list[Part]) -> None:
    told = Counter(part.story for part in parts)

    assert set(told) == set(Story)
    assert {story: told[story] for story in SHARES} == SHARES
    assert len(parts) == APPLICATIONS
    assert told[Story.PLAIN] >= 60


def test_the_same_cast_comes_each_time(parts: list[Part]) -> None:
    assert cast(FICHES, QPVS) == parts
    assert stories() == stories()


def test_every_open_fiche_has_applications_and_every_application_several_funders(
    parts: list[Part],
) -> None:
    assert {part.fiche for part in parts} == {number for number, _enjeu in FICHES}
    assert {len(part.asked) for part in parts} == {2, 3, 4}
    assert all("État" in part.asked for part in parts)


def test_numbers_and_addresses_are_sound(parts: list[Part]) -> None:
    assert all(clean_siret(siret_of(index)) == siret_of(index) for index in range(120))
    assert {part.email.partition("@")[2] for part in parts} == {"porteur.example"}
    by_siret = {part.siret: part.applicant for part in parts}
    assert all(by_siret[part.siret] == part.applicant for part in parts)


def test_only_the_late_are_late(parts: list[Part]) -> None:
    late = {part.story for part in parts if part.received_on > CLOSES}

    assert late == {Story.LATE_REFUSED, Story.LATE_ADMITTED}
    assert min(part.received_on for part in parts) >= OPENS
    assert max(part.received_on for part in parts) <= date(2021, 1, 8)


def test_every_verb_is_played_and_every_life_ends_before_the_last_day(parts: list[Part]) -> None:
    told = cues(parts)

    assert {cue.verb for cue in told} == set(Verb)
    assert set(PLAYED) | {Verb.SUBMIT, Verb.TRY_LATE} == set(Verb)
    assert [cue.day for cue in told] == sorted(cue.day for cue in told)
    assert told[-1].day <= LAST_DAY
    ends = {
        Verb.TRY_LATE, Verb.INELIGIBLE, Verb.WITHDRAW, Verb.REFUSE, Verb.REPAID, Verb.ACCEPT,
        Verb.BALANCE,
    }  # fmt: skip
    for part in parts:
        assert [cue.verb for cue in told if cue.part is part][-1] in ends
