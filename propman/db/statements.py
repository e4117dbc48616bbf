"""Statements that stand ready, for the hot ways: read past the session, with parts that are always the same text."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVarTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    CursorResult,
    Integer,
    Select,
    String,
    bindparam,
    literal_column,
)
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from propman.db.base import Several

Columns = TypeVarTuple("Columns")

_CONNECTION = "propman.db.connection"


def read(
    session: Session, statement: Select[*Columns] | CompoundSelect[*Columns], asked: Mapping[str, Any]
) -> CursorResult[*Columns]:
    """The plain rows of a statement that stands ready and asks for columns alone; `asked` are its parameters.

    For the hot ways: past the session, which takes half as long again to find out that no objects are wanted. As before
    any SELECT, what the session holds is flushed.
    """
    session._autoflush()
    return connection_of(session).execute(statement, asked)


def connection_of(session: Session) -> Connection:
    """The connection of the transaction of `session`, which it takes a while to find each time it is asked."""
    known: tuple[object, Connection] | None = session.info.get(_CONNECTION)
    if known is not None and known[0] is session.get_transaction():
        return known[1]
    found = session.connection()
    session.info[_CONNECTION] = session.get_transaction(), found
    return found


def dialect_of(session: Session) -> str:
    """Which database `session` speaks to: "postgresql" or "sqlite"."""
    return session.get_bind().dialect.name


class _Among(FunctionElement[bool]):
    """See `among`."""

    name = "among"
    inherit_cache = True
    type = Boolean()


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY (CAST({ids} AS {'text' if _holds_words(element) else 'bigint'}[]))"


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - what the compiler made


def _holds_words(element: _Among) -> bool:
    column, _ids = element.clauses
    return isinstance(column.type, String)


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the ids, or words, that the parameter `name` holds when the statement is executed.

    For statements that stand ready: the text is the same for any number of them, so it is compiled, parsed and planned
    once, which `IN` with a list is not.
    """
    return _Among(column, bindparam(name, type_=Several()))


def in_text(number: int) -> ColumnElement[int]:
    """A `number` as the text of a statement has it, such as the most rows that are read.

    Nothing is bound; and PostgreSQL, which plans a statement that stands ready once for all parameters where that is
    not dearer than each time anew, counts with few rows. To plan the queue takes four times as long as to read it.
    """
    return literal_column(str(int(number)), Integer())


def written(*values: StrEnum) -> list[ColumnElement[Any]]:
    """`values` of a column, in the order of their kind, as the text of a statement has them.

    Nothing is bound when it is executed; and by them SQLite, which does not look at parameters, finds a partial index.
    """
    return [literal_column(f"'{each}'") for each in type(values[0]) if each in values]
