"""How long the jobs of inspections need after 72 hours in which none ran: `python -m tests.performance.stopped`.

On PostgreSQL, at the size of the province: 57,560 weekly targets and the lifts of two communities in three, every due
day of the next sixty laid by the jobs themselves. Nobody goes anywhere for three days, then the jobs of the timetable
run, one after the other, until there is nothing left to do. Prints what each dealt with and in how many seconds.

`PROPMAN_TEST_PG` names another PostgreSQL than the one of the test packages.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import psycopg
from flask import Flask
from sqlalchemy import Engine, create_engine, func, make_url, select, text
from sqlalchemy.orm import Session

from propman import clock, create_app, jobs, migrate
from propman.db import engine_options
from propman.inspections.models import Duty
from tests.performance import province
from tests.performance.duties import SERIAL, plans
from tests.performance.ruler import database, postgresql
from tests.performance.served import settings

STOPPED = timedelta(hours=72)
JOBS = ("follow-parts", "lay-duties", "miss-duties", "follow-calendar", "remind-duties", "warn-of-calendar",
        "spot-checks")  # fmt: skip
SPREAD = """
    UPDATE inspection_target SET anchor_on = CAST(:day AS date) - 368 + CAST(id % days.number AS integer),
                                 next_on = CAST(:day AS date) - 4 + CAST(id % days.number AS integer)
    FROM (SELECT plan_id, CASE rule WHEN 'FREQ=WEEKLY' THEN 7 ELSE 14 END AS number FROM inspection_plan_version) days
    WHERE days.plan_id = inspection_target.plan_id"""
"""Targets come due day by day, not all of them on one, since four days: some of what is due is past its cut-off."""


def main() -> None:
    """Print what every job had to do, at first and after three days."""
    now = clock.now()
    with postgresql() as server, database(server, "stopped") as url:
        migrate.upgrade(url)
        _seed(url, now)
        app, engine = create_app(settings(url)), create_engine(url, **engine_options(url))
        for said, moment in (("at first", now), ("after 72 hours", now + STOPPED)):
            seconds = sum(_run(app, job, moment) for job in jobs.TIMETABLE if job.name in JOBS)
            print(f"{said}: {seconds:.1f} s in all, {_duties(engine):,} duties", flush=True)
        engine.dispose()
        with app.app_context():
            app.extensions["sqlalchemy"].engine.dispose()


def _seed(url: str, now: datetime) -> None:
    """Put the province and its plans into the empty database at `url`."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session, psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        town = province.build(session, connection, now)
        province.copy_in(connection, plans(town, clock.local_date(now)))
        province.count_on(connection, SERIAL)
    with engine.begin() as writer:
        writer.execute(text(SPREAD), {"day": clock.local_date(now)})
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as analyst:
        analyst.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _run(app: Flask, job: jobs.Job, now: datetime) -> float:
    """Let `job` run until it finds nothing to do; how many seconds it took."""
    began, dealt, found = time.perf_counter(), 0, 1
    with app.app_context():
        while found:
            with Session(app.extensions["sqlalchemy"].engine) as session, session.begin():
                found = job.work(session, now=now)
            dealt += found
    took = time.perf_counter() - began
    print(f"  {job.name}: {dealt:,} in {took:.1f} s", flush=True)
    return took


def _duties(engine: Engine) -> int:
    with Session(engine) as session:
        return session.scalars(select(func.count()).select_from(Duty)).one()


if __name__ == "__main__":
    main()
