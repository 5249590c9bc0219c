"""What the text of fiches points to or leaves for later: dead links, loose ones, placeholders."""

import re
from collections.abc import Iterator
from difflib import get_close_matches

from config.i18n import gettext as _
from config.organisations import spelling_key
from models.schemas.catalogue import CatalogueDoc, FicheDoc
from workflows.catalogue.findings import Oddity
from workflows.catalogue.objectives import residues
from workflows.catalogue.pilots import shorten

_BY_NUMBER = re.compile(r"\bfiches?\s+(?:n°\s*)?([0-9]+\.[0-9]+)", re.IGNORECASE)
_BY_TITLE = re.compile(r"\bfiches?\s+[«\"“]\s*([^«»\"“”]{3,200}?)\s*[»\"”]", re.IGNORECASE)
_ELSEWHERE = re.compile(r"\b(?:cf\b\.?|voir)\s+(?!fiche)[^.;()<>•]{3,200}", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"\bà (?:définir|compléter|préciser)\b[^.;()<>•]{0,60}"
    r"|\ben cours de (?:préparation|rédaction|définition)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b20[0-9]{2}\b")


def references(document: CatalogueDoc) -> Iterator[Oddity]:
    """References to a fiche that does not exist, or to something that is not named clearly. Raises nothing."""
    numbers = {fiche.number for fiche in document.fiches}
    titles = {spelling_key(fiche.title): fiche for fiche in document.fiches}
    for fiche in document.fiches:
        for number in _BY_NUMBER.findall(fiche.objectives_source):
            if number not in numbers:
                text = _("fiche {number} : renvoi à la fiche {other}, qui n’existe pas.")
                yield _odd("dead_reference", fiche, text, other=number)
        for title in _BY_TITLE.findall(fiche.objectives_source):
            if spelling_key(title) not in titles:
                yield _by_wrong_title(fiche, title, titles)
        for phrase in _ELSEWHERE.findall(fiche.objectives_source):
            text = _("fiche {number} : renvoi hors du document, « {phrase} ».")
            yield _odd("loose_reference", fiche, text, phrase=shorten(phrase, 60))


def contents(document: CatalogueDoc, year: int | None) -> Iterator[Oddity]:
    """Objectives still to be written, and cell ranges left by a spreadsheet. Raises nothing."""
    for fiche in document.fiches:
        for residue in residues(fiche.objectives_source):
            text = _("fiche {number} : « {residue} » est un reste de tableur, ôté de la liste.")
            yield _odd("spreadsheet_residue", fiche, text, residue=residue)
        for phrase in _PLACEHOLDER.findall(fiche.objectives_source):
            text = _("fiche {number} : contenu encore à écrire, « {phrase} ».")
            past = [y for y in _YEAR.findall(phrase) if year and int(y) < year]
            if past:
                text = _(
                    "fiche {number} : contenu encore à écrire, « {phrase} », année déjà passée."
                )
            yield _odd("placeholder", fiche, text, phrase=shorten(phrase, 60))


def _by_wrong_title(fiche: FicheDoc, title: str, titles: dict[str, FicheDoc]) -> Oddity:
    close = get_close_matches(spelling_key(title), titles, n=1, cutoff=0.6)
    if not close:
        text = _("fiche {number} : renvoi à une fiche « {title} », qui n’existe pas.")
        return _odd("dead_reference", fiche, text, title=title)
    text = _(
        "fiche {number} : renvoi à « {title} », sans doute la fiche {other} « {other_title} »."
    )
    other = titles[close[0]]
    return _odd(
        "loose_reference", fiche, text, title=title, other=other.number, other_title=other.title
    )


def _odd(code: str, fiche: FicheDoc, text: str, **words: str) -> Oddity:
    return Oddity(code, fiche.line, text.format(number=fiche.number, **words))
