"""What plans say, version by version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from datetime import date, datetime
from itertools import combinations, pairwise
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.interfaces import ORMOption

from propman.audit.models import Change
from propman.db import BigId
from propman.inspections.models import Pace, PlanVersion
from propman.inspections.queries.behind import SAID
from propman.inspections.terms import Term


def versions_of(
    session: Session, plan_ids: Collection[int], *options: ORMOption
) -> Mapping[int, Sequence[PlanVersion]]:  # fmt: skip
    """The versions of several plans, the oldest first, in one query, with what `options` load beside them."""
    found = defaultdict(list)
    query = select(PlanVersion).where(PlanVersion.plan_id.in_(plan_ids)).order_by(PlanVersion.number)
    for version in session.scalars(query.options(*options)):
        found[version.plan_id].append(version)
    return found


def version_on(versions: Sequence[PlanVersion], on: date) -> PlanVersion:
    """Of `versions` of a plan, the oldest first, the one that holds on `on`; where none has begun the first one."""
    return next((one for one in reversed(versions) if one.first_on <= on), versions[0])


def taken_back(versions: Sequence[PlanVersion]) -> Set[int]:
    """The numbers of the versions that never hold, as a later one begins no later."""
    return {before.number for before, after in combinations(versions, 2) if after.first_on <= before.first_on}


def stops(version: Any = PlanVersion) -> ColumnElement[bool]:
    """That a version pauses or ends its plan, and was not taken back before it began."""
    later = aliased(PlanVersion)
    instead = select(later.number).where(later.plan_id == version.plan_id, later.number > version.number,
                                         later.first_on <= version.first_on)  # fmt: skip
    return and_(version.pace != Pace.RUNS, ~instead.correlate(version).exists())


def taken_out(begins: datetime, ends: datetime) -> Select[int]:
    """The ids of plans of which somebody took something out from one moment up to another, as their history has it."""
    return select(cast(Change.subject_id, BigId)).where(_left(begins, ends))


def left_of(session: Session, plan_ids: Sequence[int], begins: datetime, ends: datetime) -> Mapping[int, list[Change]]:
    """By plan the lines of its history by which something was taken out of it meanwhile, in one query."""
    found: dict[int, list[Change]] = defaultdict(list)
    mine = Change.subject_id.in_([str(one) for one in plan_ids])
    for line in session.scalars(select(Change).where(_left(begins, ends), mine).order_by(Change.id)):
        found[int(line.subject_id)].append(line)
    return found


def _left(begins: datetime, ends: datetime) -> ColumnElement[bool]:
    left = Change.subject_kind == "inspection_plan", Change.field == "left"
    return and_(*left, Change.at >= begins, Change.at < ends)


def asks_for_less(version: Any = PlanVersion) -> ColumnElement[bool]:
    """That a version runs and says less than the template asks for."""
    return and_(version.falls_short, version.pace == Pace.RUNS)


def announced(versions: Sequence[PlanVersion], on: date) -> Sequence[PlanVersion]:
    """Of `versions` of a plan those that are to hold, begin after `on` and say something else than the one before, by
    their days.
    """
    gone = taken_back(versions)
    hold = [one for one in versions if one.number not in gone]
    anew = [after for before, after in pairwise(hold) if any(getattr(before, name) != getattr(after, name)
                                                             for name in ("pace", "by_template", *SAID))]  # fmt: skip
    return [one for one in (*hold[:1], *anew) if one.first_on > on]


def terms_of(
    versions: Sequence[PlanVersion], anchor: date, ends_on: date | None = None, starts_on: date | None = None
) -> list[Term]:
    """What `versions` of a plan, the oldest first, say of a target whose days are counted from `anchor`.

    A version holds up to the first day of the next one, and none before `starts_on` or beyond `ends_on`, where the
    target joins and leaves the plan.
    """
    found, last = [], ends_on
    for version in reversed(versions):
        runs = version.pace is Pace.RUNS and (last is None or version.first_on < last)
        schedule = version.schedule(anchor, last, starts_on) if runs else None
        found.append(Term(version.number, schedule, version.tolerance, version.early))
        last = version.first_on if last is None else min(version.first_on, last)
    return found[::-1]
