"""What belongs to one person's desk, for the crossing: a near one, a far one, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.desk.operations import keep_filter
from tests.world import World, viewer

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near, far = (
        keep_filter(session, viewer=viewer(session, person), name="超时", question="late=1", now=clock.now()).id
        for person in (world.dispatcher_mei, world.far_dispatcher)
    )
    return {"filter": {"filter_id": near}}, {"filter": {"filter_id": far}}, {"filter": {"filter_id": 10**9}}
