"""The database: the base of all models, its types, and the settings under which SQLite and PostgreSQL keep a promise.

Every acknowledged commit is on disk: SQLite runs WAL with synchronous=FULL, and PostgreSQL is refused when fsync,
full_page_writes or synchronous_commit is off.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    DateTime,
    Dialect,
    Engine,
    Enum,
    Insert,
    Integer,
    MetaData,
    event,
    insert,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import TimeoutError as TookTooLong
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.types import JSON, TypeDecorator

from propman.config import BadSetting
from propman.errors import NotFound

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

LONGEST_WRITE = 300  # seconds from the begin of a transaction to its commit
POOL_WAIT = 2  # seconds for a free connection; then the answer is 503, while the person still waits for one

# A web request that only reads says so here, so that SQLite does not make it queue behind writers.
read_only: ContextVar[bool] = ContextVar("read_only", default=False)


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


def engine_options(database_url: str) -> dict[str, Any]:
    """Keyword arguments of `create_engine` for `database_url`: waiting is bounded, dead connections are noticed."""
    if database_url.startswith("sqlite"):
        return {"pool_timeout": POOL_WAIT, "connect_args": {"timeout": 20}}
    limits = "-c lock_timeout=10000 -c statement_timeout=20000 -c timezone=UTC"
    return {
        "pool_pre_ping": True, "pool_size": 10, "pool_timeout": POOL_WAIT,
        "connect_args": {"options": limits, "connect_timeout": 5},
    }  # fmt: skip


def prepare_engine(engine: Engine, *, bounded: bool = True) -> None:
    """Hang the durability and transaction rules on `engine`. Raises `BadSetting` at the first connection to a
    PostgreSQL whose durability is switched off (postgresql.org/docs/current/wal-async-commit.html).

    `bounded`: a commit later than `LONGEST_WRITE` after its begin is refused, so that ten minutes after the end of a
    month nothing of that month can still be on its way; a change of schema alone may take as long as it takes.
    """
    if bounded:
        event.listen(engine, "begin", _note_begin)
        event.listen(engine, "commit", _refuse_late_commit)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        event.listen(engine, "connect", _postgresql_connect)


def _note_begin(connection: Connection) -> None:
    connection.info["begun"] = time.monotonic()


def _refuse_late_commit(connection: Connection) -> None:
    """Raises `TookTooLong`: rolled back, and answered like a database that is away, to be sent again with its key."""
    if time.monotonic() - connection.info["begun"] > LONGEST_WRITE:
        raise TookTooLong(f"a transaction lasted more than {LONGEST_WRITE} seconds and was not committed")


def _sqlite_connect(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by _sqlite_begin, not guessed by the driver
    for pragma in ("journal_mode=WAL", "busy_timeout=20000", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN" if read_only.get() else "BEGIN IMMEDIATE")


def _postgresql_connect(connection: Any, _record: object) -> None:
    with connection.cursor() as cursor:
        for name in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            if cursor.fetchone()[0] == "off":
                raise BadSetting(f"PostgreSQL runs with {name} = off: acknowledged reports could be lost.")
    connection.rollback()
