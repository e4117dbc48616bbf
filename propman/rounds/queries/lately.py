"""When a place or a part was inspected last, and with what result: what everybody may know, and no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, and_, or_, select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Place
from propman.db import written
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.schedule import End
from propman.rounds.judging import Result, together
from propman.rounds.models import RoundPoint


@dataclass(frozen=True)
class Last:
    """Of one template: the day of the last inspection, if there was any; what was found then, None where that was not
    recorded; and the due day of one that was missed since.
    """

    template: str
    done_on: date | None
    found: Result | None
    missed_on: date | None


def last_at(session: Session, place: Place) -> Sequence[Last]:
    """Of a place, of what lies in it and of what it lies in, what was done last on top; two queries at most."""
    under = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    here = or_(Target.place_id.in_(place.line_ids), Target.place_id.in_(under))
    community_id = place.community_line_ids[0]
    return _last(session, Plan.community_id == community_id, here, Target.asset_id.is_(None))


def last_of(session: Session, asset_id: int) -> Sequence[Last]:
    """Of a part with duties of its own."""
    return _last(session, Target.asset_id == asset_id)


def _last(session: Session, *conditions: ColumnElement[bool]) -> Sequence[Last]:
    done = aliased(Duty)
    query = (
        select(Plan.template, done.id, done.done_on, done.due_on, _latest(End.MISSED).label("missed_on"))
        .select_from(Target)
        .join(Plan, Plan.id == Target.plan_id)
        .outerjoin(done, and_(done.target_id == Target.id, done.due_on == _latest(End.DONE, End.LATE), *_by_rule(done)))
        .where(*conditions)
    )
    found: dict[str, Any] = {}
    missed: dict[str, date] = {}
    for row in session.execute(query):
        if row.missed_on is not None and row.missed_on > (row.due_on or date.min):
            missed[row.template] = max(row.missed_on, missed.get(row.template, date.min))
        before = found.get(row.template)
        if row.done_on is not None and (before is None or row.done_on > before.done_on):
            found[row.template] = row
    results = results_of(session, [row.id for row in found.values()])
    told = [
        Last(template, row.done_on if row else None, results.get(row.id) if row else None, missed.get(template))
        for template in found.keys() | missed.keys()
        for row in [found.get(template)]
    ]
    return sorted(told, key=lambda last: (last.done_on or date.min, last.template), reverse=True)


def _by_rule(duty: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions of `uq_duty_due`, by which the duties of a target are found."""
    return duty.superseded_by.is_(None), duty.occasion_id.is_(None)


def _latest(*ends: End) -> ScalarSelect[Any]:
    """The due day of the last duty of a target that ended so."""
    duty = aliased(Duty)
    query = select(duty.due_on).where(duty.target_id == Target.id, *_by_rule(duty), duty.ended_as.in_(written(*ends)))
    return query.order_by(duty.due_on.desc()).limit(1).correlate(Target).scalar_subquery()


def results_of(session: Session, duty_ids: Sequence[int]) -> dict[int, Result]:
    """What all points of each of these duties say together, of those at which anything was looked at; one query."""
    query: Any = select(RoundPoint.duty_id, RoundPoint.result).distinct().where(
        RoundPoint.duty_id.in_(duty_ids), RoundPoint.result.in_(written(Result.PASS, Result.FAIL))
    )  # fmt: skip
    found: dict[int, set[Result]] = defaultdict(set)
    for duty_id, result in session.execute(query):
        found[duty_id].add(result)
    return {duty_id: together(results) for duty_id, results in found.items()}
