"""How quickly a day of duties is laid, beside the same rows as bare INSERTs: `python -m tests.performance.laying 6000`.

In one run on PostgreSQL, three times: targets whose next due day comes within reach today are laid as the job does, in
transactions of its size; then the same rows are put in again by batched `INSERT … ON CONFLICT DO NOTHING`. Both commit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Engine, Table, create_engine, insert, select
from sqlalchemy.dialects import postgresql as dialect
from sqlalchemy.orm import Session

from propman import clock, migrate
from propman.db import engine_options, prepare_engine
from propman.inspections import operations
from propman.inspections.models import Duty, Plan, PlanVersion, Target
from propman.inspections.operations.laying import AHEAD, AT_ONCE
from tests import world
from tests.performance.ruler import database, postgresql
from tests.world import World

DAY = date(2026, 11, 27)
DUE = DAY + AHEAD
KINDS = (
    ("FREQ=DAILY", DUE - timedelta(days=700)), ("FREQ=DAILY;INTERVAL=14", DUE - timedelta(days=700)),
    ("FREQ=WEEKLY", DUE - timedelta(days=700)), ("FREQ=MONTHLY;INTERVAL=3", DUE.replace(year=DUE.year - 3)),
    ("FREQ=YEARLY", DUE.replace(year=DUE.year - 2)),
)  # fmt: skip
"""Rules, and the day from which each is counted, so that all are due on `DUE`."""
OF_A_PLAN = 3  # targets
RUNS = 3


def main() -> None:
    """Print what laying costs."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 6000
    with postgresql() as server, database(server, "laying") as url, tempfile.TemporaryDirectory() as folder:
        migrate.upgrade(url)
        engine = create_engine(url, **engine_options(url))
        prepare_engine(engine)
        with Session(engine, expire_on_commit=False) as session:
            town = world.build(session, now=noon(DAY), files=Path(folder))
            session.commit()
        shares = [_once(engine, town, number) for _run in range(RUNS)]
        print(f"median share of the bare rate: {median(shares):.0%}")
        engine.dispose()


def _once(engine: Engine, town: World, number: int) -> float:
    """Lay one day and put the same rows in again, bare; the share of the bare rate that laying reached."""
    with Session(engine) as session, session.begin():
        _targets(session, town, number)
    began, found = time.perf_counter(), 1
    while found:
        with Session(engine) as session, session.begin():
            found = operations.lay_due(session, now=noon(DAY))
    laying = time.perf_counter() - began
    rows = _taken_away(engine)
    began, bare = time.perf_counter(), dialect.insert(_table()).on_conflict_do_nothing()
    for start in range(0, len(rows), AT_ONCE):
        with engine.begin() as connection:
            connection.execute(bare, rows[start : start + AT_ONCE])
    alone = time.perf_counter() - began
    print(f"{len(rows):,} duties laid in {laying:.2f} s; as bare rows {alone:.2f} s: {alone / laying:.0%}", flush=True)
    _taken_away(engine)
    return alone / laying


def _targets(session: Session, town: World, number: int) -> None:
    """Plans of all kinds, each with some targets that are due on `DUE`."""
    places = (town.community.id, town.building.id, town.entrance.id)
    plan = {"template": "X", "schedule": "main", "community_id": town.community.id, "version": 1, "counted_on": DAY}
    plans = [plan] * -(-number // OF_A_PLAN)
    ids = session.scalars(insert(Plan).returning(Plan.id), plans).all()
    kinds = list(zip(ids, cycle(KINDS), strict=False))
    said = {"number": 1, "first_on": DAY, "pace": "runs", "counts": "calendar", "on_holidays": "as_is", "tolerance": 10,
            "early": False, "at": noon(DAY)}  # fmt: skip
    session.execute(insert(PlanVersion), [{**said, "plan_id": plan, "rule": rule} for plan, (rule, _) in kinds])
    session.execute(insert(Target), [
        {"plan_id": plan, "place_id": place, "anchor_on": anchor, "starts_on": DAY, "next_on": DUE}
        for plan, (_rule, anchor) in kinds for place in places
    ])  # fmt: skip


def _taken_away(engine: Engine) -> Sequence[dict[str, Any]]:
    """All duties, without their ids, as rows; they are gone afterwards."""
    with engine.begin() as connection:
        rows = connection.execute(select(_table())).mappings().all()
        connection.execute(_table().delete())
    return [{name: value for name, value in row.items() if name != "id"} for row in rows]


def _table() -> Table:
    return Duty.__table__  # type: ignore[return-value]


def noon(day: date) -> datetime:
    """Noon in Harbin."""
    return clock.at_local(day, datetime(2026, 1, 1, 12).time())  # noqa: DTZ001


if __name__ == "__main__":
    main()
