"""Numbers and addresses in cells: SIRET, RNA, e-mail, fiche numbers, codes, as spreadsheets leave them.

Like in `parsing`, every reader takes a cell that is not blank and raises `Unreadable`.
"""

import re
from functools import lru_cache

from config.i18n import gettext as _
from config.labels import PAYMENTS, payment_label
from models.errors import BadInput
from models.vocabulary import PaymentKind
from workflows.applications.cellwise import Unreadable, key_of, plain, shown
from workflows.identifiers import clean_rna, clean_siret
from workflows.parties import checked_email
from workflows.workbook import Cell

_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?e\+?\d+", re.IGNORECASE)
_FLOATED = re.compile(r"\d+[.,]0+", re.ASCII)
_MARKS = re.compile(r"[\s.\-]")
_FICHE = re.compile(r"\d{1,3}(?:\.\d{1,3})+", re.ASCII)
_SEPARATORS = re.compile(r"[\s;,/]+")


def siret(cell: Cell) -> str:
    """Fourteen digits; a number cell counts, a lost zero is named. Raises `Unreadable`."""
    return _siret_of_text(plain(cell))


@lru_cache(maxsize=4096)
def _siret_of_text(found: str) -> str:
    if _FLOATED.fullmatch(found):
        found = found.replace(",", ".").partition(".")[0]
    if cleaned := clean_siret(found):
        return cleaned
    digits = _MARKS.sub("", found)
    if _SCIENTIFIC.fullmatch(found):
        said = _(
            "« {found} » : le tableur a arrondi le SIRET ; mettez la colonne au format Texte et ressaisissez-le."
        )
    elif not digits.isdigit():
        said = _("« {found} » n’est pas un SIRET ; attendu : 14 chiffres.")
    elif len(digits) == 13:
        said = _(
            "« {found} » n’a que 13 chiffres : ce SIRET a perdu un zéro (sans doute le premier) ;"
            " attendu : 14 chiffres, dans une colonne au format Texte."
        )
    elif len(digits) != 14:
        said = _("« {found} » a {count} chiffres ; attendu : un SIRET de 14 chiffres.")
    else:
        said = _(
            "« {found} » n’est pas un SIRET valable (sa clé de contrôle est fausse) :"
            " vérifiez-le sur l’avis de situation."
        )
    raise Unreadable(said.format(found=shown(found), count=len(digits)))


def rna(cell: Cell) -> str:
    """`W` and nine characters; raises `Unreadable`."""
    cleaned = clean_rna(plain(cell))
    if cleaned is None:
        raise Unreadable(
            _("« {found} » n’est pas un numéro RNA ; attendu : W et neuf chiffres.").format(
                found=shown(cell)
            )
        )
    return cleaned


def email(cell: Cell) -> str:
    """An address, lower case; raises `Unreadable`."""
    return _email_of_text(plain(cell))


@lru_cache(maxsize=4096)
def _email_of_text(found: str) -> str:
    try:
        return checked_email(found)
    except BadInput as error:
        raise Unreadable(str(error)) from error


def fiche_number(cell: Cell) -> str:
    """A fiche's number, as text; raises `Unreadable` for a number or date cell, where « 1.10 » is 1.1."""
    if not isinstance(cell, str):
        raise Unreadable(
            _(
                "le numéro de fiche est un nombre ou une date pour le tableur ({found}) : « 1.10 » y"
                " devient 1.1. Mettez la colonne au format Texte et ressaisissez-le."
            ).format(found=shown(cell))
        )
    if not _FICHE.fullmatch(cell.strip()):
        raise Unreadable(
            _("« {found} » n’est pas un numéro de fiche ; attendu : par exemple 1.10.").format(
                found=shown(cell)
            )
        )
    return cell.strip()


def codes(cell: Cell) -> tuple[str, ...]:
    """Codes separated by spaces, semicolons, commas or slashes, upper case, each once; raises nothing."""
    found = (code for code in _SEPARATORS.split(plain(cell).upper()) if code)
    return tuple(dict.fromkeys(found))


def payment_kind(cell: Cell) -> PaymentKind:
    """avance, acompte, solde, reversement (or advance, instalment…); raises `Unreadable`."""
    wanted = key_of(plain(cell))
    for kind in PaymentKind:
        if wanted in {key_of(kind.value), key_of(PAYMENTS[kind])}:
            return kind
    said = _("« {found} » n’est pas une nature de versement ; attendu : {known}, ou rien.")
    raise Unreadable(
        said.format(found=shown(cell), known=", ".join(map(payment_label, PaymentKind)))
    )
