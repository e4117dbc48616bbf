"""What national law asks for and nobody planned: of parts that are there, of a whole community, of its buildings.

Whether the law speaks of a thing or of a place is what the template says it is about: a fire lane, a ramp, a lift are
kept by whoever has one, and where there is none nothing is asked; all fire systems are tested, and all drains dredged
before the flood season, in every community (Fire Protection Law Art 16; Urban Drainage Regulation Art 27).

A plan plans what it makes due in time: from today on no more days may pass than the template lets lie between two
inspections at most. What begins in a year, or comes round in two, would else say for as long that all is well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, or_, select, true, union_all
from sqlalchemy.orm import Session, aliased

from propman.assets.models import Asset
from propman.catalogue.models import InspectionSchedule, InspectionTemplate
from propman.catalogue.queries import inspection_schedules, inspection_templates
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.data.inspections import About, Grade
from propman.inspections.models import Counts, Duty, Pace, Plan, PlanVersion, Target
from propman.inspections.queries.heated import named_season
from propman.inspections.queries.keeping import SEE
from propman.inspections.queries.plan_list import named
from propman.inspections.queries.wanted import last_version, there
from propman.inspections.recurrence import Rule, Years, read
from propman.inspections.schedule import Schedule, longest
from propman.roles import Viewer

MOST = 20
A_YEAR = 366  # days
ANY_DAY = date(2024, 1, 1)  # of a rule without a plan
Where = aliased(Place)  # that is to be inspected, or where the part is
Aimed = aliased(Place)  # the place of a target


@dataclass(frozen=True)
class Unplanned:
    """So many parts or places of a community that the law wants inspected by a template, and no plan does."""

    community: Place
    template: InspectionTemplate
    number: int


@dataclass(frozen=True)
class _Asked:
    """What the law asks for on a day: a template, and by schedule that comes round the most days between two of it."""

    template: InspectionTemplate
    most: Mapping[str, int]
    on: date


def unplanned(session: Session, viewer: Viewer, on: date, *, text: str = "") -> Sequence[Unplanned]:
    """Where what national law asks for is in no plan that makes it due in time, in the communities that `viewer` sees,
    by name: one more at most than are shown (`MOST`).
    """
    asked = {code: _asked(session, row, on) for code, row in inspection_templates(session, on).items()
             if row.grade is Grade.LAW}  # fmt: skip
    within = reach(viewer, SEE, on).communities().where(Place.open_on(on), *named(text))
    each = [
        select(Place.id, literal(code)).where(Place.id.in_(within), _lacking(one, Place).exists())
        for code, one in asked.items()
    ]  # fmt: skip
    found = session.execute(union_all(*each).limit(MOST + 1)).all() if each else []
    lacking = _counted(session, [(community_id, asked[code]) for community_id, code in found])
    return sorted(lacking, key=lambda one: (one.community.sort_key, one.template.position))


def _asked(session: Session, template: InspectionTemplate, on: date) -> _Asked:
    rows = inspection_schedules(session, on).get(template.code, ())
    return _Asked(template, {row.code: most for row in rows if (most := _most(row))}, on)


def _most(row: InspectionSchedule) -> int:
    """The most days between two inspections that a schedule asks for; 0 where it does not come round for ever.

    A heating season is on other days at each place and in each winter: one comes each year.
    """
    rule = read(row.rule)
    if not isinstance(rule, Rule | Years):
        return 0
    if row.in_heating_season:
        return A_YEAR + longest(Schedule(rule, ANY_DAY, ANY_DAY))
    return row.greatest_gap or longest(Schedule(rule, ANY_DAY, ANY_DAY, None, named_season(row)))


def _counted(session: Session, found: Sequence[tuple[int, _Asked]]) -> Sequence[Unplanned]:
    """How many there are of each: two statements for all."""
    there = {one.id: one for one in session.scalars(select(Place).where(Place.id.in_([one for one, _kind in found])))}
    each = [select(func.count()).select_from(_lacking(kind, there[one]).subquery()) for one, kind in found]
    numbers = session.execute(select(*(query.scalar_subquery() for query in each))).one() if each else ()
    return [Unplanned(there[one], kind.template, number) for (one, kind), number in zip(found, numbers, strict=True)]


def _lacking(asked: _Asked, community: Any) -> Select[int]:
    """The parts or places in `community`, a place or the `Place` around, of which the template speaks and which no plan
    of it inspects in time.
    """
    query = _parts(asked, community) if asked.template.about is About.PART else _places(asked, community)
    return query.correlate(Place) if community is Place else query


def _parts(asked: _Asked, community: Any) -> Select[int]:
    types, mine = (asked.template.asset_types or "").split(","), _aims(asked).where(Target.asset_id == Asset.id)
    return (
        select(Asset.id)
        .join(Where, Where.id == Asset.place_id)
        .where(Asset.community_id == community.id, Asset.type_code.in_(types), there(asked.on), ~mine.exists(),
               ~_around(asked, Asset.community_id).exists())
    )  # fmt: skip


def _places(asked: _Asked, community: Any) -> Select[int]:
    above = aliased(Place)
    lies = {
        About.COMMUNITY: Where.id == community.id,
        About.BUILDING: and_(Where.parent_id == community.id, Where.kind == PlaceKind.BUILDING),
        About.ENTRANCE: and_(above.parent_id == community.id, Where.kind == PlaceKind.ENTRANCE),
    }[asked.template.about]
    query = select(Where.id).outerjoin(above, above.id == Where.parent_id)
    return query.where(lies, Where.open_on(asked.on), ~_around(asked, community.id).exists())


def _around(asked: _Asked, community_id: Any) -> Select[int]:
    """Targets that are `Where` or a place around it: who walks a building walks what the template names in it."""
    whole = _aims(asked).join(Aimed, Aimed.id == Target.place_id)
    return whole.where(Plan.community_id == community_id, Target.asset_id.is_(None), Where.path.startswith(Aimed.path))


def _aims(asked: _Asked) -> Select[int]:
    """What plans of the template inspect that run, and in time: one that stands still only from a later day on runs
    until then.
    """
    on = asked.on
    return (
        select(Target.id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(PlanVersion, last_version())
        .where(Plan.template == asked.template.code, or_(PlanVersion.pace == Pace.RUNS, PlanVersion.first_on > on),
               or_(Target.ends_on.is_(None), Target.ends_on > on), _in_time(asked))
    )  # fmt: skip


def _in_time(asked: _Asked) -> ColumnElement[bool]:
    """That a target has a due day in time, or one that is over and open still; the day that is not laid yet is asked
    first, as it is at hand. What does not come round has none. What is counted from completion has one open always, if
    only in the plan in which it was before.

    A plan that has begun and asks for less says so itself, with its reason, and officials are told: it plans what it
    makes due within a year. Else it would come and go here with each of its days.
    """
    if not asked.most:
        return true()
    within = {code: asked.on + timedelta(days=most) for code, most in asked.most.items()}
    a_year = asked.on + timedelta(days=max(A_YEAR, *asked.most.values()))
    says_less = and_(PlanVersion.falls_short, PlanVersion.first_on <= asked.on)
    until = case((says_less, a_year), else_=case(within, value=Plan.schedule, else_=max(within.values())))
    laid = select(Duty.id).where(
        Duty.target_id == Target.id, Duty.superseded_by.is_(None), Duty.occasion_id.is_(None)
    ).correlate(Target, Plan, PlanVersion)  # fmt: skip
    ahead = laid.where(Duty.due_on >= asked.on, Duty.due_on <= until)
    behind = laid.where(Duty.due_on < asked.on, Duty.ended_as.is_(None))
    begun = Target.starts_on <= asked.on, PlanVersion.first_on <= asked.on
    waits = and_(PlanVersion.counts == Counts.COMPLETION, *begun, ~PlanVersion.falls_short)
    return or_(Target.next_on <= until, ahead.exists(), behind.exists(), waits)
