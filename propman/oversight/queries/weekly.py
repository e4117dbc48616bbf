"""What officials are told of a week: by community what was missed, done late, waits to be excused, is not cured, and
which plans were made to ask for less, were paused or ended, or lost something that they inspect.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import Membership, User
from propman.accounts.queries import active
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.inspections.models import Duty, Excuse, Plan, PlanVersion
from propman.inspections.queries.plans import asks_for_less, stops, taken_out
from propman.inspections.schedule import End
from propman.notify.models import Notice
from propman.oversight.queries import found
from propman.oversight.queries.selection import Selection
from propman.roles import Permission, Role, Viewer

LEFT = ("missed", "late", "excuses", "uncured", "short", "stopped")
"""What can be left of a week, in the order in which it is told."""
DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a week in one community."""

    place_id: int
    name: str
    counts: Mapping[str, int]


def left_of(session: Session, week: date) -> Mapping[int, Counter[str]]:
    """By community that has any: what ended in the week from the Monday `week` on as missed or late, the wishes to be
    excused of before its end that wait, what was found before that and is not cured, and the plans that were made in it
    to ask for less than their template, and those that were paused or ended, or of which something was taken
    out. Five statements.
    """
    begins, ends = clock.at_local(week), clock.at_local(week + DAYS)
    left: dict[int, Counter[str]] = defaultdict(Counter)
    ended = select(Duty.community_id, Duty.ended_as, func.count()).where(
        Duty.month.between(clock.month_of(begins), clock.month_of(ends)), Duty.ended_as.in_((End.MISSED, End.LATE)),
        Duty.ended_at >= begins, Duty.ended_at < ends,
    )  # fmt: skip
    for community_id, how, number in session.execute(ended.group_by(Duty.community_id, Duty.ended_as)):
        left[community_id][str(how)] = number
    waits = select(Duty.community_id, func.count()).join(Excuse, Excuse.duty_id == Duty.id).where(
        Excuse.decided_at.is_(None), Excuse.asked_at < ends, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    open_ones: Any = found.not_cured(Selection(week, week)).subquery().c
    uncured = select(open_ones.community_id, func.count()).where(open_ones.at < ends).group_by(open_ones.community_id)
    plans = select(Plan.community_id, func.count(Plan.id.distinct())).join(PlanVersion, PlanVersion.plan_id == Plan.id)
    plans = plans.where(PlanVersion.at >= begins, PlanVersion.at < ends).group_by(Plan.community_id)
    fewer = Plan.id.in_(select(PlanVersion.plan_id).where(PlanVersion.at >= begins, PlanVersion.at < ends, stops()))
    stopped = select(Plan.community_id, func.count()).where(or_(fewer, Plan.id.in_(taken_out(begins, ends))))
    stopped = stopped.group_by(Plan.community_id)
    for name, query in (("excuses", waits.group_by(Duty.community_id)), ("uncured", uncured),
                        ("short", plans.where(asks_for_less())), ("stopped", stopped)):  # fmt: skip
        for community_id, number in session.execute(query):
            left[community_id][name] = number
    return left


def left_for(session: Session, viewer: Viewer, week: date, on: date) -> Sequence[Left]:
    """What is left of a week in the communities whose figures `viewer` sees, where most was missed first."""
    left, within = left_of(session, week), reach(viewer, Permission.SEE_RATES, on)
    places = select(Place.id, Place.name).where(Place.id.in_(within.communities()))
    rows = [Left(row.id, row.name, left[row.id]) for row in session.execute(places.order_by(Place.sort_key, Place.id))
            if row.id in left]  # fmt: skip
    return sorted(rows, key=lambda row: [-row.counts[name] for name in LEFT])


def officials(session: Session, on: date) -> Mapping[int, Sequence[str]]:
    """The active officials of the day `on`, each with the paths of their areas."""
    query = select(User.id, Place.path).join(Membership, Membership.user_id == User.id).join(
        Place, Place.id == Membership.place_id
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    held = (Membership.role == Role.OFFICIAL, Membership.in_force(on), active())
    for person, path in session.execute(query.where(*held).order_by(User.id, Place.path)):
        found[person].append(path)
    return found


def told(session: Session, event_ref: str) -> set[int]:
    """Who was told of it."""
    return set(session.scalars(select(Notice.recipient_id).where(Notice.event_ref == event_ref)))


def paths(session: Session) -> Mapping[int, str]:
    """The paths of all communities by id."""
    return dict(session.execute(select(Place.id, Place.path).where(Place.kind == PlaceKind.COMMUNITY)).all())
