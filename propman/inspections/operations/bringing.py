"""What an event brings becomes rows: a duty for each of its communities and schedules, of a plan of its own.

The plan is made when the first event brings it, and says what the library said then; a later change of the library
makes a version of it. By its rule alone it lays nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.models import InspectionSchedule
from propman.db import insert_absent
from propman.inspections.models import Counts, Duty, Occasion, OccasionPlace, Pace, Plan, PlanVersion, Target
from propman.inspections.queries import occasions as queries
from propman.inspections.queries import versions_of
from propman.inspections.recurrence import read
from propman.inspections.schedule import OnHolidays
from propman.inspections.upon import TEMPLATES, task

Key = tuple[int, str]
"""A community and the code of a schedule."""


def lay_upon(session: Session, *, occasion: Occasion, actor_id: int | None, now: datetime) -> int:
    """Lay what `occasion`, which is held, brings and has a day by now; how many are new. Flushes."""
    rows = {row.code: row for row in queries.schedules(session, occasion.kind, clock.local_date(now))
            if row.code in occasion.codes and occasion.days.deadline(read(row.rule)) is not None}  # fmt: skip
    places = select(OccasionPlace.community_id).where(OccasionPlace.occasion_id == occasion.id)
    communities = session.scalars(places.order_by(OccasionPlace.community_id)).all()
    brought = session.execute(
        select(Plan.community_id, Plan.schedule).join(Target, Target.plan_id == Plan.id)
        .join(Duty, Duty.target_id == Target.id).where(Duty.occasion_id == occasion.id, Duty.superseded_by.is_(None))
    )  # fmt: skip
    there = {(one, task(code)) for one, code in brought}  # also of the class that it was thought to be, where it ended
    wanted = [(one, code) for one in communities for code in rows if (one, task(code)) not in there]
    plans = _plans(session, occasion, wanted, rows, actor_id, now)
    return insert_absent(session, Duty, [
        {"target_id": target_id, "plan_version": number, "community_id": key[0], "skips": False,
         "occasion_id": occasion.id, **_days(occasion, rows[key[1]])}
        for key, (target_id, number) in plans.items()
    ])  # fmt: skip


def _days(occasion: Occasion, row: InspectionSchedule) -> dict[str, date]:
    rule = read(row.rule)
    due_on = occasion.days.deadline(rule) or occasion.starts_on
    window = occasion.days.window(rule, due_on)
    return {"due_on": due_on, "do_on": due_on, "opens_on": window.opens_on, "closes_on": window.closes_on,
            "cut_off_on": window.cut_off_on}  # fmt: skip


def _plans(
    session: Session, occasion: Occasion, wanted: Sequence[Key], rows: Mapping[str, InspectionSchedule],
    actor_id: int | None, now: datetime,
) -> dict[Key, tuple[int, int]]:  # fmt: skip
    """The target and the last version of the plan for each key; what is not there yet is made."""
    template = TEMPLATES[occasion.kind]
    query = select(Plan, Target.id).join(Target, Target.plan_id == Plan.id).where(
        Plan.template == template, Plan.schedule.in_(rows), Plan.community_id.in_({one for one, _code in wanted}),
        Target.place_id == Plan.community_id, Target.asset_id.is_(None), Target.ends_on.is_(None),
    )  # fmt: skip
    known = {(plan.community_id, plan.schedule): (plan, target_id) for plan, target_id in session.execute(query)}
    new = [Plan(template=template, schedule=code, community_id=one, version=1, counted_on=occasion.starts_on)
           for one, code in wanted
           if (one, code) not in known]  # fmt: skip
    session.add_all(new)
    session.flush()
    targets = [Target(plan_id=plan.id, place_id=plan.community_id, anchor_on=occasion.starts_on,
                      starts_on=occasion.starts_on) for plan in new]  # fmt: skip
    session.add_all(targets)
    session.flush()
    known |= {(plan.community_id, plan.schedule): (plan, one.id) for plan, one in zip(new, targets, strict=True)}
    versions = versions_of(session, [known[key][0].id for key in wanted])
    for plan, row in ((known[key][0], rows[key[1]]) for key in wanted):
        said = versions.get(plan.id)
        if not said or said[-1].rule != row.rule:
            plan.version += 1 if said else 0
            session.add(_version(plan, row, occasion.starts_on, actor_id, now))
    session.flush()
    return {key: (known[key][1], known[key][0].version) for key in wanted}


def _version(plan: Plan, row: InspectionSchedule, first_on: date, actor_id: int | None, now: datetime) -> PlanVersion:
    return PlanVersion(
        plan_id=plan.id, number=plan.version, first_on=first_on, pace=Pace.RUNS, rule=row.rule, counts=Counts.EVENT,
        on_holidays=OnHolidays.AS_IS, tolerance=0, early=False, at=now, actor_id=actor_id,
    )  # fmt: skip
