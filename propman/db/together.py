"""Several rows that come in together, as one statement: for the hottest way in.

A statement costs a process about as much as two empty pages, whatever it says; a report that comes in is a dozen rows.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any

from sqlalchemy import Dialect, Select, TextClause, func, insert, inspect, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeDecorator

from propman.db.base import Base
from propman.db.rows import how_put, put, settle

Batch = Sequence[Sequence[Base]]
"""Rows, those of one model together."""

_DIALECT: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]


def draw_ids(session: Session, *models: type[Base]) -> list[int]:
    """An id that no row has, for each of `models`, before there is a row: so that rows can name each other."""
    if session.get_bind().dialect.name == "postgresql":
        return list(session.connection().execute(_drawn(models)).one())
    last = {
        model: session.scalar(_greatest(model)) or 0 for model in models
    }  # SQLite has one writer: nobody else draws
    ids = []
    for model in models:
        last[model] += 1
        ids.append(last[model])
    return ids


def put_together(session: Session, first: Base, batch: Batch, *, taken: str) -> bool:
    """INSERT `first` and all rows of `batch`, which name each other by ids from `draw_ids`; `put` in one statement.

    `first` belongs to `session` afterwards, the others to none (`settle`); those that came without an id do not learn
    theirs. False, and nothing done, where another row has `first`'s value of `taken`.
    """
    session.flush()
    batch = [rows for rows in batch if rows]
    if session.get_bind().dialect.name != "postgresql":
        return _one_by_one(session, first, batch, taken)
    shape = tuple((type(rows[0]), _key_of(rows[0]) is not None) for rows in batch)
    asked = {f"rows_{n}": _as_json(rows) for n, rows in enumerate([[first], *batch])}
    if not session.connection().execute(_at_once(type(first), shape, taken), asked).scalar_one():
        return False
    settle(session, first)
    return True


def _one_by_one(session: Session, first: Base, batch: Batch, taken: str) -> bool:
    """As SQLite does it, where a statement costs little and puts rows into one table."""
    drawn = _key_of(first)
    session.execute(text("PRAGMA defer_foreign_keys = ON"))  # `first` names rows that come after it
    if not put(session, first, taken=taken):
        return False
    if _key_of(first) != drawn:
        raise RuntimeError(f"{first} was to have the id {drawn}")
    for rows in batch:
        session.execute(insert(type(rows[0]).__table__), [_values(row) for row in rows])  # type: ignore[arg-type]
    return True


@cache
def _drawn(models: tuple[type[Base], ...]) -> Select[*tuple[int, ...]]:
    return select(*(func.nextval(f"{model.__tablename__}_{how_put(model).key}_seq") for model in models))


@cache
def _greatest(model: type[Base]) -> Select[int | None]:
    return select(func.max(getattr(model, how_put(model).key)))


@cache
def _at_once(first: type[Base], shape: tuple[tuple[type[Base], bool], ...], taken: str) -> TextClause:
    """Foreign keys are looked at when a statement ends, so the order of its parts does not matter."""
    lead = f"{_inserting(first, 0, with_key=True)} ON CONFLICT ({taken}) DO NOTHING RETURNING 1"
    parts = [f"lead AS ({lead})"]
    for n, (model, with_key) in enumerate(shape, 1):
        inserted = _inserting(model, n, with_key=with_key)
        parts.append(f"part_{n} AS ({inserted} WHERE EXISTS (SELECT 1 FROM lead))")  # noqa: S608 - see `_inserting`
    return text(f"WITH {', '.join(parts)} SELECT count(*) FROM lead")  # noqa: S608 - names of our own tables


def _inserting(model: type[Base], n: int, *, with_key: bool) -> str:
    how, table = how_put(model), model.__tablename__
    columns = ", ".join([*([how.key] if with_key else []), *(column for _name, column in how.columns)])
    rows = f'json_populate_recordset(NULL::"{table}", CAST(:rows_{n} AS json))'
    return f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM {rows}'  # noqa: S608 - names of our own tables


def _as_json(rows: Sequence[Base]) -> str:
    kinds = _decorated(type(rows[0]))
    told = [_values(row) for row in rows]
    for values in told:
        for column, kind in kinds:
            values[column] = kind.process_bind_param(values[column], _DIALECT)
    return json.dumps(told, ensure_ascii=False, default=_plain)


def _values(row: Base) -> dict[str, Any]:
    how, key = how_put(type(row)), _key_of(row)
    return how.values(row) | ({how.key: key} if key is not None else {})


def _key_of(row: Base) -> int | None:
    key: int | None = getattr(row, how_put(type(row)).key)
    return key


@cache
def _decorated(model: type[Base]) -> tuple[tuple[str, TypeDecorator[Any]], ...]:
    """The columns of `model` whose values are stored otherwise than Python has them."""
    columns = inspect(model).local_table.columns
    return tuple((column.key, column.type) for column in columns if isinstance(column.type, TypeDecorator)
                 and not column.primary_key)  # fmt: skip


def _plain(value: object) -> str:
    """What JSON has no word for, as PostgreSQL reads it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    raise TypeError(f"{value!r} cannot be put in as JSON")
