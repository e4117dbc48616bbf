"""A year of inspections in the demo world: done, late, missed, excused, and what comes next."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import select

from propman import clock
from propman.communities.queries import responsible_on
from propman.demo.acts import Hands
from propman.demo.plans import follow, later, plan_inspections
from propman.demo.world import World
from propman.inspections import operations
from propman.inspections.models import Duty
from propman.inspections.schedule import End
from propman.roles import GRANTS, Permission

PLANNED = 400  # days ago
WEEK = timedelta(days=7)
DONE, LATE, MISSED, EXCUSED = 86, 6, 6, 2  # of a hundred
ASKS = GRANTS[Permission.ASK_EXCUSES]
WHY = "停电检修，当周无法检查，已改由下周一并检查。"


def inspect_for_a_year(hands: Hands, world: World) -> None:
    """Plan, and live through the weeks up to the anchor day. Flushes."""
    rng, day = Random(f"inspections {world.anchor}"), world.day(PLANNED)
    plan_inspections(hands, world, day, _at(day))
    to_come = later(hands, world)
    while day < world.anchor:
        day = min(day + WEEK, world.anchor)
        follow(hands, _at(day))
        for _on, act in (one for one in to_come if one[0] <= day):
            act(_at(day))
        to_come = [one for one in to_come if one[0] > day]
        _live_through(hands, rng, day)


def _live_through(hands: Hands, rng: Random, day: date) -> None:
    """What the jobs lay up to `day`, and what people did of what was due before it."""
    now = _at(day)
    while operations.lay_due(hands.session, now=now):
        pass
    open_ones = select(Duty).where(Duty.ended_as.is_(None), Duty.superseded_by.is_(None), Duty.due_on < day - WEEK / 2)
    for duty in hands.session.scalars(open_ones.order_by(Duty.due_on, Duty.id)).all():
        _end(hands, rng, duty, day)
    while operations.end_missed(hands.session, now=now):
        pass


def _end(hands: Hands, rng: Random, duty: Duty, day: date) -> None:
    worker = hands.cast.post("worker").user_id
    [how] = rng.choices([End.DONE, End.LATE, None, End.EXCUSED], [DONE, LATE, MISSED, EXCUSED])
    if how is End.EXCUSED:
        _excuse(hands, duty, _at(duty.due_on))
    elif how is not None:
        done_on = duty.due_on if how is End.DONE else min(duty.closes_on + timedelta(days=1), duty.cut_off_on)
        done_on = min(done_on, day)
        operations.end(hands.session, duty_id=duty.id, done_on=done_on, actor_id=worker, now=_at(done_on))


def _excuse(hands: Hands, duty: Duty, now: datetime) -> None:
    """Asked by whoever is in charge, granted by the bureau of the district."""
    there = responsible_on(hands.session, duty.community_id, clock.local_date(now))
    asks = next((one for one in hands.cast.posts if one.role in ASKS and one.organisation_id == there.id
                 and one.held_on(clock.local_date(now))), None)  # fmt: skip
    if asks is None:
        return  # nobody was there to ask: it is missed
    asked = operations.ask_excuse(hands.session, duty_id=duty.id, viewer=hands.cast.viewer(asks.user_id, now),
                                  reason=WHY, now=now)  # fmt: skip
    official = hands.cast.viewer(hands.cast.official(duty.community).user_id, now)
    operations.grant_excuse(hands.session, excuse_id=asked.id, viewer=official, words=None, now=now)


def _at(day: date) -> datetime:
    return clock.at_local(day, time(16))
