"""Reports that were taken over from another system, in the small world of `tests/world.py`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.tickets.models import Ticket
from propman.tickets.operations import Claim, take_over
from propman.tickets.workflow import State
from tests.world import World


def claim(world: World, source_id: str = "1", *, now: datetime | None = None, **other: Any) -> Claim:
    """What another system says: open since an hour, a lamp in `entrance`."""
    now = now or clock.now()
    said: dict[str, Any] = {
        "source": "old", "source_id": source_id, "state": State.SUBMITTED, "opened_at": now - timedelta(hours=1),
        "closed_at": None, "status": "处理中", "channel": "电话", "category": "lights", "community": world.community,
        "place": world.entrance, "words": "楼道灯不亮", "spot": "三楼", "result": "已转维修",
    }  # fmt: skip
    return Claim(**{**said, **other})


def taken_over(session: Session, world: World, source_id: str = "1", *, now: datetime | None = None,
               **other: Any) -> Ticket:  # fmt: skip
    """One that is open, taken over now."""
    now = now or clock.now()
    [ticket] = take_over(session, claims=[claim(world, source_id, now=now, **other)], now=now)
    return ticket


def closed(session: Session, world: World, source_id: str = "9", *, now: datetime | None = None) -> Ticket:
    """One that the other system closed yesterday."""
    now = now or clock.now()
    return taken_over(session, world, source_id, now=now, state=State.CONFIRMED, status="已办结",
                      opened_at=now - timedelta(days=3), closed_at=now - timedelta(days=1))  # fmt: skip
