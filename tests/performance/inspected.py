"""What the pages of inspections cost at two sizes: `python -m tests.performance.inspected [sizes]` (220000 2200000).

Statements and buffers of one request each. Two sizes differ in closed months alone: what is open and what belongs to
this month is as much at every size, one duty a day and community, and so is the number of communities, targets and
templates. The months are closed as the job does.

`PROPMAN_TEST_PG` names another PostgreSQL than the one of the test packages.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url, select
from sqlalchemy.orm import Session

from propman import clock, create_app, migrate
from propman.communities.models import Place
from propman.db import engine_options
from propman.inspections.models import Duty
from propman.inspections.operations.laying import AHEAD
from propman.oversight.operations import close_next
from propman.oversight.rules import preceding
from tests.performance import province
from tests.performance.measuring import explained
from tests.performance.pages import Ground
from tests.performance.province import Province, copy_in
from tests.performance.ruler import database, postgresql
from tests.performance.served import settings
from tests.statements import counted

SIZES = (220_000, 2_200_000)
MONTHS = 12  # that are closed
TEMPLATES = ("T05", "T06", "T18", "T20", "T26")
OF_A_PLAN = 8  # targets
ENDS = ("done",) * 90 + ("late",) * 4 + ("missed",) * 3 + ("excused",) * 2 + ("skipped",)
DAY = timedelta(days=1)
AT_ONCE = 50_000
TABLES = ("inspection_plan", "inspection_target", "duty", "duty_event", "personal_text")
Row = dict[str, Any]


def main() -> None:
    """Measure every size that was asked for, and print a table of all."""
    sizes = sorted(int(size) for size in sys.argv[1:]) or list(SIZES)
    found: list[dict[str, tuple[int, int]]] = []
    with postgresql() as server:
        for size in sizes:
            with database(server, f"inspected_{size}") as url:
                found.append(of_size(url, size))
    print(f"{'page':40}" + "".join(f"{f'{size:,}':>24}" for size in sizes) + f"{'times':>8}")
    for name in found[0]:
        costs = [of[name] for of in found]
        times = costs[-1][1] / max(costs[0][1], 1)
        cells = "".join(f"{statements:>14} {buffers:>9,}" for statements, buffers in costs)
        print(f"{name:40}{cells}{times:>8.2f}", flush=True)


def of_size(url: str, size: int) -> dict[str, tuple[int, int]]:
    """Seed one database and measure its pages: statements and buffers by name."""
    begun, now = time.monotonic(), clock.now()
    migrate.upgrade(url)
    town = seed(url, size, now)
    print(f"{size:,} duties, seeded and closed in {time.monotonic() - begun:.0f} s", flush=True)
    app = create_app(settings(url))
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session:
        ground = Ground(app, session, town)
        costs = {name: _cost(ground, who, path) for name, who, path in pages(session, ground, now)}
    engine.dispose()
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()
    return costs


def pages(session: Session, ground: Ground, now: datetime) -> Iterator[tuple[str, int, str]]:
    """What is measured: its name, who opens it, its address."""
    town, month = ground.province, clock.month_of(now)
    closed = f"{preceding(month):%Y-%m}"
    people = {"company": ground.company.dispatcher, "county": town.official_of_a_county,
              "province": town.official_of_the_province}  # fmt: skip
    for whose, who in people.items():
        yield f"calendar, a month, {whose}", who, "/inspections"
        yield f"list from today on, {whose}", who, "/inspections/duties"
        yield f"missed and excused, a month, {whose}", who, "/inspections/missed"
        yield f"compliance, a closed month, {whose}", who, f"/inspections/compliance?from={closed}&to={closed}"
        yield f"compliance, the open month, {whose}", who, f"/inspections/compliance?from={month:%Y-%m}"
    who = people["province"]
    first = f"{(month - 31 * 11 * DAY).replace(day=1):%Y-%m}"
    yield "compliance, a year by place, province", who, f"/inspections/compliance?from={first}&to={closed}"
    yield "compliance, open by template, province", who, f"/inspections/compliance?from={month:%Y-%m}&by=templates"
    yield "one duty", people["county"], f"/inspections/duties/{_last_ended(session)}"


def _last_ended(session: Session) -> int:
    """A duty of the county in which the official is who looks."""
    county = select(Place.path).where(Place.kind == "county").order_by(Place.id).limit(1).scalar_subquery()
    query = select(Duty.id).join(Place, Place.id == Duty.community_id).where(Place.path.like(county + "%"))
    return session.scalars(query.where(Duty.ended_as.is_not(None)).order_by(Duty.id.desc()).limit(1)).one()


def _cost(ground: Ground, who: int, path: str) -> tuple[int, int]:
    client = ground.client(who)
    for _time in range(2):
        answer = client.get(path)
        if answer.status_code != 200:
            raise RuntimeError(f"{path} answered {answer.status_code}")
    with counted(ground.app) as sent:
        client.get(path)
    with ground.app.app_context():
        engine = ground.app.extensions["sqlalchemy"].engine
    with explained(engine) as buffers:
        client.get(path)
    return len(sent), sum(buffers)


# --- the duties ---


def seed(url: str, size: int, now: datetime) -> Province:
    """Put the province and `size` duties into the migrated, empty database at `url`, and close the months."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session, psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        town = province.build(session, connection, now)
        copy_in(connection, _plans(town, clock.local_date(now)))
        duties, events = list[Row](), list[Row]()
        for number, row in enumerate(_duties(town, size, now), 1):
            duties.append({"id": number, **row})
            if row["ended_as"]:
                events.append(_event(number, row))
            if len(duties) == AT_ONCE:
                copy_in(connection, {"duty": duties, "duty_event": events})
                duties, events = [], []
        copy_in(connection, {"duty": duties, "duty_event": events})
        for table in ("place", "organisation", "user", "membership", "engagement", *TABLES):
            connection.execute(f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'),
                                   (SELECT coalesce(max(id), 1) FROM "{table}"))""")  # type: ignore[arg-type]
        connection.execute("VACUUM ANALYZE")
        while close_next(session, now=now) is not None:
            session.commit()
        connection.execute("VACUUM ANALYZE")
    engine.dispose()
    return town


def _plans(town: Province, today: date) -> province.Rows:
    plans, versions, targets = list[Row](), list[Row](), list[Row]()
    first = today - timedelta(days=31 * (MONTHS + 1))
    for community in town.communities:
        for template in TEMPLATES:
            plan = len(plans) + 1
            plans.append({"id": plan, "template": template, "schedule": "main", "community_id": community.id,
                          "version": 1, "whole": False, "arose": False, "counted_on": today})  # fmt: skip
            versions.append({"plan_id": plan, "number": 1, "first_on": first, "pace": "runs", "rule": "FREQ=WEEKLY",
                             "counts": "calendar", "on_holidays": "as_is", "tolerance": 10, "early": False,
                             "by_template": False, "at": clock.at_local(first)})  # fmt: skip
            last = len(targets)
            targets += ({"id": last + 1 + each, "plan_id": plan, "place_id": community.entrances[each],
                         "anchor_on": first, "starts_on": first} for each in range(OF_A_PLAN))  # fmt: skip
    return {"inspection_plan": plans, "inspection_plan_version": versions, "inspection_target": targets}


def _duties(town: Province, size: int, now: datetime) -> Iterator[Row]:
    """First those of closed months, as many as `size` leaves; then one a day and community, up to 60 days ahead."""
    today, month = clock.local_date(now), clock.month_of(now)
    lately = [month + number * DAY for number in range((today + AHEAD - month).days + 1)]
    first = (month - timedelta(days=30 * MONTHS)).replace(day=1)
    old = [first + number * DAY for number in range((month - first).days - 4)]  # nothing of them ends in this month
    communities = len(town.communities)
    many = size - len(lately) * communities
    if many < 0:
        raise ValueError(f"what is open alone is {len(lately) * communities}")
    for number in range(many):
        day = old[number * len(old) // many]
        yield _duty(town, number % communities, number // communities, day, today)
    for turn, day in enumerate(lately):
        for place in range(communities):
            yield _duty(town, place, turn, day, today)


def _duty(town: Province, place: int, turn: int, due_on: date, today: date) -> Row:
    community = town.communities[place]
    target = place * len(TEMPLATES) * OF_A_PLAN + turn % (len(TEMPLATES) * OF_A_PLAN) + 1
    end = ENDS[(turn * 31 + place * 7) % len(ENDS)] if due_on < today - 3 * DAY else None
    done_on = due_on if end == "done" else due_on + DAY if end == "late" else None
    ended_on = None if end is None else done_on or due_on + (3 * DAY if end != "excused" else 0 * DAY)
    month = None if ended_on is None else max(due_on, ended_on).replace(day=1)
    return {
        "target_id": target, "plan_version": 1, "community_id": community.id, "due_on": due_on, "do_on": due_on,
        "opens_on": due_on, "closes_on": due_on, "cut_off_on": due_on + 3 * DAY, "skips": end == "skipped",
        "ended_as": end, "ended_at": clock.at_local(ended_on, clock_time(16)) if ended_on else None,
        "done_on": done_on, "organisation_id": community.company.id if end else None, "month": month,
    }  # fmt: skip


def _event(duty: int, row: Row) -> Row:
    return {"id": duty, "duty_id": duty, "number": 1, "act": "end", "ended_as": row["ended_as"],
            "at": row["ended_at"], "organisation_id": row["organisation_id"]}  # fmt: skip


if __name__ == "__main__":
    main()
