"""The list of projects, narrowed and paged by key, with what stands out of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from propman import clock
from propman.communities.models import Place
from propman.communities.sorting import sort_key
from propman.projects.models import Payment, Project, WorkItem
from propman.projects.queries.scope import visible_to
from propman.roles import Viewer

PAGE = 40
LONGEST_SEARCH = 80
Community = aliased(Place)  # apart from the places that the scope asks about


class Standing(StrEnum):
    """What a list can be narrowed to."""

    OVERDUE = "overdue"  # a payment whose day has passed
    UNACCEPTED = "unaccepted"  # a work item that is not accepted
    RETENTION = "retention"  # retention money whose day has come


@dataclass(frozen=True)
class ProjectFilter:
    """What the address bar asks; None leaves a thing open. `place` is a community or an area that holds some."""

    place: Place | None = None
    year: int | None = None
    standing: Standing | None = None
    text: str = ""


Key = tuple[int, int]
"""Year and id of the last project of a page: the newest plans stand first."""


@dataclass(frozen=True)
class Line:
    """A project of the list: how many work items it has, how many of them are accepted, how many payments are over."""

    project: Project
    items: int
    accepted: int
    overdue: int


@dataclass(frozen=True)
class ProjectPage:
    """One page of projects and the key of the next, or None at the end."""

    lines: Sequence[Line]
    next: Key | None


def projects(
    session: Session, viewer: Viewer, wanted: ProjectFilter, now: datetime, *, after: Key | None = None
) -> ProjectPage:
    """A page of the projects in the scope of `viewer` that are as `wanted`, in three statements whatever their number.

    `after` is the key that the page before gave.
    """
    today = clock.local_date(now)
    query = visible_to(viewer, now).join(Project.community.of_type(Community)).where(*_conditions(wanted, today))
    if after is not None:
        year, number = after
        query = query.where(or_(Project.year < year, and_(Project.year == year, Project.id < number)))
    community = contains_eager(Project.community.of_type(Community)).joinedload(Community.parent)
    query = query.options(community, joinedload(Project.owner))
    found = session.scalars(query.order_by(Project.year.desc(), Project.id.desc()).limit(PAGE + 1)).all()
    shown = found[:PAGE]
    last = shown[-1] if len(found) > PAGE else None
    return ProjectPage(_lines(session, shown, today), (last.year, last.id) if last else None)


def years(session: Session, viewer: Viewer, now: datetime) -> Sequence[int]:
    """The years of renovation plans that a list can be narrowed to, the latest first."""
    query = visible_to(viewer, now).with_only_columns(Project.year).distinct()
    return session.scalars(query.order_by(Project.year.desc())).all()


def overdue(today: date) -> ColumnElement[bool]:
    """The condition that the day of a payment has passed and nothing, or not all, was paid."""
    short = or_(Payment.paid_fen.is_(None), Payment.paid_fen < Payment.due_fen)
    return and_(Payment.due_on < today, short)


def _conditions(wanted: ProjectFilter, today: date) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.place is not None:
        found.append(Community.path.startswith(wanted.place.path, autoescape=True))
    if wanted.year is not None:
        found.append(Project.year == wanted.year)
    if wanted.standing is not None:
        found.append(Project.id.in_(_STANDINGS[wanted.standing](today)))
    if text := wanted.text.strip()[:LONGEST_SEARCH]:
        named = [column.contains(text, autoescape=True) for column in (Project.name, Project.number, Community.name)]
        pinyin = sort_key(text)
        found.append(or_(*named, Community.sort_key.contains(pinyin, autoescape=True)) if pinyin else or_(*named))
    return found


def _overdue(today: date) -> Select[int]:
    return select(Payment.project_id).where(overdue(today))


def _unaccepted(_today: date) -> Select[int]:
    return select(WorkItem.project_id).where(WorkItem.accepted_on.is_(None))


def _retention(today: date) -> Select[int]:
    due = and_(WorkItem.retention_due_on <= today, WorkItem.retention_released_on.is_(None))
    return select(WorkItem.project_id).where(WorkItem.retention_fen > 0, due)


_STANDINGS = {Standing.OVERDUE: _overdue, Standing.UNACCEPTED: _unaccepted, Standing.RETENTION: _retention}


def _lines(session: Session, shown: Sequence[Project], today: date) -> list[Line]:
    ids = [project.id for project in shown]
    accepted = func.sum(case((WorkItem.accepted_on.is_not(None), 1), else_=0))
    items = select(WorkItem.project_id, func.count(), accepted).where(WorkItem.project_id.in_(ids))
    counted = {row[0]: (row[1], row[2]) for row in session.execute(items.group_by(WorkItem.project_id))}
    late = select(Payment.project_id, func.count()).where(Payment.project_id.in_(ids), overdue(today))
    over = dict(session.execute(late.group_by(Payment.project_id)).all())
    return [Line(project, *counted.get(project.id, (0, 0)), over.get(project.id, 0)) for project in shown]
