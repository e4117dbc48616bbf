"""Which projects one sees, and which one may change. Foreign and non-existent are the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, Session, contains_eager, joinedload

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.files.models import Photo
from propman.projects.models import Payment, Project, WorkItem, WorkItemPhoto
from propman.roles import Permission, Viewer

SEE = Permission.SEE_PROJECTS
KEEP = Permission.KEEP_PROJECTS
Ids = InstrumentedAttribute[int]
Row = TypeVar("Row")


def visible_to(viewer: Viewer, now: datetime, permission: Permission = SEE) -> Select[Project]:
    """The projects of the communities where the posts of `viewer` give `permission` today."""
    within = reach(viewer, permission, clock.local_date(now))
    return select(Project).where(within.holds(Project.community_id))


def project(session: Session, project_id: int, viewer: Viewer, now: datetime, permission: Permission = SEE) -> Project:
    """The project with this id, with its community and owner. Raises `NotFound` out of scope."""
    query = visible_to(viewer, now, permission).where(Project.id == project_id)
    whole = query.options(joinedload(Project.community), joinedload(Project.owner))
    return _one(session.scalars(whole) if 0 < project_id < ID_LIMIT else ())


def work_item(
    session: Session, work_item_id: int, viewer: Viewer, now: datetime, permission: Permission = SEE
) -> WorkItem:
    """The work item with this id, with its project, place, parties and deduction. Raises `NotFound` out of scope."""
    query = select(WorkItem).where(WorkItem.id == work_item_id, _seen(WorkItem.project_id, viewer, now, permission))
    whole = query.options(
        joinedload(WorkItem.project).options(joinedload(Project.community), joinedload(Project.owner)),
        joinedload(WorkItem.place),
        joinedload(WorkItem.contractor),
        joinedload(WorkItem.claim_holder),
        joinedload(WorkItem.deduction_reason),
    )
    return _one(session.scalars(whole) if 0 < work_item_id < ID_LIMIT else ())


def payment(session: Session, payment_id: int, viewer: Viewer, now: datetime, permission: Permission = SEE) -> Payment:
    """The payment with this id, with its project and payee. Raises `NotFound` out of scope."""
    query = select(Payment).where(Payment.id == payment_id, _seen(Payment.project_id, viewer, now, permission))
    whole = query.options(joinedload(Payment.project).joinedload(Project.community), joinedload(Payment.payee))
    return _one(session.scalars(whole) if 0 < payment_id < ID_LIMIT else ())


def photograph(
    session: Session, key: str, viewer: Viewer, now: datetime, permission: Permission = SEE
) -> WorkItemPhoto:
    """The photograph of a work item whose file has this key. Raises `NotFound` out of scope and once it is erased."""
    query = (
        select(WorkItemPhoto)
        .join(WorkItemPhoto.photo)
        .join(WorkItem, WorkItem.id == WorkItemPhoto.work_item_id)
        .where(Photo.key == key, Photo.erased_at.is_(None), _seen(WorkItem.project_id, viewer, now, permission))
    )
    return _one(session.scalars(query.options(contains_eager(WorkItemPhoto.photo))))


def may_keep(session: Session, project: Project, viewer: Viewer, now: datetime) -> bool:
    """Whether `viewer`, who sees this project, may also change it."""
    if not viewer.may(KEEP):
        return False
    kept = visible_to(viewer, now, KEEP).where(Project.id == project.id).with_only_columns(Project.id)
    return session.scalar(kept) is not None


def community(session: Session, community_id: int, viewer: Viewer, now: datetime) -> Place:
    """A community for which `viewer` may add a project. Raises `NotFound` for every other place."""
    ids = reach(viewer, KEEP, clock.local_date(now)).communities()
    query = select(Place).where(Place.id == community_id, Place.id.in_(ids))
    return _one(session.scalars(query) if 0 < community_id < ID_LIMIT else ())


def _seen(project_id: Ids, viewer: Viewer, now: datetime, permission: Permission) -> ColumnElement[bool]:
    return project_id.in_(visible_to(viewer, now, permission).with_only_columns(Project.id))


def _one(found: Iterable[Row]) -> Row:
    for row in found:
        return row
    raise NotFound()
