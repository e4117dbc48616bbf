"""Duties, wishes to be excused and events for the crossing: near, far, and none there."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from tests.inspections import made
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near, far = made.duty(session, world), made.far_duty(session, world)
    snow = made.event(session, world, place=world.community, by=world.manager_han)
    far_snow = made.event(session, world, place=world.far_county, by=world.far_official)
    return (
        {
            "duty": {"duty_id": near.id},
            "excuse": {"excuse_id": made.asked(session, world).id},
            "event": {"occasion_id": snow.id},
            "reminder": {"digest_id": made.reminded(session, world).id},
            "kind of event": {"kind": "storm"},
        },
        {
            "duty": {"duty_id": far.id},
            "excuse": {"excuse_id": made.asked(session, world, far=True).id},
            "event": {"occasion_id": far_snow.id},
            "reminder": {"digest_id": made.reminded(session, world, world.far_company).id},
            "kind of event": {},
        },
        {
            "duty": {"duty_id": 10**9},
            "excuse": {"excuse_id": 10**9},
            "event": {"occasion_id": 10**9},
            "reminder": {"digest_id": 10**9},
            "kind of event": {"kind": "nothing"},
        },
    )
