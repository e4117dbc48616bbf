"""Fills a database with duties by bulk load, and the rounds that ended them; closes the months that are over. Two sizes
differ in closed months alone: what is open, due or of this month is as much at every size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from itertools import islice, product
from typing import Any

import psycopg
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from propman import clock
from propman.db import engine_options
from propman.inspections.operations.laying import AHEAD
from propman.oversight.operations import close_next
from tests.performance import lives, province
from tests.performance.province import Community, Province, copy_in
from tests.performance.walked import LIFTS, Walked, lifts
from tests.performance.walked import TABLES as OF_ROUNDS

MONTHS = 12  # that are closed
TEMPLATES = ("T05", "T06", "T18", "T20", "T26")
OF_A_PLAN = 8  # targets
ENDS = ("done",) * 90 + ("late",) * 4 + ("missed",) * 3 + ("excused",) * 2 + ("skipped",)
DAY = timedelta(days=1)
AT_ONCE = 50_000
LAW = "T01"  # which a plan of two communities in three follows
SERIAL = ("place", "organisation", "user", "membership", "engagement", "asset", "inspection_plan", "inspection_target",
          "duty", "duty_event", *lives.TABLES, *(name for name in OF_ROUNDS if name != "round_duty"))  # fmt: skip
Row = dict[str, Any]


def seed(url: str, size: int, now: datetime) -> Province:
    """Put the province and `size` duties into the migrated, empty database at `url`, and close the months."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    engine = create_engine(url, **engine_options(url))
    with Session(engine) as session, psycopg.connect(plain, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")
        town = province.build(session, connection, now)
        copy_in(connection, plans(town, clock.local_date(now)))
        walked = Walked(session, clock.local_date(now))
        duties = enumerate(_duties(town, size, now), 1)
        while some := list(islice(duties, AT_ONCE)):
            copy_in(connection, _rows_of(town, some, walked))
        copy_in(connection, {"duty": list(_of_lifts(town, size, clock.local_date(now)))})
        province.count_on(connection, SERIAL)
        connection.execute("VACUUM ANALYZE")
        while close_next(session, now=now) is not None:
            session.commit()
        connection.execute("VACUUM ANALYZE")
    engine.dispose()
    return town


def plans(town: Province, today: date) -> province.Rows:
    """Plans of what was chosen, whose targets are entrances; and in two communities of three one of all lifts."""
    first = today - timedelta(days=31 * (MONTHS + 1))
    made, targets, lift_rows = list[Row](), list[Row](), lifts(town.communities)
    for community, template in product(town.communities, TEMPLATES):
        made.append(_plan(len(made) + 1, template, community, today))
        targets += (_target(made[-1], None, community.entrances[each], first) for each in range(OF_A_PLAN))
    for number, community in enumerate(town.communities):
        if number % 3:
            made.append(_plan(len(made) + 1, LAW, community, today, whole=True))
            its = lift_rows[number * LIFTS : (number + 1) * LIFTS]
            targets += (_target(made[-1], lift["id"], lift["place_id"], today) for lift in its)
    versions = [{"plan_id": plan["id"], "number": 1, "first_on": first, "pace": "runs",
                 "rule": "FREQ=DAILY;INTERVAL=14" if plan["whole"] else "FREQ=WEEKLY", "counts": "calendar",
                 "on_holidays": "as_is", "tolerance": 10, "early": False, "by_template": False, "falls_short": False,
                 "at": clock.at_local(first)} for plan in made]  # fmt: skip
    rows = [{"id": number, **row} for number, row in enumerate(targets, 1)]
    return {
        "asset": lift_rows,
        "inspection_plan": made,
        "inspection_plan_version": versions,
        "inspection_target": rows,
    }


def _plan(number: int, template: str, community: Community, today: date, *, whole: bool = False) -> Row:
    return {"id": number, "template": template, "schedule": "main", "community_id": community.id, "version": 1,
            "whole": whole, "arose": False, "counted_on": today}  # fmt: skip


def _target(plan: Row, asset_id: int | None, place_id: int, first: date) -> Row:
    return {"plan_id": plan["id"], "asset_id": asset_id, "place_id": place_id, "anchor_on": first, "starts_on": first}


def _rows_of(town: Province, duties: Sequence[tuple[int, Row]], walked: Walked) -> province.Rows:
    """These duties, how they ended, and the rounds of those that were done."""
    events = [_event(number, row) for number, row in duties if row["ended_as"]]
    for number, row in duties:
        if row["done_on"]:
            community, target = divmod(row["target_id"] - 1, len(TEMPLATES) * OF_A_PLAN)
            template, entrance = divmod(target, OF_A_PLAN)
            its = town.communities[community]
            walked.walk(number, row, its, TEMPLATES[template], its.entrances[entrance])
    return {"duty": [{"id": number, **row} for number, row in duties], "duty_event": events, **walked.taken()}


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


def _of_lifts(town: Province, beyond: int, today: date) -> Iterator[Row]:
    """What is laid ahead of every lift that is in a plan; the numbers of the duties follow `beyond`."""
    first = len(town.communities) * len(TEMPLATES) * OF_A_PLAN + 1
    its = (one for number, one in enumerate(town.communities) if number % 3 for _lift in range(LIFTS))
    days = range(3, AHEAD.days, 14)
    for number, ((target, community), ahead) in enumerate(product(enumerate(its, first), days), beyond + 1):
        due_on = today + ahead * DAY
        yield {
            "id": number, "target_id": target, "plan_version": 1, "community_id": community.id, "due_on": due_on,
            "do_on": due_on, "opens_on": due_on - DAY, "closes_on": due_on + DAY, "cut_off_on": due_on + 7 * DAY,
            "skips": False,
        }  # fmt: skip


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
