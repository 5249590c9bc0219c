"""The objectives of a fiche, as a list where the source marks one and nowhere else.

Marks: a paragraph or list tag, a bullet, a dash at the start of a list or of a
line. A list whose bullets were lost stays in one piece: rebuilding it would be a guess.
"""

import re

_BLOCK = re.compile(r"</?(?:p|ul|ol|li|div|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[!?][^<>]*>")
_TAG_START = re.compile(r"<(?=[a-zA-Z/!?])")
_BULLET = re.compile(r"[•●▪◦‣]")
_DASHED_LINE = re.compile(r"\n\s*[-–]\s+")
_LEADING_DASH = re.compile(r"\s*([-–])\s+")
_LEADING_MARKS = re.compile(r"^(?:[-–](?:\s+|$))+")
_RESIDUE = re.compile(r"(?<![0-9A-Za-z])\$?[A-Z]{1,3}\$?[0-9]{1,7}:\$?[A-Z]{1,3}\$?[0-9]{1,7}")
_BREAK = "\x00"  # no text that was read holds one
_NESTED_TAGS = 5


def split_objectives(cell: str) -> list[str]:
    """The items of an objectives cell, without tags nor spreadsheet residue. Raises nothing."""
    text = _RESIDUE.sub("", _BLOCK.sub(_BREAK, cell))
    text = _BREAK.join(_BULLET.split(_without_tags(text)))
    text = _DASHED_LINE.sub(f"{_BREAK}- ", text)
    items = [item for block in text.split(_BREAK) for item in _dashed_items(block)]
    return [item for item in map(_tidy, items) if item]


def join_objectives(items: list[str]) -> str:
    """A cell that `split_objectives` reads back as these items. Raises nothing."""
    return " ".join(f"• {item}" for item in items)


def residues(cell: str) -> list[str]:
    """Cell ranges of a spreadsheet left in the text, such as "F28:F33". Raises nothing."""
    return _RESIDUE.findall(cell)


def tags_left_open(cell: str) -> list[str]:
    """Names of the tags opened and never closed, one per opening. Raises nothing."""
    found = re.findall(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)(?=[\s>/])[^<>]*>", cell)
    names = dict.fromkeys(name.lower() for _slash, name in found)
    balance = {n: sum(-1 if s else 1 for s, name in found if name.lower() == n) for n in names}
    return [name for name in names for _again in range(balance[name]) if name != "br"]


def is_unmarked_list(cell: str) -> bool:
    """Whether the cell announces a list and nothing tells its items apart. Raises nothing."""
    blocks = _BLOCK.split(cell)
    marked = _BULLET.search(cell) or any(_LEADING_DASH.match(block) for block in blocks)
    return bool(re.search(r"<[uo]l[\s>]", cell, re.IGNORECASE)) and not marked


def _tidy(item: str) -> str:
    """One space between words, and no mark left in front."""
    return _LEADING_MARKS.sub("", " ".join(item.split()))


def _without_tags(text: str) -> str:
    for _layer in range(_NESTED_TAGS):
        text, count = _TAG.subn("", text)
        if not count:
            break
    return _TAG_START.sub("< ", text)  # what still looks like a tag is made plain text


def _dashed_items(block: str) -> list[str]:
    """The sub-items of a block that begins with a dash; any other block is one item."""
    if not (lead := _LEADING_DASH.match(block)):
        return [block]
    return re.split(rf"\s+{lead[1]}\s+", " " + block.lstrip())
