"""`mail.yaml` as values: how long a message is worth sending, how it is tried again, how much at once."""

import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from config.deadline_policy import Policy
from config.i18n import gettext as _

_UNITS = {"D": "days", "H": "hours", "M": "minutes"}
EVERY_OTHER = "*"  # the domains that have no line of their own


def _lasting(text: object) -> object:
    """A time out of « P5D », « PT6H » or « PT5M »; one given in code is left as it is."""
    if isinstance(text, timedelta):
        return text
    found = re.fullmatch(r"P(?:([1-9]\d{0,3})(D)|T([1-9]\d{0,3})([HM]))", str(text))
    if found is None:
        raise ValueError(
            _(
                "durée « {text} » illisible, attendu : « P5D » (jours), « PT6H » (heures) ou"
                " « PT5M » (minutes)"
            ).format(text=text)
        )
    number, unit = found[1] or found[3], found[2] or found[4]
    return timedelta(**{_UNITS[unit]: int(number)})


Lasting = Annotated[timedelta, BeforeValidator(_lasting)]
Count = Annotated[int, Field(ge=1, le=1_000_000)]


class InDoubt(StrEnum):
    """What to do with a message that may have left though no answer says so."""

    REPEAT = "repeat"
    HOLD = "hold"


class Retry(Policy):
    """The waits after a refusal for now: the first, the longest, and when to give up."""

    first: Lasting
    longest: Lasting
    give_up: Lasting

    @model_validator(mode="after")
    def _growing(self) -> "Retry":
        if not self.first <= self.longest <= self.give_up:
            raise ValueError(_("attendu : first, longest et give_up du plus court au plus long"))
        return self


class Caps(Policy):
    """The most that is handed over in a minute and a day, in all and to one domain; absent: no cap."""

    per_minute: Count | None = None
    per_day: Count | None = None
    domain_per_minute: dict[str, Count] = Field(default_factory=dict)

    def for_domain(self, domain: str) -> int | None:
        """The cap of that domain in one minute."""
        return self.domain_per_minute.get(domain, self.domain_per_minute.get(EVERY_OTHER))

    @property
    def any(self) -> bool:
        """Whether there is one at all."""
        return bool(self.per_minute or self.per_day or self.domain_per_minute)


class Mail(Policy):
    """`mail.yaml`; `lifetime` and `in_doubt` are by template."""

    retry: Retry
    caps: Caps = Caps()
    lifetime: dict[str, Lasting] = Field(default_factory=dict)
    in_doubt: dict[str, InDoubt] = Field(default_factory=dict)

    def templates(self) -> set[str]:
        """The templates that are named."""
        named: tuple[Mapping[str, object], ...] = (self.lifetime, self.in_doubt)
        return {template for by_template in named for template in by_template}

    def holds(self, template: str) -> bool:
        """Whether a doubtful message of that template waits for a person."""
        return self.in_doubt.get(template) is InDoubt.HOLD
