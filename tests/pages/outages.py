"""The tour past planned outages: one that runs, one that comes, one that was moved and is over, one called off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.data.reading import Trade
from propman.outages import operations
from tests import stories
from tests.outages import plans
from tests.pages.stops import Stop, every, refused
from tests.world import World

_MEI = "dispatcher_mei"
_NEW = Stop("/outages/new/{community}", _MEI)
_COMING = Stop("/outages/{coming_outage}", _MEI)
_MOVE = "/outages/{coming_outage}/move"
_TIMES = {"starts_on": "{tomorrow}", "starts": "09:00", "ends_on": "{tomorrow}", "ends": "12:00", "words": "换泵"}
_DOUBLE = {**_TIMES, "supply": "water", "places": "{building}"}

PAGES = (
    *every("", "/outages/{running_outage}", "/outages/{coming_outage}", "/outages/{ended_outage}"),
    *every("neighbour_wu", "/outages/{running_outage}", "/outages/{coming_outage}"),
    *every(_MEI, "/outages", "/outages?which=coming", "/outages?which=past", "/outages/new?q=河柏"),
    *every(_MEI, "/outages/new?q=nowhere", "/outages/new/{community}", "/outages/{running_outage}",
           "/outages/{coming_outage}", "/outages/{off_outage}"),
    *every(_MEI, "/tickets/{explained}"),
    *every("resident_lin", "/reports/{explained}", "/reports/{explained}/receipt"),
    *every("utility_shui", "/outages", "/outages/new", "/outages/new/{community}"),
    *every("clerk_jie", "/outages/new", "/outages/{coming_outage}"),
    Stop("/outages?which=nothing", _MEI, 400),
)  # fmt: skip
REFUSED = (
    refused(_NEW, starts_on="soon", starts="early", ends_on="", ends="", words=""),
    refused(_NEW, **{**_DOUBLE, "ends_on": "2020-01-01"}),
    refused(_NEW, None, 409, **_DOUBLE),
    refused(_COMING, _MOVE, words="", ends="x"),
    refused(_COMING, _MOVE, **{**_TIMES, "ends": "09:00"}),
    refused(_COMING, _MOVE, 409, version="9", **_TIMES),
    refused(_COMING, "/outages/{coming_outage}/call-off", 409, version="9"),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    now, mei = clock.now(), world.dispatcher_mei
    running = plans.running(session, world, world.entrance, supply=Trade.HEAT)
    coming = plans.announce(session, world)
    ended = plans.running(session, world, supply=Trade.POWER)
    longer = {"starts_at": ended.starts_at, "ends_at": now + timedelta(hours=5), "words": "电缆还没接好"}
    operations.move(session, **longer, **plans.seen(session, ended, mei))
    operations.end(session, **plans.seen(session, ended, mei))
    off = plans.announce(session, world, world.community, supply=Trade.TELECOM)
    operations.call_off(session, **plans.seen(session, off, mei))
    operations.follow(session, outage_id=running.id, user_id=world.neighbour_wu.id, now=now)
    day = (clock.local_date(now) + timedelta(days=1)).isoformat()
    explained = stories.report(session, world, category="heat", by=world.resident_lin, apart=False)
    made = {"running": running, "coming": coming, "ended": ended, "off": off}
    return {"tomorrow": day, "explained": explained.number, **{f"{name}_outage": one.id for name, one in made.items()}}
