"""The tour past what is to be excused."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from tests.inspections import made
from tests.pages.stops import Stop, every, refused
from tests.world import World, viewer

_EXCUSES = "/inspections/excuses"
_ASK = Stop("/inspections/duties/{duty_to_excuse}/excuse", "manager_han")
_DECIDE = "/inspections/excuses/{excuse_waiting}"

PAGES = (
    *every("manager_han", _ASK.address, "/inspections/duties/{duty_asked}/excuse", _EXCUSES, _DECIDE),
    *every("manager_han", f"{_EXCUSES}?which=decided", f"{_EXCUSES}?which=lapsed",
           "/inspections/excuses/{excuse_granted}"),
    *every("clerk_jie", _EXCUSES, _DECIDE, "/inspections/excuses/{excuse_refused}"),
    Stop(f"{_EXCUSES}?which=nothing", "clerk_jie", 400),
)  # fmt: skip
REFUSED = (
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
    return {
        "duty_to_excuse": made.duty(session, world).id, "duty_asked": waiting.duty_id, "excuse_waiting": waiting.id,
        "excuse_granted": granted.id, "excuse_refused": refused_.id,
    }  # fmt: skip
