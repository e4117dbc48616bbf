"""Planned outages for the crossing: one in the near community, one in the far one, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.outages import plans
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near = plans.announce(session, world)
    far = plans.announce(session, world, world.far_building, by=world.far_dispatcher,
                         community_id=world.far_community.id)  # fmt: skip
    return (
        {"outage": {"outage_id": near.id}, "supplied": {"community_id": world.community.id}},
        {"outage": {"outage_id": far.id}, "supplied": {"community_id": world.far_community.id}},
        {"outage": {"outage_id": 10**9}, "supplied": {"community_id": 10**9}},
    )
