"""Spot checks of the demo world: two months drawn in each street, and one draw by hand in a community. What was drawn a
month ago was looked at then, in a month that is closed; the rest yesterday.

What a draw takes nobody can foresee. So what disagrees is the one point of somebody who recorded no other: that is
always drawn, and the same day gives the same reports.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from sqlalchemy import select

from propman import clock
from propman.demo.acts import Hands
from propman.demo.world import World
from propman.spotchecks import operations, queries
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.operations import Looked
from propman.spotchecks.rules import Kind, Outcome

WHERE = "jiayuan"
WHY = "居民反映楼道巡查走过场，抽一次看看。"
FOUND = "单元门前路面有坑，盖着雪；记录写的是平整。"
LOCKED = "单元门锁着，按门铃没人应。"
OPENED = 1  # report
SOON = timedelta(days=6, hours=14)  # after it was drawn, in the afternoon
LEFT = 3  # of what is drawn, every third waits, some of it past its day


def look_again(hands: Hands, world: World) -> None:
    """Draw, and let the street offices end some of what was drawn. Flushes."""
    session, official = hands.session, hands.cast.official(world.communities[WHERE].place)
    this = clock.month_of(_at(world, 1))
    for month in ((this - timedelta(days=1)).replace(day=1), this):
        while operations.draw_next(session, now=clock.at_local(month, time(1))):
            pass
    now = _at(world, 2)
    operations.draw_by_hand(session, community_id=world.communities[WHERE].place.id, reason=WHY, now=now,
                            viewer=hands.cast.viewer(official.user_id, now))  # fmt: skip
    for draw in session.scalars(select(SpotDraw).order_by(SpotDraw.id)).all():
        looked_at = min(draw.drawn_at + SOON, _at(world, 1)) if draw.month is not None else _at(world, 1)
        _end(hands, world, queries.of_draw(session, draw), looked_at)


def _end(hands: Hands, world: World, checks: Sequence[SpotCheck], at: datetime) -> None:
    """Most of them agreed; one door was locked. The last day: the building head was wrong."""
    head = hands.cast.post("grid_worker").user_id
    for number, check in enumerate(checks, start=1):
        if check.kind is Kind.POINT and check.person_id == head:
            _look(hands, check, Looked(Outcome.DISAGREED, FOUND), _at(world, 1))
        elif number % LEFT:
            locked = number == LEFT + 1
            looked = Looked(Outcome.NOT_CHECKED, LOCKED) if locked else Looked(Outcome.AGREED)
            _look(hands, check, looked, at)


def _look(hands: Hands, check: SpotCheck, looked: Looked, now: datetime) -> None:
    """Somebody of the street office looks again, or an official; nobody where all of them had a hand in it."""
    session, community = hands.session, check.community
    people = [*queries.checkers(session, community, clock.local_date(now)), hands.cast.official(community).user_id]
    viewers = (hands.cast.viewer(person, now) for person in people)
    found = next((viewer for viewer in viewers if check.id in queries.mine(session, viewer, [check])), None)
    if found is not None:
        operations.end_check(session, check_id=check.id, looked=looked, viewer=found, store=hands.store, now=now)


def _at(world: World, days_before: int) -> datetime:
    return clock.at_local(world.day(days_before), time(15))
