"""The tour past the desk: kept filters, keys."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.desk.operations import keep_filter
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_MEI = "dispatcher_mei"

PAGES = (
    *every(
        _MEI, "/queue?late=1", "/queue/filters", "/queue/filters?ask=late%3D1", "/queue/filters/{filter}", "/help/keys"
    ),
    *every("manager_han", "/queue/filters"),
)
REFUSED = (
    refused(Stop("/queue/filters?ask=late%3D1", _MEI), "/queue/filters", name=""),
    refused(Stop("/queue/filters?ask=late%3D1", _MEI), "/queue/filters", 409, name="超时"),
    refused(Stop("/queue/filters/{filter}", _MEI), name="长" * 41),
    refused(Stop("/queue", _MEI), "/queue/send", assignee_id=""),
    refused(Stop("/queue", _MEI), "/queue/send", 409, assignee_id="{worker_sun}", **{"t-2601-0000000": "1"}),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    kept = keep_filter(session, viewer=viewer(session, world.dispatcher_mei), name="超时", question="late=1",
                       now=clock.now())  # fmt: skip
    return {"filter": kept.id, "worker_sun": world.worker_sun.id}
