"""The kinds of value that the API takes and gives: money as text, references, words without surprises."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Header, Path
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)

from config.i18n import gettext as _

WITHOUT_NUL = r"^[^\x00]*$"  # PostgreSQL keeps no NUL in a text
MOST = Decimal(10) ** 12


def _text(value: object) -> object:
    if isinstance(value, str | date):
        return value
    raise ValueError(_("attendu : un texte, comme « 12000.00 » ou « 2021-06-23 »"))


Money = Annotated[
    Decimal,
    PlainSerializer(lambda value: f"{value:.2f}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d+\.\d{2}$", "examples": ["12000.00"]}),
]
MoneyIn = Annotated[
    Decimal,
    BeforeValidator(_text),
    Field(ge=0, lt=MOST, decimal_places=2),
    PlainSerializer(str, return_type=str),
    WithJsonSchema(
        {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$", "examples": ["12000.00"]}
    ),
]
Day = Annotated[date, BeforeValidator(_text)]
Words = Annotated[str, StringConstraints(max_length=4000, pattern=WITHOUT_NUL)]
Line = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=WITHOUT_NUL, strip_whitespace=True)
]
Year = Annotated[int, Field(ge=2000, le=2100)]
Reference = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9._-]{1,40}$",
        description="The reference of an application.",
        examples=["CV112-2021-0001"],
    ),
]
IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=100,
        description="The ETag last read: the answer is 412 when somebody changed it since.",
    ),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        pattern=r"^[!-~]{1,200}$",
        description="A key of yours. The same request under the same key is done once, and answered"
        " the same again; another request under that key is refused (422).",
    ),
]
Limit = Annotated[int, Field(ge=1, le=200, description="How many at most.")]
Cursor = Annotated[
    str | None,
    Field(max_length=200, description="`next` of the page before; with the same filters."),
]


class Given(BaseModel):
    """Something that a program sends: a field that is not known is refused, never ignored."""

    model_config = ConfigDict(extra="forbid")


class Told(BaseModel):
    """Something that a program is told."""

    model_config = ConfigDict(from_attributes=True)
