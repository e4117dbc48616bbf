"""What is typed about spot checks: how one ended, why somebody draws by hand, and which are asked for."""

from __future__ import annotations

from collections.abc import Iterator

from propman import clock
from propman.spotchecks.rules import Outcome
from tests.hostile import values as v
from tests.hostile.targets import RARE, Fields, Maker, Target
from tests.spotchecks import drawn

CLERK = "clerk_jie"
MONTHS: Fields = {"from": (v.ANYTHING, "2026-01"), "to": (v.ANYTHING, "2026-12")}
ASKED: Fields = {
    **MONTHS, "which": (v.ANYTHING, "ended"), "kind": (v.ANYTHING, "point"),
    "by": (v.ANYTHING, "organisations"), "person": (v.ANYTHING, "1"),
    "organisation": (v.ANYTHING, "1"), "draw": (v.ANYTHING, "1"),
}  # fmt: skip
SKIP: Fields = {"skip": (v.ANYTHING, "0")}
FILE: Fields = {"file": (v.ANYTHING, "csv")}


def spotchecks(make: Maker) -> Iterator[Target]:
    """The list, one of them, draws, drawing by hand, the figures."""
    world, session = make.world, make.session
    drawn.passed(session, world)
    draw = drawn.month(session, world.street)
    [check] = drawn.checks(session, draw)
    drawn.passed(session, world, now=clock.now())
    yield Target("spotchecks.checks", CLERK, query={**ASKED, **SKIP})
    yield Target("spotchecks.checks_table", CLERK, query={**ASKED, **SKIP, **FILE})
    yield Target("spotchecks.agreement", CLERK, query={**ASKED, **SKIP})
    yield Target("spotchecks.agreement_table", CLERK, query={**ASKED, **SKIP, **FILE})
    yield Target("spotchecks.check", CLERK, {"check_id": check.id})
    yield Target("spotchecks.end_check", CLERK, {"check_id": check.id}, files=("photos",),
                 form={"outcome": (v.CHOICE, Outcome.DISAGREED.value), "words": (v.TOLD, RARE)})  # fmt: skip
    yield Target("spotchecks.draws", CLERK, query=SKIP)
    yield Target("spotchecks.draw", CLERK, {"draw_id": draw.id})
    yield Target("spotchecks.frame", CLERK, {"draw_id": draw.id}, query=FILE)
    yield Target("spotchecks.choose_community", CLERK, query={"q": (v.ANYTHING, "河柏")})
    yield Target("spotchecks.draw_by_hand", CLERK, {"community_id": world.community.id},
                 form={"reason": (v.TOLD, RARE)})  # fmt: skip
