"""Rows: held against rivals, put in, put in where absent, added to what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import (
    Insert,
    Table,
    bindparam,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, make_transient_to_detached

from propman.db.base import ID_LIMIT, Base
from propman.db.statements import connection_of, dialect_of
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

    A flush would look through all that the session holds for the sake of one row. No relationship counts, no listener
    of the mapper hears of it. False, and nothing done, where another row has its value of `taken`.
    """
    session.flush()
    made = put_past(session, row, taken=taken)
    if made:
        settle(session, row)
    return made


def put_past(session: Session, row: Base, *, taken: str | None = None) -> bool:
    """`put`, where nothing waits to be flushed and `row` stays outside `session`: `settle` it to go on."""
    how = how_put(type(row))
    statement = how.returning if taken is None else _unless_taken(dialect_of(session), type(row), taken)
    made = connection_of(session).execute(statement, how.values(row)).scalar_one_or_none()
    if made is not None:
        setattr(row, how.key, made)
    return made is not None


def fresh(model: type[Row], **values: Any) -> Row:
    """An object that is not stored yet, as `model(**values)` makes it, where it is soon put in with many others.

    The values go past what watches each attribute, for the changes of which nobody asks before there is a row: that
    costs more than all else about such an object.
    """
    row = cast(Row, inspect(model).class_manager.new_instance())
    row.__dict__.update(values)
    return row


def settle(session: Session, row: Base) -> None:
    """Let `row`, which was put in past `session` and knows its id, belong to it from now on; if it does, nothing."""
    if row not in session:
        make_transient_to_detached(row)
        session.add(row)


@dataclass(frozen=True)
class HowPut:
    """How a row of a model is put in: its columns by attribute (`names` with its own id), and what stands in them where
    nothing was said (`unsaid` what is not nothing).
    """

    key: str
    columns: tuple[tuple[str, str], ...]
    names: Mapping[str, str]
    defaults: dict[str, Any]
    unsaid: tuple[tuple[str, str, Any], ...]
    plain: Any
    returning: Any

    def said(self, row: Base | Mapping[str, Any]) -> dict[str, Any]:
        """What is stored of `row` by column, with its own id, if it has one, and without what is nothing."""
        given = row if isinstance(row, Mapping) else row.__dict__
        found = {column: value for name, column, value in self.unsaid if name not in given}
        names = self.names
        for name, value in given.items():  # fewer than there are columns
            if value is not None and name in names:
                found[names[name]] = value
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
    own, plain = mapper.get_property_by_column(key).key, insert(model.__table__)  # type: ignore[arg-type]
    unsaid = tuple((name, column, defaults[name]) for name, column in columns if defaults[name] is not None)
    return HowPut(own, columns, {**dict(columns), own: own}, defaults, unsaid, plain, plain.returning(key))


def insert_if_absent(session: Session, model: type[Base], values: Mapping[str, Any]) -> bool:
    """INSERT … ON CONFLICT DO NOTHING of one `model` row; whether it was new.

    Waits for a rival's transaction that holds the same key, then yields to it.
    """
    return bool(connection_of(session).execute(_absent(dialect_of(session), model), values).rowcount)


def insert_or_add(
    session: Session, model: type[Base], values: Mapping[str, Any] | Sequence[Mapping[str, Any]], *, counted: str,
    bounded: bool = False,
) -> bool:  # fmt: skip
    """INSERT of `model` rows; one whose key is there adds to its column `counted`. Whether anything was done.

    `bounded`: nothing is done where that is as many already as the `values` say as "most".
    """
    adding = _adding(dialect_of(session), model, counted, bounded)
    return bool(connection_of(session).execute(adding, values).rowcount)


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
def _adding(dialect: str, model: type[Base], counted: str, bounded: bool) -> Insert:
    row, column = _inserting(dialect, model), getattr(model, counted)
    key, still = list(inspect(model).primary_key), column < bindparam("most") if bounded else None
    total = {counted: column + row.excluded[counted]}
    return _counting(row.on_conflict_do_update(index_elements=key, set_=total, where=still))


def table_of(model: type[Base]) -> Table:
    """The table of `model`."""
    return cast(Table, model.__table__)
