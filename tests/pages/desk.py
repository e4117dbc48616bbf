"""The tour past the desk: kept filters, keys."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.desk.operations import keep_filter
from propman.rota import operations as rota
from propman.rota.duty import Kind
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_MEI = "dispatcher_mei"
_ZHAO = "/rota/{company}/{worker_zhao}"

PAGES = (
    *every(
        _MEI, "/queue?late=1", "/queue/filters", "/queue/filters?ask=late%3D1", "/queue/filters/{filter}", "/help/keys"
    ),
    *every("manager_han", "/queue/filters", "/board", "/rota", "/rota/{company}/{worker_zhao}"),
    *every("clerk_jie", "/board", "/rota", "/phrases"),
    *every(_MEI, "/phrases", "/tickets/{submitted}/sheet", "/tickets/{erased}/sheet"),
    *every("auditor_shen", "/tickets/{submitted}/sheet", "/tickets/{submitted}/times"),
    Stop("/intake", _MEI, 200, "/intake/caller", {"phone": "13912345678"}),
    Stop("/search", _MEI, 200, "/search", {"q": "13912345678"}),
    Stop("/intake", "grid_worker_gao", 200, "/intake/caller", {"phone": "13912345678"}),
)
REFUSED = (
    refused(Stop("/queue/filters?ask=late%3D1", _MEI), "/queue/filters", name=""),
    refused(Stop("/queue/filters?ask=late%3D1", _MEI), "/queue/filters", 409, name="超时"),
    refused(Stop("/queue/filters/{filter}", _MEI), name="长" * 41),
    refused(Stop(_ZHAO, _MEI), f"{_ZHAO}/shifts", begins="early", ends=""),
    refused(Stop(_ZHAO, _MEI), f"{_ZHAO}/shifts", begins="08:00", ends="09:00"),
    refused(Stop(_ZHAO, _MEI), f"{_ZHAO}/departures", first="soon", last="2020-01-01", begins="x", ends="y"),
    refused(Stop(_ZHAO, _MEI), f"{_ZHAO}/departures", kind="extra", first="2020-01-01"),
    refused(Stop("/intake", _MEI), "/intake/caller", phone="12"),
    refused(Stop("/phrases", _MEI), text="", move="assign"),
    refused(Stop("/queue", _MEI), "/queue/send", assignee_id=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    kept = keep_filter(session, viewer=viewer(session, world.dispatcher_mei), name="超时", question="late=1",
                       now=clock.now())  # fmt: skip
    han, now, today = viewer(session, world.manager_han), clock.now(), clock.local_date(clock.now())
    of = {"viewer": han, "organisation_id": world.company.id, "now": now}
    rota.add_shifts(session, user_id=world.worker_zhao.id, weekdays=set(range(7)), begins=time(), ends=time(), **of)
    rota.add_departure(session, user_id=world.worker_sun.id, kind=Kind.ABSENT, first=today, begins=None,
                       last=today + timedelta(days=2), ends=None, **of)  # fmt: skip
    return {"filter": kept.id, "worker_sun": world.worker_sun.id, "worker_zhao": world.worker_zhao.id}
