"""Several rows that come in together, as one statement: for the hottest way in.

A statement costs a process about as much as two empty pages, whatever it says; a report that comes in is a dozen rows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Select,
    TextClause,
    bindparam,
    func,
    inspect,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from propman.db.base import Base, UtcDateTime
from propman.db.gates import Gate, named
from propman.db.packing import packed
from propman.db.rows import how_put, insert_if_absent, put_past, table_of
from propman.db.statements import connection_of, dialect_of

Row = Base | Mapping[str, Any]
"""An object or, where nobody needs one, values by column."""

Batch = Mapping[type[Base], Sequence[Row]]
"""Rows by their model."""

_Shape = tuple[type[Base], type[Base], str]
"""Of a gate: whose row must be new, whose rows count, in which column."""

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def draw_ids(session: Session, *models: type[Base]) -> list[int]:
    """An id that no row has, for each of `models`, before there is a row: so that rows can name each other."""
    if dialect_of(session) == "postgresql":
        return list(connection_of(session).execute(select(_next_ids(models))).scalar_one())
    last = {each: session.scalar(_greatest(each)) or 0 for each in models}  # SQLite has one writer: nobody else draws
    ids = []
    for model in models:
        last[model] += 1
        ids.append(last[model])
    return ids


def drawn_along(session: Session, *models: type[Base]) -> tuple[ColumnElement[list[int]], ...]:
    """`draw_ids` as a column of a statement of one row that is asked anyway; none on SQLite, which cannot."""
    return (_next_ids(models),) if dialect_of(session) == "postgresql" else ()


def put_together(session: Session, first: Base, batch: Batch, *, taken: str, behind: Gate | None = None) -> bool:
    """INSERT `first` and all rows of `batch`, which name each other by ids from `draw_ids`, in one statement.

    They belong to no session afterwards (`settle`); those that came without an id do not learn theirs. False, and
    nothing of them done, where another row has `first`'s value of `taken`. `behind` is a gate that is passed along with
    them, unless it was before. Raises `Shut`, and nothing is done, where it cannot be passed.
    """
    session.flush()
    batch = {model: rows for model, rows in batch.items() if rows}
    gate = None if behind is None or behind.passed else behind
    if dialect_of(session) != "postgresql":
        return _one_by_one(session, first, batch, taken, gate)
    shape = tuple((model, _key_of(model, rows[0]) is not None) for model, rows in batch.items())
    everything = [(type(first), [first]), *batch.items()]
    how_put(type(first)).values(first)  # which leaves nothing unsaid of what a session may hold
    said = [_told(model, rows) for model, rows in everything]
    if gate is None:
        told = {"rows": _JSON.encode(said)}
        return bool(connection_of(session).execute(_at_once(type(first), shape, taken), told).scalar_one())
    told = {"rows": _JSON.encode([*said, [gate.row], gate.counts])}
    gated = _at_once(type(first), shape, taken, (gate.model, gate.counter, gate.counted))
    made, new, added = connection_of(session).execute(gated, told).one()
    gate.judge(new=new, added=added or ())
    return bool(made)


def insert_absent(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> int:
    """INSERT … ON CONFLICT DO NOTHING of several `model` rows at once, as `insert_if_absent`; how many were new."""
    if not rows:
        return 0
    if dialect_of(session) != "postgresql":
        return sum(insert_if_absent(session, model, _values(model, row)) for row in rows)
    told = {"rows": _JSON.encode([_told(model, rows)])}
    return connection_of(session).execute(_all_absent(model), told).rowcount


def set_each(session: Session, column: Any, values: Mapping[int, Any]) -> None:
    """UPDATE the `column` of a model in several rows, each by its id, as one statement."""
    model, name = column.class_, column.key
    if dialect_of(session) != "postgresql":
        one = update(model.__table__).where(model.id == bindparam("row")).values({name: bindparam("value")})
        if values:
            connection_of(session).execute(one, [{"row": row, "value": value} for row, value in values.items()])
        return
    told = _JSON.encode([{how_put(model).key: row, name: value} for row, value in values.items()])
    connection_of(session).execute(_set_each(model, name), {"rows": told})


@cache
def _all_absent(model: type[Base]) -> TextClause:
    statement = text(f"{_inserting(model, 0, but=how_put(model).key)} ON CONFLICT DO NOTHING")
    return statement.execution_options(preserve_rowcount=True)


@cache
def _set_each(model: type[Base], column: str) -> TextClause:
    key, table = how_put(model).key, model.__tablename__
    rows = f'json_populate_recordset(NULL::"{table}", CAST(:rows AS json)) AS said'
    return text(f'UPDATE "{table}" SET {column} = said.{column} FROM {rows} WHERE "{table}".{key} = said.{key}')  # noqa: S608 - names of our own tables


def _one_by_one(session: Session, first: Base, batch: Batch, taken: str, gate: Gate | None) -> bool:
    """As SQLite does it, where a statement costs little and puts rows into one table."""
    if gate is not None:
        gate.pass_alone(session)
    drawn = _key_of(type(first), first)
    session.execute(text("PRAGMA defer_foreign_keys = ON"))  # `first` names rows that come after it
    if not put_past(session, first, taken=taken):
        return False
    if _key_of(type(first), first) != drawn:
        raise RuntimeError(f"{first} was to have the id {drawn}")
    for model, rows in batch.items():
        session.execute(how_put(model).plain, [_values(model, row) for row in rows])
    return True


@cache
def _next_ids(models: tuple[type[Base], ...]) -> ColumnElement[list[int]]:
    """As part of the text: a parameter for each name would cost as much as the rest."""
    names = (f"{model.__tablename__}_{how_put(model).key}_seq" for model in models)
    return packed(*(func.nextval(literal_column(f"'{name}'")) for name in names))


@cache
def _greatest(model: type[Base]) -> Select[int | None]:
    return select(func.max(getattr(model, how_put(model).key)))


@cache
def _at_once(
    first: type[Base], shape: tuple[tuple[type[Base], bool], ...], taken: str, gate: _Shape | None = None
) -> TextClause:
    """Foreign keys are looked at when a statement ends, so the order of its parts does not matter. Those of a `gate`
    are told after all others.
    """
    parts, opened, passed = _gate(gate, len(shape) + 1) if gate else ([], "", "")
    parts.append(f"lead AS ({_inserting(first, 0)}{opened} ON CONFLICT ({taken}) DO NOTHING RETURNING 1)")
    for n, (model, with_key) in enumerate(shape, 1):
        inserted = _inserting(model, n, but=None if with_key else how_put(model).key)
        parts.append(f"part_{n} AS ({inserted} WHERE EXISTS (SELECT 1 FROM lead))")  # noqa: S608 - see `_inserting`
    return text(f"WITH {', '.join(parts)} SELECT (SELECT count(*) FROM lead){passed}")  # noqa: S608 - names of our own tables


def _gate(shape: _Shape, n: int) -> tuple[list[str], str, str]:
    """The parts of a gate whose rows are told at `n` and after it; when what hangs on it comes in; and, as columns,
    whether its row was new, which it waits for a rival to find, and which counts went up.
    """
    model, counter, counted = shape
    table, name, key = counter.__tablename__, named(counter), ", ".join(table_of(counter).primary_key.columns.keys())
    counts = _rows_at(n + 1)
    most = f"SELECT CAST(said ->> 'most' AS int) FROM json_array_elements({counts}) AS said WHERE said ->> '{name}'"  # noqa: S608
    adding = f'UPDATE SET {counted} = "{table}".{counted} + excluded.{counted} WHERE "{table}".{counted}'
    parts = [
        f"new AS ({_inserting(model, n)} ON CONFLICT DO NOTHING RETURNING 1)",
        f"added AS ({_inserting(counter, n + 1)} WHERE EXISTS (SELECT 1 FROM new) "  # noqa: S608 - see `_inserting`
        f"ON CONFLICT ({key}) DO {adding} < ({most} = excluded.{name}) RETURNING {name} AS name)",
    ]
    new = "EXISTS (SELECT 1 FROM new)"
    opened = f" WHERE {new} AND (SELECT count(*) FROM added) = json_array_length({counts})"  # noqa: S608 - see above
    return parts, opened, f", {new}, (SELECT json_agg(name) FROM added)"  # noqa: S608 - see above


def _inserting(model: type[Base], n: int, *, but: str | None = None) -> str:
    """An INSERT of the `model` rows that are told at `n`, with all columns `but` one that numbers itself. As short as
    can be: the driver reads a statement of more than 4,096 letters anew each time (psycopg, `_queries.py`).
    """
    rows = f'json_populate_recordset(NULL::"{model.__tablename__}", {_rows_at(n)})'
    if but is None:
        return f'INSERT INTO "{model.__tablename__}" SELECT * FROM {rows}'  # noqa: S608 - names of our own tables
    columns = ", ".join(column.key for column in table_of(model).columns if column.key != but)
    return f'INSERT INTO "{model.__tablename__}" ({columns}) SELECT {columns} FROM {rows}'  # noqa: S608 - the same


def _rows_at(n: int) -> str:
    return f"CAST(:rows AS json) -> {n}"


def _told(model: type[Base], rows: Sequence[Row]) -> list[dict[str, Any]]:
    """What is nothing is left out, and stored as nothing."""
    told = [how_put(model).said(row) for row in rows]
    for values in told:
        for column, kind in _decorated(model):
            if column in values:
                values[column] = kind.process_bind_param(values[column], _DIALECT)
    return told


def _values(model: type[Base], row: Row) -> dict[str, Any]:
    how, key = how_put(model), _key_of(model, row)
    return how.values(row) | ({how.key: key} if key is not None else {})


def _key_of(model: type[Base], row: Row) -> int | None:
    key: int | None = None if isinstance(row, Mapping) else getattr(row, how_put(model).key)
    return key


@cache
def _decorated(model: type[Base]) -> tuple[tuple[str, TypeDecorator[Any]], ...]:
    """The columns of `model` whose values are stored otherwise than Python, or `_plain`, has them."""
    columns = [column for column in inspect(model).local_table.columns if not column.primary_key]
    return tuple((column.key, column.type) for column in columns if isinstance(column.type, TypeDecorator)
                 and not isinstance(column.type, UtcDateTime))  # fmt: skip


def _plain(value: object) -> str:
    """What JSON has no word for, as PostgreSQL reads it. Raises `TypeError` for a moment without a time zone."""
    if isinstance(value, datetime) and value.tzinfo is None:
        raise TypeError(f"{value!r} is no moment")
    if isinstance(value, date | time):  # a moment is a date, too
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be put in as JSON")


_JSON = json.JSONEncoder(ensure_ascii=False, default=_plain)
