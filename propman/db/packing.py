"""Many columns, or many rows, of a statement as one value.

A driver describes each column of each answer anew, and each statement goes there and back. For a page that shows sixty
columns and two lists, that takes longer than all else; so they come packed into JSON, which both databases write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import JSON, Boolean, ColumnElement, Date, Enum, FromClause, ScalarSelect, Time, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from propman.db.base import UtcDateTime


class Packing:
    """Some columns, and how their values are read again. At most a hundred: PostgreSQL's functions take no more."""

    def __init__(self, columns: Sequence[ColumnElement[Any]]) -> None:
        self._columns = tuple(columns)
        readers = [(at, _reader(column.type)) for at, column in enumerate(self._columns)]
        self._readers = tuple((at, reader) for at, reader in readers if reader is not None)

    def row(self) -> ColumnElement[Any]:
        """The columns of a row as one."""
        return _Array(*self._columns)

    def rows(self, source: FromClause, where: ColumnElement[bool]) -> ScalarSelect[Any]:
        """All rows of `source` `where` it holds, in no order, as one column of a statement around it."""
        return select(_Rows(self.row())).select_from(source).where(where).scalar_subquery()

    def read(self, packed: list[Any]) -> list[Any]:
        """The values of one packed row, in the order of the columns. Changes `packed`."""
        for at, reader in self._readers:
            if packed[at] is not None:
                packed[at] = reader(packed[at])
        return packed

    def read_all(self, packed: list[list[Any]] | None) -> list[list[Any]]:
        """The same for packed rows, of which there may be none."""
        return [self.read(row) for row in packed or ()]


def packed(*columns: ColumnElement[Any]) -> ColumnElement[list[Any]]:
    """Columns whose values JSON has, as one."""
    return _Array(*columns)


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    """What makes of a value in JSON the one of the column; None where it is the same."""
    if isinstance(kind, UtcDateTime):
        return _moment
    if isinstance(kind, Date):
        return date.fromisoformat
    if isinstance(kind, Time):
        return time.fromisoformat
    if isinstance(kind, Boolean):  # SQLite has numbers
        return bool
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return {member.value: member for member in kind.enum_class}.__getitem__
    if isinstance(kind, TypeDecorator):
        raise TypeError(f"nobody has said how {kind!r} is read from JSON")
    return _unpacked if isinstance(kind, JSON) else None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)  # SQLite names no zone
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _unpacked(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value  # SQLite holds JSON as text


class _Array(FunctionElement[Any]):
    """A JSON array of some columns."""

    name = "array"
    inherit_cache = True
    type = JSON()


class _Rows(FunctionElement[Any]):
    """A JSON array of what stands in all rows."""

    name = "rows"
    inherit_cache = True
    type = JSON()


def _writes(element: type[FunctionElement[Any]], postgresql: str, sqlite: str) -> None:
    def write(function: str) -> Callable[..., str]:
        return lambda clause, compiler, **how: f"{function}({_inside(clause, compiler, **how)})"

    compiles(element, "postgresql")(write(postgresql))
    compiles(element)(write(sqlite))


def _inside(clause: FunctionElement[Any], compiler: SQLCompiler, **how: Any) -> str:
    return str(compiler.process(clause.clauses, **how))


_writes(_Array, "json_build_array", "json_array")
_writes(_Rows, "json_agg", "json_group_array")
