"""What the pages of inspections cost at two sizes: `python -m tests.performance.inspected [sizes]` (220000 2200000).

Statements and buffers of one request each. Two sizes differ in closed months alone: what is open and what belongs to
this month is as much at every size, one duty a day and community, and so is the number of communities, targets and
templates. The months are closed as the job does.

`PROPMAN_TEST_PG` names another PostgreSQL than the one of the test packages.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from propman import clock, create_app, migrate
from propman.communities.models import Place
from propman.db import engine_options
from propman.inspections.models import Duty
from propman.inspections.queries.behind import behind
from propman.oversight.rules import preceding
from tests.performance.duties import seed
from tests.performance.measuring import explained
from tests.performance.pages import Ground
from tests.performance.ruler import database, postgresql
from tests.performance.served import settings
from tests.statements import counted

SIZES = (220_000, 2_200_000)


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
        costs |= jobs(session, now)
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
        yield f"plans, and what has none, {whose}", who, "/inspections/plans"
    yield "my inspections, a worker", ground.company.workers[0], "/inspections/work"
    who = people["province"]
    first = f"{(month - timedelta(days=31 * 11)).replace(day=1):%Y-%m}"
    yield "compliance, a year by place, province", who, f"/inspections/compliance?from={first}&to={closed}"
    yield "compliance, open by template, province", who, f"/inspections/compliance?from={month:%Y-%m}&by=templates"
    found = "/inspections/compliance/found?name="
    yield "stops, a closed month, province", who, f"{found}stops&from={closed}&to={closed}"
    yield "what failed, a closed month, province", who, f"{found}findings&from={closed}&to={closed}"
    yield "what is not cured, province", who, f"{found}open&from={month:%Y-%m}"
    yield "what the week left, province", who, "/inspections/week"
    yield "one duty", people["county"], f"/inspections/duties/{_last_ended(session)}"


def jobs(session: Session, now: datetime) -> dict[str, tuple[int, int]]:
    """What jobs ask every time before they find that there is nothing to do."""
    engine, today, costs = session.get_bind(), clock.local_date(now), dict[str, tuple[int, int]]()
    asked: dict[str, Callable[[], object]] = {
        "job: plans behind the register": lambda: behind(session, today, most=1),
    }  # fmt: skip
    for name, ask in asked.items():
        with explained(engine) as buffers:
            ask()
        costs[name] = len(buffers), sum(buffers)
    return costs


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


if __name__ == "__main__":
    main()
