"""The tour past what is due: the calendar, lists, duties that ended in every way."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from tests.inspections import lived
from tests.pages.stops import Stop, every
from tests.world import World

_ALL = "/inspections/duties?since=2020-01-01"

PAGES = (
    *every("official_qian", "/inspections", "/inspections?month=2020-01", _ALL, f"{_ALL}&state=missed",
           "/inspections/missed?month={month_missed}", "/inspections/missed?month=2020-01",
           "/inspections/duties/{duty_made_up}"),
    *every("worker_zhao", "/inspections", "/inspections/duties", "/inspections/duties/{duty_done}"),
    *every("grid_worker_gao", "/inspections?place={building}", "/inspections/duties/{duty_late}"),
    *every("contractor_deng", "/inspections", "/inspections/missed", "/inspections/duties"),
    *every("dispatcher_mei", "/inspections/duties/{duty_excused}", "/inspections/duties/{duty_open}"),
    Stop("/inspections?month=soon&template=T99", "worker_zhao", 400),
    Stop("/inspections/duties?state=lost&since=tomorrow", "worker_zhao", 400),
    Stop("/inspections/missed?state=done", "worker_zhao", 400),
    Stop("/inspections/duties/999999", "worker_zhao", 404),
)  # fmt: skip
REFUSED: tuple[Stop, ...] = ()


def furnish(session: Session, world: World) -> dict[str, Any]:
    """Duties by how they ended."""
    today = clock.local_date(clock.now())
    made = lived.live(session, world, today)
    missed_in = lived.month_of(session, made["missed"])
    return {f"duty_{name}": number for name, number in made.items()} | {"month_missed": missed_in}
