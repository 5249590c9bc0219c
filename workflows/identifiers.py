"""SIRET and RNA: what is accepted, and how it is stored (DOMAIN §3)."""

import re

from stdnum.exceptions import ValidationError
from stdnum.fr import siret as stdnum_siret

_RNA = re.compile(r"W\d[0-9AB]\d{7}")


def clean_siret(text: str) -> str | None:
    """Fourteen digits, or None when the number cannot be a SIRET (Luhn, or La Poste's own rule).

    Spaces, dots and hyphens are taken out; raises nothing.
    """
    digits = re.sub(r"[\s.\-]", "", text)
    if not re.fullmatch(r"[0-9]{14}", digits) or digits == "0" * 14:
        return None
    try:
        return str(stdnum_siret.validate(digits))
    except ValidationError:
        return None


def clean_rna(text: str) -> str | None:
    """`W` and nine characters, Corsica's letters included, or None; raises nothing."""
    candidate = re.sub(r"[\s.\-]", "", text).upper()
    return candidate if _RNA.fullmatch(candidate) else None
