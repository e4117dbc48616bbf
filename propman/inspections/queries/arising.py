"""Which plans arise by themselves (回头看): of each accepted project, and of each community with warranties that end.

They are those whose template is about the community and counts from acceptance or from the end of a warranty: nobody
else gives them their days.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from dateutil.relativedelta import relativedelta
from sqlalchemy import Select, cast, null, select
from sqlalchemy.orm import Session

from propman.assets.models import Asset
from propman.catalogue.models import InspectionSchedule, InspectionTemplate
from propman.catalogue.queries import inspection_schedules, inspection_templates
from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.data.inspections import About, CountsFrom
from propman.db import BigId
from propman.inspections import recurrence
from propman.inspections.models import Plan
from propman.projects.models import Project


class Risen(NamedTuple):
    """A plan that is not there yet."""

    community_id: int
    template: str
    schedule: str
    project_id: int | None


def arises(template: InspectionTemplate, schedule: InspectionSchedule) -> bool:
    """Whether plans of this schedule arise by themselves."""
    given = {CountsFrom.ACCEPTANCE, CountsFrom.WARRANTY_END}
    return template.about is About.COMMUNITY and schedule.counts_from in given


def made_by_nobody(template: InspectionTemplate, schedule: InspectionSchedule) -> bool:
    """Whether no person makes plans of this schedule: they arise, or an event brings them."""
    return schedule.counts_from is CountsFrom.EVENT or arises(template, schedule)


def arising(session: Session, today: date, *, most: int, of: Risen | None = None) -> Sequence[Risen]:
    """The plans that should be there and are not, `most` of them; or of one such plan, whether it still is not."""
    return list(islice(_arising(session, today, most, of), most))


def _arising(session: Session, today: date, most: int, of: Risen | None) -> Iterator[Risen]:
    schedules = inspection_schedules(session, today)
    for template in inspection_templates(session, today).values():
        for row in schedules.get(template.code, ()):
            if not arises(template, row) or (of and (of.template, of.schedule) != (row.template, row.code)):
                continue
            query = _accepted(row, today) if row.counts_from is CountsFrom.ACCEPTANCE else _guaranteed(row, today)
            if of:
                query = query.where(query.selected_columns["community_id"] == of.community_id)
            if of and of.project_id:
                query = query.where(query.selected_columns["project_id"] == of.project_id)
            for community_id, project_id in session.execute(query.limit(most)):
                yield Risen(community_id, row.template, row.code, project_id)


def _accepted(row: InspectionSchedule, today: date) -> Select[int, int | None]:
    """Projects of which something is still to come."""
    said = recurrence.read(row.rule)
    months = said.months[-1] if isinstance(said, recurrence.After) else 0
    there = select(Plan.id).where(
        Plan.project_id == Project.id, Plan.template == row.template, Plan.schedule == row.code
    )
    query = select(Project.community_id.label("community_id"), Project.id.label("project_id"))
    query = query.join(Place, Place.id == Project.community_id)
    query = query.where(Project.accepted_on <= today, Place.open_on(today), ~there.exists())
    return query.where(Project.accepted_on > today - relativedelta(months=months)) if months else query


def _guaranteed(row: InspectionSchedule, today: date) -> Select[int, int | None]:
    """Communities with a warranty whose day is still to come."""
    said = recurrence.read(row.rule)
    before = timedelta(days=said.number if isinstance(said, recurrence.Before) else 0)
    there = select(Plan.id).where(
        Plan.community_id == Place.id, Plan.template == row.template, Plan.schedule == row.code, Plan.arose,
        Plan.project_id.is_(None),
    )  # fmt: skip
    covered = select(Asset.id).where(
        Asset.community_id == Place.id, Asset.warranty_last_on >= today + before, Asset.removed_on.is_(None)
    )
    query = select(Place.id.label("community_id"), cast(null(), BigId).label("project_id"))
    return query.where(Place.kind == PlaceKind.COMMUNITY, Place.open_on(today), covered.exists(), ~there.exists())
