"""Fills a database with reports by bulk load and closes the months that are over. Two sizes differ in closed months
alone: what is open and what belongs to this month is as much at every size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from itertools import cycle, islice
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from propman import clock
from propman.db import engine_options
from propman.oversight.operations import close_next
from propman.tickets.operations import keep_missing
from tests.performance import lives, province
from tests.performance.kinds import rules
from tests.performance.lives import CLOSED, OPEN, TABLES, Step, Writer
from tests.performance.province import Province

LEFT_OPEN, OF_THIS_MONTH = 5000, 2500
MONTHS, OPEN_DAYS, AT_ONCE = 36, 20, 5000
HOURS = (time(8, 10), time(9, 40), time(13, 20), time(18, 30))
SETTLED = timedelta(days=10)  # after this nothing more happens to a closed report
Report = tuple[Sequence[Step], datetime]


def seed(url: str, tickets: int, now: datetime) -> Province:
    """Put the province and `tickets` reports into the migrated, empty database at `url`. Raises `ValueError` for fewer
    than what is the same at every size.
    """
    if tickets < LEFT_OPEN + OF_THIS_MONTH:
        raise ValueError(f"the open reports and this month alone are {LEFT_OPEN + OF_THIS_MONTH}")
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session, psycopg.connect(_plain(url), autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # what refers to what is right by itself
        found = province.build(session, connection, now)
        kinds = rules(session, clock.local_date(now))
        writer = Writer()
        for index, (steps, at) in enumerate(_reports(tickets, now)):
            place = index * 7919 % (len(found.communities) - 1) + 1  # spread, and never the reserved one
            lives.live(writer, index, steps, found.communities[place], kinds[index // 3 % len(kinds)], at)
            if index % AT_ONCE == AT_ONCE - 1:
                _flush(connection, writer)
        _flush(connection, writer)
        province.count_on(connection, ("place", "organisation", "user", "membership", "engagement", *TABLES))
        _make_findable(session, connection)
        connection.execute("VACUUM ANALYZE")
        _close_months(session, now)
        connection.execute("VACUUM ANALYZE monthly_fact, division_fact, closed_month")
    engine.dispose()
    return found


def _make_findable(session: Session, connection: psycopg.Connection[Any]) -> None:
    """Give every report its row of tokens; their index is built over all of them at once."""
    index = "SELECT indexdef FROM pg_indexes WHERE indexname = 'ticket_words_index'"
    [[definition]] = connection.execute(index).fetchall()
    connection.execute("DROP INDEX ticket_words_index")
    last: int | None = 0
    while last is not None:
        last = keep_missing(session, after_id=last, most=AT_ONCE)
        session.commit()
    connection.execute(definition)


def _close_months(session: Session, now: datetime) -> None:
    """Close every month that is over, as the job does."""
    while close_next(session, now=now) is not None:
        session.commit()


def _flush(connection: psycopg.Connection[Any], writer: Writer) -> None:
    with connection.transaction():
        province.copy_in(connection, writer.rows)
    for rows in writer.rows.values():
        rows.clear()


def _reports(tickets: int, now: datetime) -> Iterator[Report]:
    """What happens, and when it was reported: first what is over for months, then this month, then what is open."""
    today = clock.local_date(now)
    month = today.replace(day=1)
    first = month - timedelta(days=30 * MONTHS)
    old = list(_moments(first, month - SETTLED))
    this = [at for at in _moments(month, today) if at < now - timedelta(hours=12)] or [now - timedelta(hours=12)]
    late = [at for at in _moments(today - timedelta(days=OPEN_DAYS), today) if at < now - timedelta(hours=3)]
    short = [steps for steps in CLOSED if steps is not lives.CALLED]
    for many, moments, their in (
        (tickets - LEFT_OPEN - OF_THIS_MONTH, old, CLOSED), (OF_THIS_MONTH, this, short), (LEFT_OPEN, late, OPEN),
    ):  # fmt: skip
        for index, steps in enumerate(islice(cycle(their), many)):
            yield steps, moments[index * len(moments) // many]


def _moments(first: date, last: date) -> Iterator[datetime]:
    for day in range((last - first).days + 1):
        for hour in HOURS:
            yield clock.at_local(first + timedelta(days=day), hour)


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
