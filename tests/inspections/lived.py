"""Some weeks of inspections in the small world, in which a duty ends in every way."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.inspections import operations
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.operations import Aim, Terms
from tests.world import World, viewer

DAY = timedelta(days=1)
WEEKS = 7
WHY = "停电检修，当周无法检查。"


def live(session: Session, world: World, today: date, place: Place | None = None, *, asset_id: int | None = None,
         template: str = "T18") -> dict[str, int]:  # fmt: skip
    """Weekly duties of a place, by the names of how they ended; `open` are those of today and after. Flushes."""
    first, here = today - WEEKS * 7 * DAY, place or world.building
    community = world.community if here.path.startswith(world.community.path) else world.far_community
    plan = operations.make_plan(
        session, community_id=community.id, template=template, schedule_code="weekly", actor_id=None, now=noon(first),
        terms=Terms("FREQ=WEEKLY", first), aims=[Aim(here.id, first, asset_id)],
    )  # fmt: skip
    found = duties_of(session, plan)
    done, late, missed, made_up, excused, again, *_later = found
    near = community is world.community
    zhao, han = world.worker_zhao.id, world.manager_han if near else world.far_dispatcher
    clerk = world.clerk_jie if near else world.far_clerk
    for duty, on in ((done, done.due_on), (late, late.due_on + DAY), (again, again.due_on)):
        operations.end(session, duty_id=duty.id, done_on=on, actor_id=zhao, now=noon(on))
    at = noon(excused.due_on)
    asked = operations.ask_excuse(session, duty_id=excused.id, viewer=viewer(session, han, now=at), reason=WHY, now=at)
    operations.grant_excuse(session, excuse_id=asked.id, viewer=viewer(session, clerk, now=at), words=None, now=at)
    while operations.end_missed(session, now=noon(made_up.cut_off_on + DAY)):
        pass
    operations.make_up(
        session, duty_id=made_up.id, actor_id=zhao, note="已补检", now=noon(made_up.cut_off_on + 2 * DAY)
    )
    names = dict(zip(("done", "late", "missed", "made_up", "excused", "again", "overdue", "open"), found, strict=False))
    return {name: duty.id for name, duty in names.items()}


def duties_of(session: Session, plan: Plan) -> list[Duty]:
    """All duties of a plan, by due day."""
    query = select(Duty).join(Duty.target).where(Target.plan_id == plan.id)
    return list(session.scalars(query.order_by(Duty.due_on, Duty.id)))


def month_of(session: Session, duty_id: int) -> str:
    """In which month a duty is due, as addresses have it."""
    return session.get_one(Duty, duty_id).due_on.isoformat()[:7]


def noon(day: date) -> datetime:
    """Noon in Harbin."""
    return clock.at_local(day, time(12))
