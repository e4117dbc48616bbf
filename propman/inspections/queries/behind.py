"""Which plans are behind the register or their template, so that a job brings them in line: asked by state, at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionSchedule
from propman.catalogue.queries import inspection_schedules, versions
from propman.data.inspections import CountsFrom
from propman.inspections.models import Pace, Plan, PlanVersion, Target
from propman.inspections.queries.heated import in_season, named_season, without_one
from propman.inspections.queries.wanted import ANCHORED, Likeness, last_version, likenesses, wanted
from propman.inspections.schedule import Season

_DAY = timedelta(days=1)
SAID = ("rule", "counts", "on_holidays", "season_starts", "season_ends", "tolerance", "early", "greatest_gap")
"""What a version says of time."""


def behind(session: Session, today: date, *, most: int) -> Sequence[int]:
    """The ids of plans, `most` of them for each reason, whose targets or terms are not what they should be."""
    found = dict.fromkeys(_behind_the_template(session, today, most))
    for like in likenesses(session):
        found |= dict.fromkeys(_behind_the_register(session, like, today, most))
    return list(found)


def said_by(row: InspectionSchedule, season: Season | None) -> tuple[Any, ...]:
    """What the schedule of a template says of time at a place, where it means this season; in the order of `SAID`."""
    starts, ends = (season.starts, season.ends) if season else (None, None)
    return (row.rule, row.counts_from, row.on_holidays, starts, ends, row.tolerance, row.early, row.greatest_gap)


def follows(version: PlanVersion, row: InspectionSchedule | None, season: Season | None) -> bool:
    """Whether a plan whose last version is this one takes over what `row` says and means there by `season`: it is to,
    that is something else, and the plan can. From completion to another day none can.
    """
    if row is None or not version.by_template or version.pace is not Pace.RUNS:
        return False
    return said_by(row, season) != tuple(getattr(version, name) for name in SAID) and _can(version.counts, row)


def schedule_row(session: Session, template: str, code: str, on: date) -> InspectionSchedule | None:
    """The schedule of a template in force on `on`, or None."""
    return next((row for row in inspection_schedules(session, on).get(template, ()) if row.code == code), None)


def rows_to_come(session: Session, template: str, code: str, since: date) -> Sequence[InspectionSchedule]:
    """What the library says of a schedule from later days on than `since`, the next one first."""
    of = (InspectionSchedule.template == template) & (InspectionSchedule.code == code)
    return [row for row in reversed(versions(session, InspectionSchedule, of)) if row.valid_from > since]


def _can(counts: CountsFrom, row: InspectionSchedule) -> bool:
    return CountsFrom.COMPLETION not in {counts, row.counts_from} or counts is row.counts_from


def _behind_the_template(session: Session, today: date, most: int) -> Iterator[int]:
    columns = [getattr(PlanVersion, name) for name in SAID]
    going_on = and_(PlanVersion.by_template, PlanVersion.pace == Pace.RUNS, PlanVersion.first_on <= today)
    kinds = select(Plan.template, Plan.schedule, *columns).join(PlanVersion, last_version()).where(going_on).distinct()
    in_seasons = dict[tuple[str, str, CountsFrom], InspectionSchedule]()
    for template, schedule, *said in session.execute(kinds).all():
        row, counts = schedule_row(session, template, schedule, today + _DAY), said[SAID.index("counts")]
        if row is None or not _can(counts, row):
            continue
        if row.in_heating_season:
            in_seasons[template, schedule, counts] = row
        elif said_by(row, named_season(row)) != tuple(said):
            same = [column.is_not_distinct_from(value) for column, value in zip(columns, said, strict=True)]
            query = select(Plan.id).join(PlanVersion, last_version()).where(
                going_on, Plan.template == template, Plan.schedule == schedule, *same
            )  # fmt: skip
            yield from session.scalars(query.order_by(Plan.id).limit(most))
    for (template, schedule, counts), row in in_seasons.items():
        same = [Plan.template == template, Plan.schedule == schedule, PlanVersion.counts == counts]
        query = select(Plan.id).join(PlanVersion, last_version()).join(Plan.community).where(
            going_on, *same, ~_said_there(session, row, today + _DAY)
        )  # fmt: skip
        yield from session.scalars(query.order_by(Plan.id).limit(most))


def _said_there(session: Session, row: InspectionSchedule, on: date) -> ColumnElement[bool]:
    """That a version, joined with the community of its plan, says what `row`, which keeps to heating seasons, does."""
    said = dict(zip(SAID, said_by(row, without_one(row)), strict=True))
    same = [getattr(PlanVersion, name).is_not_distinct_from(value) for name, value in said.items()
            if not name.startswith("season")]  # fmt: skip
    return and_(*same, in_season(session, row, on))


def _behind_the_register(session: Session, like: Likeness, today: date, most: int) -> Iterator[int]:
    if like.whole:
        joining = wanted(session, like, today, joining=True).subquery()
        plan_id, place, part, _anchor = joining.c
        there = select(Target.id).where(
            Target.plan_id == plan_id, thing(Target.asset_id, Target.place_id) == thing(part, place),
            Target.ends_on.is_(None),
        )  # fmt: skip
        yield from session.scalars(select(plan_id).where(~there.exists()).distinct().limit(most))
    query = wanted(session, like, today, joining=False)
    asked = (query if like.whole else query.add_columns(Target.id.label("target"))).subquery()
    plan_id, place, part, anchor = list(asked.c)[:4]
    same = [anchor == Target.anchor_on] if like.counts in ANCHORED else []
    of_it = (  # what was chosen is asked about by its own number: a plan's targets are not compared with each other
        [plan_id == Target.plan_id, thing(part, place) == thing(Target.asset_id, Target.place_id)]
        if like.whole else [asked.c.target == Target.id]
    )  # fmt: skip
    stays = select(plan_id).where(*of_it, place == Target.place_id, *same)
    leaving = (
        select(Target.plan_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(PlanVersion, last_version())
        .where(like.condition, Target.ends_on.is_(None), ~stays.exists())
    )
    yield from session.scalars(leaving.distinct().limit(most))


def thing(part: Any, place: Any) -> ColumnElement[int]:
    """A part, or a place, as one number."""
    return func.coalesce(part, -place)
