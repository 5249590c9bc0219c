"""Which cell of a line holds what: the titles of a file set against the columns that are known."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from workflows.applications.cellwise import key_of
from workflows.applications.columns import COLUMNS, DAUPHIN, Column, Profile, Use

_ONLY_DAUPHIN = frozenset(map(key_of, (DAUPHIN[0].header, *DAUPHIN[0].also[:2])))


class Layout(NamedTuple):
    """Which cell of a line holds which field, and what its title is in this file."""

    profile: Profile
    places: dict[str, int]
    headers: dict[str, str]
    width: int  # how many cells a line has, up to the last one with a title

    def header(self, field: str) -> str:
        """The title of a field's column, as the file writes it, or as we do when it has none."""
        return self.headers.get(field) or next(
            c.header for c in COLUMNS[self.profile] if c.field == field
        )


class Titles(NamedTuple):
    """A line of titles, sorted: what is usable and what is not."""

    layout: Layout
    missing: list[str]
    unknown: list[str]
    twice: list[tuple[str, str]]  # two titles of one field
    left_out: list[str]  # recognised, not imported


def recognised(titles: Iterable[str]) -> int:
    """How many of `titles` are those of a column of either profile; raises nothing."""
    keys = {key_of(title) for title in titles}
    return max(len(keys & known.keys()) for known in map(_known, Profile))


def read_titles(titles: Sequence[str], profile: Profile | None = None) -> Titles:
    """Sort the titles of a file's first line; without `profile`, they say which kind of file it is.

    Raises nothing, the caller judges.
    """
    keys = [key_of(title) for title in titles]
    if profile is None:
        profile = Profile.DAUPHIN if _ONLY_DAUPHIN.intersection(keys) else Profile.OWN
    known = _known(profile)
    width = max((place + 1 for place, key in enumerate(keys) if key), default=0)
    found = Titles(Layout(profile, {}, {}, width), [], [], [], [])
    for place, (key, title) in enumerate(zip(keys, titles, strict=True)):
        if key:
            _sort(found, known.get(key), place, title.strip())
    places = found.layout.places
    found.missing.extend(c.header for c in COLUMNS[profile] if c.required and c.field not in places)
    if profile is Profile.OWN and not places.keys() & {"siret", "rna"}:
        found.missing.append("SIRET")
    return found


def _sort(found: Titles, column: Column | None, place: int, title: str) -> None:
    layout = found.layout
    if column is None:
        found.unknown.append(title)
    elif column.field in layout.headers:
        found.twice.append((layout.headers[column.field], title))
    elif column.use is Use.SHOWN:
        layout.headers[column.field] = title
        found.left_out.append(title)
    else:
        layout.headers[column.field] = title
        layout.places[column.field] = place


@lru_cache
def _known(profile: Profile) -> dict[str, Column]:
    known: dict[str, Column] = {}
    for column in COLUMNS[profile]:
        for title in (column.header, *column.also):
            before = known.setdefault(key_of(title), column)
            if before is not column:
                raise ValueError(f"« {title} » names two columns")
    return known
