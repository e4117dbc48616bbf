"""The tour through spot checks: what waits, what is late, what agreed and what did not; draws, and one by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman.spotchecks.rules import Kind, Outcome
from tests.pages.stops import Stop, every, refused
from tests.spotchecks import drawn
from tests.world import World

_CLERK, _CHECK, _HAND = "clerk_jie", "/spot-checks/{spot_open}", "/spot-checks/draws/new/{community}"

PAGES = (
    *every(_CLERK, "/spot-checks", _CHECK, "/spot-checks/{spot_repair}", "/spot-checks/draws", _HAND),
    *every(_CLERK, "/spot-checks/draws/{spot_draw}", "/spot-checks/draws/new", "/spot-checks/agreement"),
    *every("manager_han", "/spot-checks", "/spot-checks/{spot_disagreed}", "/spot-checks/agreement?by=organisations"),
    *every(_CLERK, "/"),
    *every("far_clerk", "/spot-checks"),
    Stop("/spot-checks?which=nothing", _CLERK, 400),
    Stop("/spot-checks/agreement?from=soon", _CLERK, 400),
)
REFUSED = (
    refused(Stop(_CHECK, _CLERK), f"{_CHECK}/end", outcome="", words=""),
    refused(Stop(_CHECK, _CLERK), f"{_CHECK}/end", outcome="disagreed", words=""),
    refused(Stop(_HAND, _CLERK), reason=""),
)


def furnish(session: Session, world: World) -> dict[str, Any]:
    """What stands in braces in the addresses."""
    then, later = drawn.then(), drawn.then() + timedelta(days=1)
    for by in (world.worker_zhao, world.worker_sun):
        drawn.passed(session, world, by=by)
    first, second = drawn.checks(session, drawn.by_hand(session, world, now=later))
    drawn.end(session, world, first, Outcome.DISAGREED)
    drawn.passed(session, world, now=then)
    drawn.closed(session, world, now=then)
    draw = drawn.month(session, world.street)
    [point], [repair] = (drawn.checks(session, draw, kind) for kind in Kind)
    drawn.end(session, world, point)
    return {"spot_open": second.id, "spot_repair": repair.id, "spot_disagreed": first.id, "spot_draw": draw.id}
