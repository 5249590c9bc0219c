"""What an application says, as a person would have typed it; and both put together again."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TypeVar

from models import Application
from workflows.drafts.content import TEXTS, Content

IDENTITY = ("applicant", "siret", "rna", "contact")  # not asked again of who amends
Key = TypeVar("Key", str, int)


def content_of(application: Application) -> Content:
    """The form as it would be filled, but for who applies; raises nothing.

    The application has its fiche, lines and neighbourhoods loaded.
    """
    usual_end = date(max(application.ends_on.year, application.call.year), 12, 31)
    year_end = application.financial_year_ends_on
    texts = {
        "fiche": application.fiche.number,
        "title": application.title,
        "summary": application.summary,
        "starts_on": str(application.starts_on),
        "ends_on": str(application.ends_on),
        "financial_year_ends_on": "" if year_end == usual_end else str(year_end),
        "renewal": "oui" if application.renewal else "",
        "charges": typed_amount(application.charges),
        "own": typed_amount(application.resources - application.requested),
    }
    asks = {line.funder_id: typed_amount(line.asked) for line in application.lines}
    return Content(texts, asks, tuple(sorted(qpv.code for qpv in application.qpvs)))


def identity_of(application: Application) -> dict[str, str]:
    """Who applies and whom to write to, as texts; its applicant and contact are loaded. Raises nothing."""
    applicant, contact = application.applicant, application.contact
    return {
        "applicant": applicant.name,
        "siret": applicant.siret or "",
        "rna": applicant.rna or "",
        "contact": contact.name if contact else "",
    }


def typed_amount(amount: Decimal) -> str:
    """« 3000 », « 3000,50 »; raises nothing."""
    return f"{amount:.2f}".replace(".", ",").removesuffix(",00")


def joined(mine: Content, base: Content, theirs: Content) -> Content:
    """What one person changed since `base`, on top of what others did meanwhile; raises nothing."""
    texts = _joined(*({n: of.text(n) for n in TEXTS} for of in (mine, base, theirs)))
    asks = _joined(mine.asks, base.asks, theirs.asks)
    untouched = set(mine.qpvs) == set(base.qpvs)
    return Content(texts, asks, theirs.qpvs if untouched else mine.qpvs)


def _joined(
    mine: Mapping[Key, str], base: Mapping[Key, str], theirs: Mapping[Key, str]
) -> dict[Key, str]:
    found = {}
    for name in {**theirs, **mine}:
        own, before, other = (of.get(name, "").strip() for of in (mine, base, theirs))
        found[name] = other if own == before else own
    return found
