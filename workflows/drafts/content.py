"""What a person has typed so far, as text, whatever it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

TEXTS = (
    "fiche",
    "title",
    "summary",
    "applicant",
    "siret",
    "rna",
    "contact",
    "starts_on",
    "ends_on",
    "financial_year_ends_on",
    "renewal",
    "charges",
    "own",
)
LONGEST = (
    100_000  # characters kept of one field: more than any may have, which is said at the field
)


@dataclass(frozen=True, slots=True)
class Content:
    """Texts by field, what is asked by funder (organisation id), codes of neighbourhoods."""

    texts: Mapping[str, str] = field(default_factory=dict)
    asks: Mapping[int, str] = field(default_factory=dict)
    qpvs: Sequence[str] = ()

    def text(self, name: str) -> str:
        """What was typed in a field, without the spaces around; raises nothing."""
        return self.texts.get(name, "").strip()

    def filled(self, texts: Mapping[str, str]) -> "Content":
        """The same with these texts; raises nothing."""
        return replace(self, texts={**self.texts, **texts})

    def as_json(self) -> dict[str, Any]:
        """As the database keeps it, what is empty left out; raises nothing."""
        return {
            "texts": {n: _kept(self.texts[n]) for n in TEXTS if self.texts.get(n, "").strip()},
            "asks": {str(n): text[:LONGEST] for n, text in self.asks.items() if text.strip()},
            "qpvs": list(dict.fromkeys(self.qpvs)),
        }

    @classmethod
    def of_json(cls, stored: Mapping[str, Any]) -> Self:
        """From what the database keeps; raises nothing."""
        return cls(
            dict(stored.get("texts", {})),
            {int(number): text for number, text in stored.get("asks", {}).items()},
            tuple(stored.get("qpvs", ())),
        )


def _kept(text: str) -> str:
    """Without what is too long; lines end the same whatever the browser, so that texts compare."""
    return text[:LONGEST].replace("\r\n", "\n")
