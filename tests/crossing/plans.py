"""Plans of inspections for the crossing: near, far, and none there; and where one is made."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.inspections.following import bound
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near = bound(session, world.manager_han, world.community.id, "T18", "night")
    far = bound(session, world.far_official, world.far_community.id, "T18", "night")
    return tuple(
        {
            "plan": {"plan_id": plan_id, "how": "pause", "way": "add"},
            "planned": {"community_id": community_id, "template": "T20", "schedule": "week"},
        }
        for plan_id, community_id in (
            (near.id, world.community.id), (far.id, world.far_community.id), (10**9, 10**9)
        )
    )  # type: ignore[return-value]  # fmt: skip
