"""Rows: held against rivals, put in, put in where absent; and statements that stand ready for the hot ways."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Boolean, ColumnElement, Insert, bindparam, insert, inspect, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from propman.db.base import ID_LIMIT, Base, Ids
from propman.errors import NotFound

Row = TypeVar("Row", bound=Base)


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


def put(session: Session, row: Base, *, taken: str | None = None) -> bool:
    """INSERT `row`, as adding and flushing it does, by a statement that stands ready. Flushes what came before.

    For the hot ways in, where a flush looks through all that the session holds for the sake of one row. No relationship
    counts, no listener of the mapper hears of it. False, and nothing done, where another row has its value of `taken`.
    """
    session.flush()
    how = _how_put(type(row))
    statement = how.returning
    if taken is not None:
        statement = _inserting(session, type(row)).on_conflict_do_nothing(index_elements=[taken]).returning(how.column)
    made = session.execute(statement, how.values(row)).scalar_one_or_none()
    if made is not None:
        setattr(row, how.key, made)
        make_transient_to_detached(row)
        session.add(row)
    return made is not None


def _inserting(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    return dialect.insert(model.__table__)  # type: ignore[no-any-return]


def put_all(session: Session, rows: Sequence[Base]) -> None:
    """INSERT `rows` of one model in one statement. Nobody needs them afterwards: they get no ids, and no session."""
    session.flush()
    how = _how_put(type(rows[0]))
    session.execute(how.returning, [how.values(row) for row in rows])


@dataclass(frozen=True)
class _HowPut:
    """How a row of a model is put in: its columns by attribute, and what stands in them where nothing was said."""

    key: str
    column: Any
    columns: dict[str, str]
    defaults: dict[str, Any]
    returning: Any

    def values(self, row: Base) -> dict[str, Any]:
        for name, default in self.defaults.items():
            if name not in row.__dict__:
                setattr(row, name, default)
        return {column: row.__dict__[name] for name, column in self.columns.items()}


@cache
def _how_put(model: type[Base]) -> _HowPut:
    mapper = inspect(model)
    found = {each.key: each.columns[0] for each in mapper.column_attrs if not each.columns[0].primary_key}
    defaults = {name: column.default.arg if column.default is not None else None for name, column in found.items()}
    columns, [key] = {name: column.key for name, column in found.items()}, mapper.primary_key
    returning = insert(model.__table__).returning(key)  # type: ignore[arg-type]
    return _HowPut(mapper.get_property_by_column(key).key, key, columns, defaults, returning)


def insert_if_absent(session: Session, model: type[Base], values: Mapping[str, Any]) -> Insert:
    """INSERT … ON CONFLICT DO NOTHING of one `model` row, for the dialect of `session`.

    Waits for a rival's transaction that holds the same key, then yields to it: `rowcount` is 1 for the winner, else 0.
    """
    absent = _inserting(session, model).values(**values).on_conflict_do_nothing()
    return absent.execution_options(preserve_rowcount=True)  # else an INSERT on PostgreSQL reports -1, which is true


def insert_absent(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """INSERT … ON CONFLICT DO NOTHING of several `model` rows at once, as `insert_if_absent`; how many were new."""
    [key] = inspect(model).primary_key
    absent = _inserting(session, model).on_conflict_do_nothing().returning(key)
    return len(session.execute(absent, list(rows)).all()) if rows else 0


def insert_or_add(
    session: Session, model: type[Base], *, counted: str, unless: ColumnElement[bool] | None = None
) -> Insert:
    """INSERT of `model` rows, for the dialect of `session`: a row whose key is there adds to its column `counted`.

    `unless` is a condition on the row that is there under which nothing is done: `rowcount` is 0 then.
    """
    row = _inserting(session, model)
    total = getattr(model, counted) + row.excluded[counted]
    key, still = list(inspect(model).primary_key), None if unless is None else ~unless
    added = row.on_conflict_do_update(index_elements=key, set_={counted: total}, where=still)
    return added.execution_options(preserve_rowcount=True)


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
    """Whether `column` is one of the ids that the parameter `name` holds when the statement is executed.

    For statements that stand ready: the text is the same for any number of ids, so it is compiled, parsed and planned
    once, which `IN` with a list is not.
    """
    return _Among(column, bindparam(name, type_=Ids()))
