"""When each thing was in plans of a schedule; and what follows where each visit is counted from the one before (lifts).

Of each thing one is open then, in whichever plan it is. A thing can leave a plan and join another of the same schedule
while what was due before is open still. So what follows is asked of the thing, not of its stay in one plan: else each
stay would begin to count anew, and a lift that leaves and joins again on the eve of each visit would never be seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from propman.inspections.models import Counts, Duty, Plan, PlanVersion, Target
from propman.inspections.queries.candidates import key_of
from propman.inspections.queries.plans import terms_of
from propman.inspections.queries.wanted import last_version
from propman.inspections.terms import Due, Term, chained

_DAY = timedelta(days=1)

Versions = Mapping[int, Sequence[PlanVersion]]
"""By plan, the oldest first."""


@dataclass(frozen=True)
class Chain:
    """Of one thing: its `stays` in plans, one after the other; the day of the last work, or the due day of what nobody
    did; the due days that have their end; and whether one is open.
    """

    stays: Sequence[Target] = ()
    last_end: date | None = None
    ended: frozenset[date] = frozenset()
    waits: bool = False

    def following(self, versions: Versions, anchor: date, more: Sequence[Term] = ()) -> Iterator[Due]:
        """What follows by `versions` of the plans, then by `more`, as if each is done on its day; where nothing has its
        end yet it is counted from `anchor`, or from when the first stay is.
        """
        counted = self.last_end or (self.stays[0].anchor_on if self.stays else anchor)
        terms = [replace(term, stay=stay.id) for stay in self.stays
                 for term in terms_of(versions[stay.plan_id], counted, stay.ends_on, stay.starts_on)]  # fmt: skip
        terms += [term.counted_from(counted) for term in more]
        begun = min((term.schedule.first_on for term in terms if term.schedule), default=counted)
        return chained(terms, self.last_end + _DAY if self.last_end else max(counted, begun), self.ended)

    def stay_of(self, due: Due) -> Target | None:
        """The stay in which something is `due`; None where it is by what was said besides."""
        return next((stay for stay in self.stays if stay.id == due.term.stay), None)


def chains(session: Session, template: str, schedule: str, things: Sequence[Any]) -> Mapping[str, Chain]:
    """Of each of `things`, that have a place and a part, its chain by a schedule, by `Candidate.key`; two queries."""
    found = stays(session, template, schedule, things, Target.plan_id.in_(_chained()))
    ids = [target.id for several in found.values() for target in several]
    rows = defaultdict[int, list[Any]](list)
    for row in session.execute(
        select(Duty.target_id, Duty.due_on, Duty.done_on, Duty.ended_as)
        .where(Duty.target_id.in_(ids), Duty.superseded_by.is_(None))
    ):  # fmt: skip
        rows[row.target_id].append(row)
    return {key: _chain(several, [row for target in several for row in rows[target.id]])
            for key, several in found.items()}  # fmt: skip


def chained_plans(session: Session, plan_ids: Collection[int]) -> frozenset[int]:
    """Of some plans those that count from completion, by their ids."""
    return frozenset(session.scalars(_chained().where(PlanVersion.plan_id.in_(plan_ids))))


def _chained() -> Select[int]:
    return select(PlanVersion.plan_id).join(Plan, last_version()).where(PlanVersion.counts == Counts.COMPLETION)


def stays(
    session: Session, template: str, schedule: str, things: Sequence[Any], *conditions: ColumnElement[bool]
) -> Mapping[str, Sequence[Target]]:
    """When each of `things`, that have a place and a part, was in plans of a schedule, one after the other, however
    short; by `Candidate.key`.
    """
    keys, found = {key_of(one.place_id, one.asset_id) for one in things}, defaultdict[str, list[Target]](list)
    query = stays_of(template, schedule, things).where(*conditions).order_by(Target.starts_on, Target.id)
    for target in session.scalars(query):
        if (key := key_of(target.place_id, target.asset_id)) in keys:
            found[key].append(target)
    return found


def stays_of(template: str, schedule: str, things: Sequence[Any]) -> Select[Target]:
    """The targets about the place or part of one of `things` in plans of one schedule; each of some length."""
    places, parts = {one.place_id for one in things}, {one.asset_id for one in things}
    return (
        select(Target)
        .join(Plan, Plan.id == Target.plan_id)
        .where(
            Plan.template == template, Plan.schedule == schedule,
            or_(Target.ends_on.is_(None), Target.ends_on > Target.starts_on),
            or_(Target.place_id.in_(places) & Target.asset_id.is_(None), Target.asset_id.in_(parts - {None})),
        )
    )  # fmt: skip


def _chain(stays: Sequence[Target], rows: Sequence[Any]) -> Chain:
    ended = [row for row in rows if row.ended_as is not None]
    last_end = max((row.done_on or row.due_on for row in ended), default=None)
    return Chain(stays, last_end, frozenset(row.due_on for row in ended), len(ended) < len(rows))
