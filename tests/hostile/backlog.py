"""What the addresses of the backlog ask for."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile import values as v
from tests.hostile.targets import Maker, Target
from tests.tickets import imports


def backlog(make: Maker) -> Iterator[Target]:
    """Its pages and files; nothing is sent."""
    imports.taken_over(make.session, make.world, "hostile")
    mei = "dispatcher_mei"
    asked = dict.fromkeys(("state", "age", "month", "community"), (v.ANYTHING, ""))
    yield Target("backlog.overview", mei, query=dict.fromkeys(("skip", "months"), (v.ANYTHING, "")))
    yield Target("backlog.reports", mei, query={**asked, "after": (v.ANYTHING, "")})
    yield Target("backlog.table", mei, {"table": "reports", "kind": "csv"}, query=asked)
