"""By which plans a part is inspected, from which day each counts, and whether that is about to move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager

from propman.assets.models import Asset
from propman.inspections.models import Counts, Duty, Pace, Plan, Target
from propman.inspections.queries.keeping import SEE, visible_to
from propman.inspections.queries.plans import version_on, versions_of
from propman.inspections.queries.wanted import ANCHORED, anchor_of
from propman.projects.models import WorkItem
from propman.roles import Viewer


@dataclass(frozen=True)
class InPlan:
    """A part in a plan by `target`; `on` is its first day that is due. Up to the first day of `target`, where that is
    yet to come, it is counted by `before`; `anew` is the day from which the register says it is counted, where that is
    another: the job is still to move what is due.
    """

    plan: Plan
    counts: Counts
    target: Target
    before: Target | None
    on: date | None
    anew: date | None


def plans_of(session: Session, viewer: Viewer, part: Asset, today: date) -> Sequence[InPlan]:
    """The plans that inspect `part` today or later, as far as `viewer` sees them."""
    if not viewer.may(SEE):
        return ()
    query = select(Target).join(Target.plan).where(
        Target.asset_id == part.id, Target.lasts_beyond(today), visible_to(viewer, today)
    )  # fmt: skip
    found: dict[int, list[Target]] = {}
    for target in session.scalars(query.options(contains_eager(Target.plan)).order_by(Plan.template, Target.id)):
        found.setdefault(target.plan_id, []).append(target)
    told, due = versions_of(session, found.keys()), _due(session, part)
    holds = {one: version_on(versions, today) for one, versions in told.items()}
    anchors = _anchors(session, part, {version.counts for version in holds.values()})
    return [
        InPlan(of[-1].plan, holds[one].counts, of[-1], next((each for each in of[:-1] if _held(each, today)), None),
               due.get(one, of[-1].next_on), _other(anchors.get(holds[one].counts), of[-1]))
        for one, of in found.items() if holds[one].pace is not Pace.ENDED
    ]  # fmt: skip


def _held(target: Target, today: date) -> bool:
    return target.starts_on <= today


def _other(anchor: date | None, target: Target) -> date | None:
    return anchor if target.ends_on is None and anchor != target.anchor_on else None


def _due(session: Session, part: Asset) -> dict[int, date]:
    """By plan the first day on which something of `part` is due and open."""
    query = select(Target.plan_id, func.min(Duty.due_on)).join(Duty.target).where(
        Target.asset_id == part.id, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    return dict(session.execute(query.group_by(Target.plan_id)).all())


def _anchors(session: Session, part: Asset, counts: set[Counts]) -> dict[Counts, date | None]:
    """From which day `part` is counted as the register stands, by each of `counts` that asks the part itself."""
    asked = sorted(counts & ANCHORED)
    if not asked:
        return {}
    query = select(*(anchor_of(one) for one in asked)).select_from(Asset).outerjoin(WorkItem, Asset.work_item)
    return dict(zip(asked, session.execute(query.where(Asset.id == part.id)).one(), strict=True))
