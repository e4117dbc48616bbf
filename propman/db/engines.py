"""The settings under which SQLite and PostgreSQL keep a promise.

Every acknowledged commit is on disk: SQLite runs WAL with synchronous=FULL, and PostgreSQL is refused when fsync,
full_page_writes or synchronous_commit is off.
"""

from __future__ import annotations

import time
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import Any

from sqlalchemy import Dialect, Engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as TookTooLong

from propman.config import BadSetting

LONGEST_WRITE = 300  # seconds from the begin of a transaction to its commit
REST = 1.0  # seconds after which a connection is asked whether it still lives before it is used again
POOL_WAIT = 2  # seconds for a free connection; then the answer is 503, while the person still waits for one

# A web request that only reads says so here: SQLite does not make it queue behind writers, and PostgreSQL lets it write
# nothing.
read_only: ContextVar[bool] = ContextVar("read_only", default=False)


def engine_options(database_url: str) -> dict[str, Any]:
    """Keyword arguments of `create_engine` for `database_url`: waiting is bounded, dead connections are noticed."""
    if database_url.startswith("sqlite"):
        return {"pool_timeout": POOL_WAIT, "connect_args": {"timeout": 20}}
    limits = "-c lock_timeout=10000 -c statement_timeout=20000 -c timezone=UTC"
    return {
        "pool_size": 10, "pool_timeout": POOL_WAIT,
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
        event.listen(engine, "begin", _postgresql_begin)
        event.listen(engine, "rollback", _postgresql_rollback)
        event.listen(engine, "checkin", _note_rest)
        event.listen(engine, "checkout", partial(_look_whether_it_lives, engine.dialect))


def _note_rest(_connection: Any, record: Any) -> None:
    record.info["rests_since"] = time.monotonic()


def _look_whether_it_lives(dialect: Dialect, connection: Any, record: Any, _proxy: object) -> None:
    """Asks a connection that has rested whether it is still one, as `pool_pre_ping` asks each time. Raises
    `DisconnectionError`, on which the pool takes another one.

    Whatever dies within `REST` of its last use is found by a statement that fails, and answered like a database that
    is away.
    """
    since = record.info.get("rests_since")
    if since is None or time.monotonic() - since < REST:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as fault:
        raise DisconnectionError("the connection has died") from fault


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
        cursor.execute("SHOW timezone")
        if cursor.fetchone()[0] != "UTC":  # as `engine_options` asks for, if nothing in between keeps that to itself
            raise BadSetting("PostgreSQL does not speak in UTC to propman: every moment would be wrong by hours.")
    connection.rollback()


def _postgresql_begin(connection: Connection) -> None:
    """A transaction begins READ ONLY for what only reads; the driver sends that with its first statement."""
    driver: Any = connection.connection.driver_connection
    reads = read_only.get() or None
    if driver.read_only is not reads:
        driver.read_only = reads


def _postgresql_rollback(connection: Connection) -> None:
    """What has only read ends with COMMIT, which comes to the same.

    At a ROLLBACK the driver forgets which statements it has prepared (psycopg, "Prepared statements"), and PostgreSQL
    would plan each anew at every request: of the queue that takes four times as long as to read it.
    """
    if connection.invalidated:  # it died, and there is nothing to end
        return
    driver: Any = connection.connection.driver_connection
    if driver.read_only:
        with suppress(connection.dialect.loaded_dbapi.Error):  # the rollback that follows says so, too
            connection.dialect.do_commit(driver)
