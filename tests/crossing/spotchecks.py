"""Spot checks and draws for the crossing: near ones, far ones, and none there. The company sees what is ended."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.operations import Aim
from tests.rounds import walks
from tests.spotchecks import drawn
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    then = drawn.then()
    for by in (world.worker_zhao, world.worker_sun):
        drawn.passed(session, world, by=by)
    aims = [Aim(world.far_building.id, clock.local_date(then))]
    far_duty = walks.due(session, world, now=then, community_id=world.far_community.id, aims=aims)
    walks.walk(session, world, far_duty, by=world.far_worker, now=then)
    near, far = drawn.month(session, world.street), drawn.month(session, world.far_street)
    (open_one, ended), [far_one] = drawn.checks(session, near), drawn.checks(session, far)
    drawn.end(session, world, ended)
    drawn.end(session, world, far_one, by=world.far_clerk)
    drawn.passed(session, world, now=clock.now())  # something is left to draw by hand
    return (
        {"spot check": {"check_id": ended.id}, "open spot check": {"check_id": open_one.id},
         "draw": {"draw_id": near.id}, "sampled": {"community_id": world.community.id}},
        {"spot check": {"check_id": far_one.id}, "open spot check": {"check_id": far_one.id},
         "draw": {"draw_id": far.id}, "sampled": {"community_id": world.far_community.id}},
        {"spot check": {"check_id": 10**9}, "open spot check": {"check_id": 10**9},
         "draw": {"draw_id": 10**9}, "sampled": {"community_id": 10**9}},
    )  # fmt: skip
