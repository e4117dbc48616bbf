"""Answers that a company wants left out of its rates: one that was agreed to, one that waits."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.demo.people import Cast
from propman.demo.world import World
from propman.oversight import operations
from propman.oversight.models import Reason
from propman.oversight.queries import answers
from propman.tickets.models import TicketEvent
from propman.tickets.workflow import Action

WANTED = 2


def leave_out(session: Session, world: World, cast: Cast) -> None:
    """Past months are closed, officials told of the last week; the manager asks for the last bad answers of the month
    before the anchor day. Flushes.
    """
    while operations.close_next(session, now=clock.at_local(world.anchor)):
        pass
    now = clock.at_local(world.anchor) - timedelta(hours=6)
    operations.tell_officials(session, now=now)
    manager = cast.viewer(cast.post("company_manager").user_id, now)
    above = [cast.viewer(post.user_id, now) for post in cast.posts if post.role in answers.DECIDES]
    bad = select(TicketEvent.id).where(
        TicketEvent.month == clock.month_of(now), (TicketEvent.action == Action.REOPEN) | (TicketEvent.stars <= 2)
    )
    asked: list[int] = []
    for event_id in session.scalars(bad.order_by(TicketEvent.id.desc())):
        found = answers.answer(session, event_id, manager, now)
        if len(asked) == WANTED or found is None or not (found.counted and found.judges(manager)):
            continue
        operations.ask(session, event_id=event_id, viewer=manager, now=now, reason=Reason.UNREASONABLE)
        asked.append(event_id)
        others = [who for who in above if found.decider(who, manager.user_id or 0)[0]]
        if len(asked) == 1 and others:
            operations.decide(session, event_id=event_id, viewer=others[0], now=now, approved=True)
