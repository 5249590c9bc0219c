"""What a person reads when a field is empty or cannot be read: where to look, what to write."""

from config.i18n import gettext as _
from config.i18n import later

MISSING = {
    "fiche": later("Choisissez la fiche dans laquelle s’inscrit votre action."),
    "title": later("Donnez un titre à votre action."),
    "summary": later("Décrivez votre action en quelques phrases : pour qui, quoi, où, avec qui."),
    "applicant": later("Indiquez le nom de votre structure."),
    "siret": later(
        "Indiquez le SIRET de votre structure (14 chiffres), ou à défaut son numéro RNA."
    ),
    "contact": later("Indiquez le nom de la personne à joindre."),
    "starts_on": later("Indiquez le début de l’action."),
    "ends_on": later("Indiquez la fin de l’action."),
    "qpvs": later("Cochez au moins un quartier prioritaire."),
    "charges": later("Indiquez le total des charges de l’action."),
    "own": later("Indiquez vos autres produits : 0 si vous n’en avez pas."),
    "asked": later("Indiquez la somme demandée à un financeur au moins."),
}
_DATE = later("« {found} » n’est pas une date : écrivez par exemple 31/12/2021.")
_AMOUNT = later("« {found} » n’est pas un montant en euros : écrivez par exemple 3000 ou 3000,50.")
WRONG = {
    "siret": later(
        "« {found} » n’est pas un SIRET valable : recopiez ses 14 chiffres depuis l’avis de"
        " situation de votre structure (site de l’Insee)."
    ),
    "rna": later("« {found} » n’est pas un numéro RNA : il s’écrit W suivi de neuf chiffres."),
    "starts_on": _DATE,
    "ends_on": _DATE,
    "financial_year_ends_on": _DATE,
    "charges": _AMOUNT,
    "own": _AMOUNT,
    "asked": _AMOUNT,
}


def missing(field: str) -> str:
    """What to read at an empty field; raises nothing."""
    return _(MISSING[field])


def wrong(field: str, found: str) -> str:
    """What to read at a field that cannot be read; empty when the reader's own words will do.

    Raises nothing.
    """
    return _(WRONG[field]).format(found=found[:60]) if field in WRONG else ""
