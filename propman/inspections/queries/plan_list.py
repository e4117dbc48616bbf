"""Lists of plans, and what a community has of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.assets.models import Asset
from propman.audit.models import Change
from propman.communities.models import Place
from propman.db import ID_LIMIT
from propman.inspections.models import Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.queries.keeping import visible_to
from propman.inspections.queries.plans import (
    announced,
    asks_for_less,
    left_of,
    stops,
    taken_back,
    taken_out,
    version_on,
    versions_of,
)
from propman.inspections.queries.wanted import last_version, there
from propman.inspections.recurrence import Before, read
from propman.roles import Viewer

PAGE = 40
Here = aliased(Place)  # the community of a plan, beside those within reach
Begun = aliased(PlanVersion)  # beside its last one
WEEK = timedelta(days=7)


class Less(StrEnum):
    """How a plan can do less than its template asks for, by an act of somebody."""

    SHORT = "short"  # it runs and says less
    STOPPED = "stopped"  # it is paused or ended, or less is in it than was


@dataclass(frozen=True)
class Listed:
    """A plan with the version that holds, those of which is `told`: that are announced, or by which it does less; how
    much it is about, the first day on which something is due, and whether there `waits` more to join until its day is
    near. `left` is what was taken out of it in the week that is asked for.
    """

    plan: Plan
    version: PlanVersion
    left: Sequence[Change]
    told: Sequence[PlanVersion]
    targets: int
    next_on: date | None
    waits: bool


def plans(
    session: Session, viewer: Viewer, on: date, *, text: str = "", pace: Pace | None = None,
    template: str | None = None, less: Less | None = None, week: date | None = None, after: int | None = None,
) -> tuple[Sequence[Listed], int | None]:  # fmt: skip
    """Plans that `viewer` sees, by community and template, page by page, and the id to ask behind; those that do
    `less`, now or from a later day on; of which something was said in the `week` from that day on, by which they did.
    """
    query = _seen(viewer, on, text).where(*([] if pace is None else [_holds(on, Begun.pace, Pace.RUNS) == pace]))
    if week is not None:
        query = query.where(_said(week, less))
    elif less is not None:
        query = query.where(_does_less(less, on))
    if template is not None:
        query = query.where(Plan.template == template)
    order = (Here.sort_key, Plan.community_id, Plan.template, Plan.schedule, Plan.id)
    if after is not None and 0 < after < ID_LIMIT:
        last = select(*order).join(Here, Here.id == Plan.community_id).where(Plan.id == after)
        query = query.where(tuple_(*order) > last.scalar_subquery())
    rows = session.execute(query.order_by(*order).limit(PAGE + 1)).all()
    found, ids = rows[:PAGE], [plan.id for plan, _version in rows[:PAGE]]
    versions = versions_of(session, ids, joinedload(PlanVersion.actor), joinedload(PlanVersion.reason))
    holds = [(plan, version_on(versions[plan.id], on)) for plan, _last in found]
    there, before = _targets(session, ids), _before_warranties(session, holds, on)
    following = before | next_days(session, ids)
    left = left_of(session, ids, *_span(week)) if week is not None else {}
    listed = [
        Listed(plan, version, left.get(plan.id, ()), _told(versions[plan.id], version, on, week), there[plan.id],
               following.get(plan.id), plan.id in before)
        for plan, version in holds
    ]  # fmt: skip
    return listed, ids[-1] if len(rows) > PAGE else None


def _said(week: date, less: Less | None) -> ColumnElement[bool]:
    """That a plan was made or changed in the week from the day `week` on, so that it does `less` where that is named.
    It counts also where it was changed since.
    """
    which = [] if less is None else [stops(Begun) if less is Less.STOPPED else asks_for_less(Begun)]
    begins, ends = _span(week)
    said = Plan.id.in_(select(Begun.plan_id).where(Begun.at >= begins, Begun.at < ends, *which))
    return or_(said, Plan.id.in_(taken_out(begins, ends))) if less is not Less.SHORT else said


def _does_less(less: Less, on: date) -> ColumnElement[bool]:
    """That a plan does `less` on the day `on`, or will. One that says less does so until its end has come."""
    if less is Less.STOPPED:
        later = select(Begun.plan_id).where(stops(Begun), Begun.first_on > on)
        return or_(Plan.id.in_(later), _holds(on, Begun.pace, Pace.RUNS) != Pace.RUNS)
    ever = select(Begun.plan_id).where(Begun.falls_short)
    says_so = or_(PlanVersion.falls_short, _holds(on, Begun.falls_short, false()))
    return and_(Plan.id.in_(ever), says_so, or_(PlanVersion.pace != Pace.ENDED, PlanVersion.first_on > on))


def _told(
    versions: Sequence[PlanVersion], holds: PlanVersion, on: date, week: date | None
) -> Sequence[PlanVersion]:  # fmt: skip
    """Of `versions` those that are announced, and by which the plan does less: now or, where a week is named, then."""
    gone = taken_back(versions)
    said = [one for one in versions if week and one.number not in gone and _in(week, one)]
    less = [one for one in (holds, *said) if one.pace is not Pace.RUNS or one.falls_short]
    later = [one for one in announced(versions, on) if one is not holds]
    return sorted({one.number: one for one in (*less, *later)}.values(), key=lambda one: one.number)


def _in(week: date, version: PlanVersion) -> bool:
    begins, ends = _span(week)
    return begins <= version.at < ends


def _span(week: date) -> tuple[datetime, datetime]:
    """When the week from the day `week` on begins and ends."""
    return clock.at_local(week), clock.at_local(week + WEEK)


def next_days(session: Session, plan_ids: Sequence[int]) -> dict[int, date | None]:
    """By plan the first day on which something is due: of what is laid and open, else of what is not laid yet."""
    query = select(Target.plan_id, func.min(Target.next_on)).where(Target.plan_id.in_(plan_ids))
    beyond = query.where(Target.next_on.is_not(None)).group_by(Target.plan_id)
    laid = select(Target.plan_id, func.min(Duty.due_on)).join(Duty.target).where(
        Target.plan_id.in_(plan_ids), Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    return dict(session.execute(beyond).all()) | dict(session.execute(laid.group_by(Target.plan_id)).all())


def _holds(on: date, what: Any, before: Any) -> ColumnElement[Any]:
    """What the last version of a plan says that has begun on the day `on`; `before` where none has."""
    begun = select(what).where(Begun.plan_id == Plan.id, Begun.first_on <= on).order_by(Begun.number.desc())
    return func.coalesce(begun.limit(1).scalar_subquery(), before)


def _before_warranties(
    session: Session, found: Sequence[tuple[Plan, PlanVersion]], on: date
) -> dict[int, date | None]:  # fmt: skip
    """By plan the first day before the end of a warranty, also where that is beyond what is laid."""
    rules = {plan.id: read(holds.rule) for plan, holds in found if plan.whole and holds.pace is Pace.RUNS}
    before = {plan_id: rule.number for plan_id, rule in rules.items() if isinstance(rule, Before)}
    following: dict[int, date | None] = {}
    for days in set(before.values()):
        ids = [plan_id for plan_id, number in before.items() if number == days]
        query = select(Plan.id, func.min(Asset.warranty_last_on)).join(Asset, Asset.community_id == Plan.community_id)
        query = query.where(Plan.id.in_(ids), Asset.warranty_last_on >= on + timedelta(days=days), there(on))
        for plan_id, last_on in session.execute(query.group_by(Plan.id)):
            following[plan_id] = last_on - timedelta(days=days) if last_on else None
    return following


def going_on_in(session: Session, community_id: int) -> dict[tuple[str, str], int]:
    """By template and schedule the latest plan of a community that is not ended, by its id."""
    query = select(Plan.template, Plan.schedule, Plan.id).join(PlanVersion, last_version()).order_by(Plan.id)
    found = session.execute(query.where(Plan.community_id == community_id, PlanVersion.pace != Pace.ENDED))
    return {(template, schedule): plan_id for template, schedule, plan_id in found}


def parts_by_type(session: Session, community_id: int, on: date) -> Counter[str]:
    """How many parts of each type there are in a community."""
    query = select(Asset.type_code, func.count()).where(Asset.community_id == community_id, there(on))
    return Counter(dict(session.execute(query.group_by(Asset.type_code)).all()))


def named(text: str, place: type[Place] = Place) -> list[ColumnElement[bool]]:
    """That a place has `text` in its name, where there is one."""
    return [place.name.contains(text.strip(), autoescape=True)] if text.strip() else []


def _seen(viewer: Viewer, on: date, text: str) -> Select[Plan, PlanVersion]:
    query = select(Plan, PlanVersion).join(PlanVersion, last_version()).join(Here, Here.id == Plan.community_id)
    whole = joinedload(Plan.community).joinedload(Place.parent)
    return query.where(visible_to(viewer, on), *named(text, Here)).options(whole)


def _targets(session: Session, plan_ids: Sequence[int]) -> Counter[int]:
    query = select(Target.plan_id, func.count()).where(Target.plan_id.in_(plan_ids), Target.ends_on.is_(None))
    return Counter(dict(session.execute(query.group_by(Target.plan_id)).all()))
