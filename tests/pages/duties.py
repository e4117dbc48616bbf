"""The tour past what is to be excused, and events."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from propman.inspections.upon import Kind
from tests.inspections import made
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_EXCUSES = "/inspections/excuses"
_ASK = Stop("/inspections/duties/{duty_to_excuse}/excuse", "manager_han")
_EVENTS, _OPEN, _GOES_ON = "/inspections/events", "/inspections/events/new/heavy", "/inspections/events/{event_goes_on}"
_DECIDE = "/inspections/excuses/{excuse_waiting}"

PAGES = (
    *every("manager_han", _ASK.address, "/inspections/duties/{duty_asked}/excuse", _EXCUSES, _DECIDE),
    *every("manager_han", f"{_EXCUSES}?which=decided", f"{_EXCUSES}?which=lapsed",
           "/inspections/excuses/{excuse_granted}"),
    *every("clerk_jie", _EXCUSES, _DECIDE, "/inspections/excuses/{excuse_refused}"),
    Stop(f"{_EXCUSES}?which=nothing", "clerk_jie", 400),
    *every("worker_zhao", "/inspections/reminders/{reminder}"),
    *every("official_qian", _EVENTS, f"{_EVENTS}?which=past", f"{_EVENTS}/new", _OPEN, f"{_EVENTS}/new/storm"),
    *every("official_qian", "/inspections/events/{event_open}", _GOES_ON, "/inspections/events/{event_off}"),
    *every("manager_han", _EVENTS, "/inspections/events/{event_open}", _OPEN),
    Stop(f"{_EVENTS}?which=nothing", "official_qian", 400),
)  # fmt: skip
_QIAN_OPENS = Stop(_OPEN, "official_qian")
_QIAN_DATES = Stop(_GOES_ON, "official_qian")
_SNOW = {"place": "{county}", "starts_on": "{today}", "ends_on": "{today}", "codes": "heavy_lane", "source": "通报"}
REFUSED = (
    refused(_QIAN_OPENS, place="", starts_on="soon", ends_on="x", codes="", source=""),
    refused(_QIAN_OPENS, **{**_SNOW, "starts_on": "2020-01-01"}),
    refused(_QIAN_OPENS, **{**_SNOW, "ends_on": "2020-01-01"}),
    refused(_QIAN_OPENS, None, 409, **_SNOW),
    refused(_QIAN_OPENS, None, 409, **{**_SNOW, "starts_on": "{tomorrow}", "ends_on": "{tomorrow}"}),  # not cleared yet
    refused(_QIAN_DATES, f"{_GOES_ON}/dates", starts_on="", reason=""),
    refused(_QIAN_DATES, f"{_GOES_ON}/dates", 409, version="9", starts_on="{today}", ends_on="{today}", reason="停"),
    refused(_QIAN_DATES, f"{_GOES_ON}/call-off", reason=""),
    refused(
        Stop("/inspections/events/{event_open}", "official_qian"), "/inspections/events/{event_open}/class", reason=""
    ),
    refused(_ASK, reason=""),
    refused(Stop(_DECIDE, "clerk_jie"), f"{_DECIDE}/decide", granted=""),
    refused(Stop(_DECIDE, "clerk_jie"), f"{_DECIDE}/decide", granted="no", words=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    now, clerk = clock.now(), viewer(session, world.clerk_jie)
    waiting, granted, refused_ = (made.asked(session, world) for _each in range(3))
    operations.grant_excuse(session, excuse_id=granted.id, viewer=clerk, words="同意", now=now)
    operations.refuse_excuse(session, excuse_id=refused_.id, viewer=clerk, words="可以走西侧楼梯", now=now)
    open_ = made.event(session, world)
    goes_on = made.event(session, world, Kind.STORM, ends=None)
    off = made.event(session, world, Kind.FLOOD_SEASON)
    operations.call_off_occasion(session, occasion_id=off.id, viewer=viewer(session, world.official_qian),
                                 seen_version=1, reason="误报", now=now)  # fmt: skip
    made.duty(session, world, days=1, rule="FREQ=WEEKLY")
    return {
        "reminder": made.reminded(session, world).id,
        "tomorrow": (clock.local_date(now) + timedelta(days=1)).isoformat(),
        "event_open": open_.id, "event_goes_on": goes_on.id, "event_off": off.id,
        "duty_to_excuse": made.duty(session, world).id, "duty_asked": waiting.duty_id, "excuse_waiting": waiting.id,
        "excuse_granted": granted.id, "excuse_refused": refused_.id,
    }  # fmt: skip
