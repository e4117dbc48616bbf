"""Rows: held against rivals, put in, put in where absent; and statements that stand ready for the hot ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import (
    Boolean,
    ColumnElement,
    CompoundSelect,
    CursorResult,
    Insert,
    Integer,
    Select,
    String,
    bindparam,
    insert,
    inspect,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from propman.db.base import ID_LIMIT, Base, Several
from propman.errors import NotFound

Row = TypeVar("Row", bound=Base)
Columns = TypeVarTuple("Columns")

_CONNECTION = "propman.db.connection"


def held(session: Session, model: type[Row], row_id: int | None) -> Row:
    """The row as it stands now, so that guards and change see the same; rivals wait until this transaction ends.

    Flushes first, or a change not written yet would be lost. FOR NO KEY UPDATE on PostgreSQL: rows that only refer to
    this one do not wait. SQLite has one writer. Raises `NotFound`.

    A SELECT and not `Session.get`, which would raise StaleDataError where a rival's move was committed since the row
    was read: here that is no fault, who asks to hold a row wants it as it is now.
    """
    session.flush()
    [key] = inspect(model).primary_key
    query = select(model).where(key == row_id).with_for_update(key_share=True)
    known = row_id is not None and 0 < row_id < ID_LIMIT
    row = session.scalars(query.execution_options(populate_existing=True)).one_or_none() if known else None
    if row is None:
        raise NotFound()
    return row


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


def put(session: Session, row: Base, *, taken: str | None = None) -> bool:
    """INSERT `row`, as adding and flushing it does, by a statement that stands ready. Flushes what came before.

    A flush would look through all that the session holds for the sake of one row. No relationship counts, no listener
    of the mapper hears of it. False, and nothing done, where another row has its value of `taken`.
    """
    session.flush()
    how = how_put(type(row))
    statement = how.returning if taken is None else _unless_taken(_dialect(session), type(row), taken)
    made = session.execute(statement, how.values(row)).scalar_one_or_none()
    if made is not None:
        setattr(row, how.key, made)
        settle(session, row)
    return made is not None


def settle(session: Session, row: Base) -> None:
    """Let `row`, which was put in past `session` and knows its id, belong to it from now on."""
    make_transient_to_detached(row)
    session.add(row)


@dataclass(frozen=True)
class HowPut:
    """How a row of a model is put in: its columns by attribute, and what stands in them where nothing was said."""

    key: str
    columns: tuple[tuple[str, str], ...]
    defaults: dict[str, Any]
    plain: Any
    returning: Any

    def said(self, row: Base | Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of `row` by column, with its own id, if it has one, and without what is nothing."""
        given = row if isinstance(row, Mapping) else row.__dict__
        found = {column: value for name, column in self.columns
                 if (value := given.get(name, self.defaults[name])) is not None}  # fmt: skip
        if (own := given.get(self.key)) is not None:
            found[self.key] = own
        return found

    def values(self, row: Base | Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of `row` by column, but for its own id."""
        if isinstance(row, Mapping):
            return {column: row.get(column, self.defaults[name]) for name, column in self.columns}
        said = row.__dict__  # what is missing in it, reading the row would ask the database for
        for name, default in self.defaults.items():
            said.setdefault(name, default)
        return {column: said[name] for name, column in self.columns}


@cache
def how_put(model: type[Base]) -> HowPut:
    """How rows of `model` are put in."""
    mapper = inspect(model)
    found = {each.key: each.columns[0] for each in mapper.column_attrs if not each.columns[0].primary_key}
    defaults = {name: column.default.arg if column.default is not None else None for name, column in found.items()}
    columns, [key] = tuple((name, column.key) for name, column in found.items()), mapper.primary_key
    plain = insert(model.__table__)  # type: ignore[arg-type]
    return HowPut(mapper.get_property_by_column(key).key, columns, defaults, plain, plain.returning(key))


def insert_if_absent(session: Session, model: type[Base], values: Mapping[str, Any]) -> bool:
    """INSERT … ON CONFLICT DO NOTHING of one `model` row; whether it was new.

    Waits for a rival's transaction that holds the same key, then yields to it.
    """
    return bool(session.execute(_absent(_dialect(session), model), values).rowcount)  # type: ignore[attr-defined]


def insert_absent(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """INSERT … ON CONFLICT DO NOTHING of several `model` rows at once, as `insert_if_absent`; how many were new."""
    return len(session.execute(_all_absent(_dialect(session), model), rows).all()) if rows else 0


def insert_or_add(
    session: Session, model: type[Base], *, counted: str, unless: ColumnElement[bool] | None = None
) -> Insert:
    """INSERT of `model` rows, for the dialect of `session`: a row whose key is there adds to its column `counted`.

    `unless` is a condition on the row that is there under which nothing is done: `rowcount` is 0 then. The statement is
    made once for one and the same condition, whose values are parameters.
    """
    return _adding(_dialect(session), model, counted, unless)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


def _inserting(dialect: str, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(model.__table__)  # type: ignore[arg-type]


def _counting(statement: Insert) -> Insert:
    """An INSERT on PostgreSQL else reports -1, which is true."""
    return statement.execution_options(preserve_rowcount=True)


@cache
def _unless_taken(dialect: str, model: type[Base], taken: str) -> Any:
    absent = _inserting(dialect, model).on_conflict_do_nothing(index_elements=[taken])
    return absent.returning(*inspect(model).primary_key)


@cache
def _absent(dialect: str, model: type[Base]) -> Insert:
    return _counting(_inserting(dialect, model).on_conflict_do_nothing())


@cache
def _adding(dialect: str, model: type[Base], counted: str, unless: ColumnElement[bool] | None) -> Insert:
    row = _inserting(dialect, model)
    total = getattr(model, counted) + row.excluded[counted]
    key, still = list(inspect(model).primary_key), None if unless is None else ~unless
    return _counting(row.on_conflict_do_update(index_elements=key, set_={counted: total}, where=still))


@cache
def _all_absent(dialect: str, model: type[Base]) -> Any:
    return _inserting(dialect, model).on_conflict_do_nothing().returning(*inspect(model).primary_key)


class _Among(FunctionElement[bool]):
    """See `among`."""

    name = "among"
    inherit_cache = True
    type = Boolean()


@compiles(_Among, "postgresql")
def _in_array(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} = ANY ({ids})"


@compiles(_Among)
def _in_json(element: _Among, compiler: SQLCompiler, **how: Any) -> str:
    column, ids = (compiler.process(clause, **how) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - what the compiler made


def among(column: Any, name: str) -> ColumnElement[bool]:
    """Whether `column` is one of the ids, or words, that the parameter `name` holds when the statement is executed.

    For statements that stand ready: the text is the same for any number of them, so it is compiled, parsed and planned
    once, which `IN` with a list is not.
    """
    return _Among(column, bindparam(name, type_=Several(words=isinstance(column.type, String))))


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
