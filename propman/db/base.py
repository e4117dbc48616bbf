"""The base of all models, and the types of their columns."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, Date, DateTime, Dialect, Enum, Integer, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import JSON, TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment in UTC, on both databases. Refuses naive values with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Aware moment -> what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """None on PostgreSQL: its sessions stand in UTC (`engines`), so that the driver gives what is wanted. Lists are
        full of moments, and to call something for each takes as long as to read it.
        """
        return None if dialect.name == "postgresql" else super().result_processor(dialect, coltype)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """What the driver stored -> aware moment in UTC."""
        if value is None or value.tzinfo is UTC:  # as PostgreSQL's driver gives it
            return value
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Thousandths(TypeDecorator[Decimal]):
    """A quantity with up to three decimals, stored as a whole number of thousandths: exact on both databases."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """Decimal -> thousandths. Raises ValueError for a fourth decimal."""
        if value is None:
            return None
        scaled = value * 1000
        if scaled != scaled.to_integral_value():
            raise ValueError("a quantity has at most three decimals")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """Thousandths -> Decimal without trailing zeros."""
        return None if value is None else Decimal(value) / 1000


class Several(TypeDecorator[Collection[int] | Collection[str]]):
    """Many ids, or words, as one value, written as a text: of an array for PostgreSQL, of JSON for SQLite. For `among`;
    no column holds it. The driver's own way to write a list takes as long as all else that it does for a statement.
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Collection[int] | Collection[str] | None, dialect: Dialect) -> str:
        """Several -> the value of the driver."""
        if dialect.name != "postgresql":
            return json.dumps([*value] if value else [])
        return f"{{{','.join(map(_of_array, value or ()))}}}"


def _of_array(one: int | str) -> str:
    """One element as the text of an array has it (postgresql.org/docs/current/arrays.html, "Array Input and Output
    Syntax").
    """
    return '"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(one, str) else str(one)


# SQLite numbers rows by themselves only when the key is an INTEGER.
BigId = BigInteger().with_variant(Integer(), "sqlite")
ID_LIMIT = 2**63  # ids are below it; a greater number in an address or a form names nothing


def stored_by_value(kind: type[StrEnum], name: str | None = None) -> Enum:
    """Column type for `kind`: its values (not names) as text, with a CHECK that knows them all.

    `name` tells the CHECKs of two columns of the same kind in one table apart.
    """
    return Enum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=True,
        length=32,
        name=name or kind.__name__.lower(),
    )


class Base(DeclarativeBase):
    """What every model inherits."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime(),
        date: Date(),
        Decimal: Thousandths(),
        dict[str, Any]: JSON(none_as_null=True),
    }


db = SQLAlchemy(metadata=Base.metadata)
