"""Rounds for the crossing: one of the near worker, one of the far worker, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.operations import Aim
from tests.rounds import walks
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent. In each community something is left to do."""
    today = clock.local_date(clock.now())
    far = {"community_id": world.far_community.id, "aims": [Aim(world.far_building.id, today)]}
    walked = walks.walk(session, world, walks.due(session, world))
    near = walks.begin(session, world, walks.due(session, world))
    [near_point] = walks.points(session, near)
    done = walks.walk(session, world, walks.due(session, world, **far), by=world.far_worker)
    theirs = walks.begin(session, world, walks.due(session, world, **far), by=world.far_worker)
    [far_point] = walks.points(session, theirs)
    walks.due(session, world)
    walks.due(session, world, **far)
    key, far_key = ({"key": walks.photo_of(session, found).key} for found in (walked, done))
    return (
        {"round": {"round_id": near.id}, "point": {"round_id": near.id, "point_id": near_point.id},
         "round photo": {"round_id": walked.id} | key, "worked": {"community_id": world.community.id}},
        {"round": {"round_id": theirs.id}, "point": {"round_id": theirs.id, "point_id": far_point.id},
         "round photo": {"round_id": done.id} | far_key, "worked": {"community_id": world.far_community.id}},
        {"round": {"round_id": 10**9}, "point": {"round_id": near.id, "point_id": 10**9},
         "round photo": {"round_id": walked.id, "key": "0" * 32}, "worked": {"community_id": 10**9}},
    )  # fmt: skip
