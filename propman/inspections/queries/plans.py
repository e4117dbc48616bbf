"""What plans say, version by version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import Pace, PlanVersion
from propman.inspections.terms import Term


def versions_of(session: Session, plan_ids: Collection[int]) -> Mapping[int, Sequence[PlanVersion]]:
    """The versions of several plans, the oldest first, in one query."""
    found = defaultdict(list)
    query = select(PlanVersion).where(PlanVersion.plan_id.in_(plan_ids)).order_by(PlanVersion.number)
    for version in session.scalars(query):
        found[version.plan_id].append(version)
    return found


def version_on(versions: Sequence[PlanVersion], on: date) -> PlanVersion:
    """Of `versions` of a plan, the oldest first, the one that holds on `on`; where none has begun the first one."""
    return next((one for one in reversed(versions) if one.first_on <= on), versions[0])


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
