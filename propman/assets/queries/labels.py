"""What a code on a label leads to: a place, a part, or nothing yet; and the labels of parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.assets.models import Asset, PartCode
from propman.communities.models import Carrier, Place, PlaceCode
from propman.communities.queries import label


@dataclass(frozen=True)
class Found:
    """A label in use, and what it hangs on: a `place`, and if it hangs on a part there also that. Blank: neither."""

    label: PlaceCode
    place: Place | None
    part: Asset | None = None


def behind(session: Session, code: str) -> Found | None:
    """What the label with `code` leads to, in any writing; None for a revoked one and for none at all.

    The place of a part's label is where the part is now.
    """
    row = label(session, code)
    if row is None or row.carrier is not Carrier.PART:
        return Found(row, row.place) if row else None
    query = select(Asset).join(PartCode, PartCode.asset_id == Asset.id).where(PartCode.code == row.code)
    part = session.scalars(query.options(joinedload(Asset.place), joinedload(Asset.community))).one()
    return Found(row, part.place, part)


def label_of(session: Session, asset_id: int) -> PlaceCode | None:
    """The label in use on a part, or None."""
    return labels_on(session, [asset_id]).get(asset_id)


def labels_on(session: Session, asset_ids: Iterable[int]) -> dict[int, PlaceCode]:
    """The labels in use on several parts, by part, in one query."""
    query = (
        select(PartCode.asset_id, PlaceCode)
        .join(PlaceCode, PlaceCode.code == PartCode.code)
        .where(PartCode.asset_id.in_(list(asset_ids)), PlaceCode.revoked_at.is_(None))
    )
    return {row[0]: row[1] for row in session.execute(query)}


def labels_ever_on(session: Session, asset_id: int) -> Sequence[PlaceCode]:
    """Every label that a part ever had, the newest first."""
    query = select(PlaceCode).join(PartCode, PartCode.code == PlaceCode.code).where(PartCode.asset_id == asset_id)
    return session.scalars(query.order_by(PlaceCode.bound_at.desc(), PlaceCode.code)).all()
