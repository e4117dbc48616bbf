"""Parts of the demo world that have duties of their own, and what was made up for of all that was missed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from propman import clock
from propman.assets.models import Asset
from propman.communities.models import Place
from propman.demo.acts import Hands
from propman.demo.world import World
from propman.inspections import operations, queries
from propman.inspections.models import Duty, Target
from propman.inspections.operations import Aim, Terms
from propman.inspections.schedule import End

WHERE = "jiayuan"
FIRST = 300  # days ago
TO_MAKE_UP = timedelta(days=6)
LEFT_UNDONE = 5  # of the inspections of parts every fifth is missed
MADE_UP = "已补检，情况正常。"


def look_at_parts(hands: Hands, world: World) -> None:
    """Parts of a community are looked at, and its ramps and rails; some of what was missed is made up for. Flushes."""
    session, community = hands.session, world.communities[WHERE].place
    query = select(Asset).where(Asset.community_id == community.id, Asset.removed_on.is_(None)).order_by(Asset.id)
    parts = session.scalars(query.limit(2)).all()
    first_on = world.day(FIRST)
    plans = [
        _plan(hands, community, "T12", "main", Terms("FREQ=MONTHLY;INTERVAL=2", first_on),
              [Aim(part.place_id, first_on, part.id) for part in parts]),
        _plan(hands, community, "T22", "month", Terms("FREQ=MONTHLY", first_on), [Aim(community.id, first_on)]),
    ]  # fmt: skip
    while operations.lay_due(session, now=_at(world.anchor)):
        pass
    mine = select(Duty).join(Duty.target).where(Target.plan_id.in_(plans), Duty.due_on < world.anchor)
    worker = hands.cast.post("worker").user_id
    due = session.scalars(mine.order_by(Duty.due_on, Duty.id)).all()
    undone = due[LEFT_UNDONE - 1 :: LEFT_UNDONE]
    for duty in due:
        if duty not in undone:
            operations.end(session, duty_id=duty.id, done_on=duty.due_on, actor_id=worker, now=_at(duty.due_on))
    for duty in undone:
        operations.end_missed(session, now=_at(min(duty.cut_off_on + timedelta(days=1), world.anchor)))
    _make_up(hands, world)


def _plan(hands: Hands, community: Place, template: str, schedule: str, terms: Terms, aims: list[Aim]) -> int:
    return operations.make_plan(
        hands.session, community_id=community.id, template=template, schedule_code=schedule, terms=terms, aims=aims,
        actor_id=hands.cast.administrator_id, now=_at(terms.first_on),
    ).id  # fmt: skip


def _make_up(hands: Hands, world: World) -> None:
    """Every second one of what was missed and nobody made up for, some days after its cut-off."""
    missed = (Duty.ended_as == End.MISSED, Duty.occasion_id.is_(None), ~queries.MADE_UP)
    worker = hands.cast.post("worker").user_id
    for duty in hands.session.scalars(select(Duty).where(*missed).order_by(Duty.id)).all()[::2]:
        on = duty.cut_off_on + TO_MAKE_UP
        if on < world.anchor:
            operations.make_up(hands.session, duty_id=duty.id, actor_id=worker, note=MADE_UP, now=_at(on))


def _at(day: date) -> datetime:
    return clock.at_local(day, time(16))
