"""Answers about repairs, for the crossing: one of the near community, a far one, and none."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from propman.tickets.models import Ticket
from propman.tickets.queries import timeline
from tests import stories
from tests.world import World

Parts = dict[str, dict[str, Any]]


def things(session: Session, world: World) -> tuple[Parts, Parts, Parts]:
    """The address parts by kind of thing: near, far, absent."""
    near = stories.confirm(session, world, stories.report(session, world))
    far = stories.report(session, world, place=world.far_entrance)
    stories.assign(session, world, far, to=world.far_worker, by=world.far_dispatcher)
    stories.finish(session, world, far, by=world.far_worker)
    stories.say_fixed(session, far)

    def answer(ticket: Ticket) -> dict[str, dict[str, Any]]:
        session.flush()
        return {"rated": {"event_id": timeline(session, ticket)[-1].id}}

    return answer(near), answer(far), {"rated": {"event_id": 10**9}}
