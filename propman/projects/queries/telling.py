"""What the pages of a project and of a work item tell: shares, payments, items, steps to a utility, photographs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from propman.catalogue.models import AssetType
from propman.files.models import Photo
from propman.projects.models import FundingShare, FundingSource, Payment, Transfer, WorkItem, WorkItemPhoto

CONTRACT = "CONTRACT"
"""The warranty rule of what the parties agreed, which any piece of work may have."""


def shares_of(session: Session, project_id: int) -> dict[FundingSource, int]:
    """What each source gives, in fen, in the order of the sources."""
    rows = session.execute(
        select(FundingShare.source, FundingShare.amount_fen).where(FundingShare.project_id == project_id)
    )
    found = dict(rows.all())
    return {source: found[source] for source in FundingSource if source in found}


def payments_of(
    session: Session, project_id: int | None = None, *, work_item_id: int | None = None
) -> Sequence[Payment]:
    """The payments of a project, or of one of its work items, each with payee and item, what is due first on top."""
    query = select(Payment).options(joinedload(Payment.payee), joinedload(Payment.work_item))
    of = Payment.project_id == project_id if work_item_id is None else Payment.work_item_id == work_item_id
    return session.scalars(query.where(of).order_by(Payment.due_on, Payment.id)).all()


def items_of(session: Session, project_id: int) -> Sequence[WorkItem]:
    """The work items of a project with their places and contractors, by number."""
    query = select(WorkItem).where(WorkItem.project_id == project_id).order_by(WorkItem.number)
    return session.scalars(query.options(joinedload(WorkItem.place), joinedload(WorkItem.contractor))).all()


def last_transfers(session: Session, item_ids: Iterable[int]) -> dict[int, Transfer]:
    """The latest step of each work item on its way to a utility, by item; who is not there never set out."""
    latest = select(func.max(Transfer.id)).where(Transfer.work_item_id.in_(list(item_ids)))
    query = select(Transfer).where(Transfer.id.in_(latest.group_by(Transfer.work_item_id)))
    return {step.work_item_id: step for step in session.scalars(query.options(joinedload(Transfer.utility)))}


def transfers_of(session: Session, work_item_id: int) -> Sequence[Transfer]:
    """Every step of a work item on its way to a utility, the first on top."""
    query = select(Transfer).where(Transfer.work_item_id == work_item_id).order_by(Transfer.id)
    return session.scalars(query.options(joinedload(Transfer.utility))).all()


def photographs_of(session: Session, work_item_id: int) -> Sequence[WorkItemPhoto]:
    """The photographs of a work item, without erased ones, in the order in which they came."""
    query = (
        select(WorkItemPhoto)
        .join(WorkItemPhoto.photo)
        .where(WorkItemPhoto.work_item_id == work_item_id, Photo.erased_at.is_(None))
        .order_by(WorkItemPhoto.photo_id)
    )
    return session.scalars(query.options(contains_eager(WorkItemPhoto.photo))).all()


def allowed_warranties(kind: AssetType) -> tuple[str, ...]:
    """The warranty rules that work of this type can have, the usual one first; what a contract says always can."""
    keys = kind.warranty_keys.split(",")
    return tuple(keys) if CONTRACT in keys else (*keys, CONTRACT)
