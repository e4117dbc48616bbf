"""The tour through what was taken over from other systems."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from tests.pages.stops import Stop, every
from tests.tickets import imports
from tests.world import World

_MEI = "dispatcher_mei"

PAGES = (
    *every(_MEI, "/backlog", "/backlog/reports", "/backlog/reports?state=open&age=older",
           "/backlog/reports?community={community}", "/tickets/{taken_over}", "/tickets/{closed_elsewhere}"),
    *every("official_qian", "/backlog?months=all", "/tickets/{taken_over}"),
    *every("far_dispatcher", "/backlog", "/backlog/reports"),
    Stop("/backlog?skip=x&months=some", _MEI, 400),
    Stop("/backlog/reports?state=x&age=x&month=2014-13&community=x", _MEI, 400),
)  # fmt: skip
REFUSED = ()
FILES = every(_MEI, "/backlog/ages.xlsx", "/backlog/places.csv", "/backlog/months.csv",
              "/backlog/reports.xlsx?state=open")  # fmt: skip


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    before = clock.now() - timedelta(days=2000)
    return {
        "taken_over": imports.taken_over(session, world, opened_at=before).number,
        "closed_elsewhere": imports.closed(session, world).number,
    }
