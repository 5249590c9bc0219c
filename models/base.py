"""What every mapped class shares: naming of constraints, keys, exact money, UTC instants."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, String, text
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

CENT = Decimal("0.01")


class Cents(TypeDecorator[Decimal]):
    """An amount in euros, kept as a whole number of cents: exact on every database, and so are its sums."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        cents = Decimal(value) * 100
        if cents != cents.to_integral_value():
            raise ValueError(f"an amount has at most two decimals, got {value}")
        return int(cents)

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else (Decimal(int(value)) * CENT).quantize(CENT)


class Instant(TypeDecorator[datetime]):
    """A fact's moment, in UTC; a datetime without a zone is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"an instant needs a time zone, got {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _stored_values(members: type[StrEnum]) -> list[str]:
    return [member.value for member in members]


def stored(members: type[StrEnum], name: str) -> Enum:
    """The column type of `members`, for a second column of one table: `name` names its check."""
    return Enum(
        members,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=_stored_values,
    )


def only(condition: str) -> dict[str, Any]:
    """What makes an index hold the rows of that condition alone, on both databases; raises nothing."""
    return {f"{name}_where": text(condition) for name in ("sqlite", "postgresql")}


Key = Annotated[int, mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)]
Email = Annotated[str, mapped_column(String(320))]
Name = Annotated[str, mapped_column(String(400))]
Code = Annotated[str, mapped_column(String(40))]


class Base(DeclarativeBase):
    """Base of all mapped classes. Relationships are loaded on purpose or not at all (`lazy="raise"`)."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: Instant,
        StrEnum: Enum(
            StrEnum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=_stored_values,
        ),
        int: BigInteger().with_variant(Integer, "sqlite"),
    }
