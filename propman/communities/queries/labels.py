"""The labels: what a code hangs on, which one a place has, which blank ones lie on a sheet."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.communities import codes
from propman.communities.models import Carrier, LabelSheet, PlaceCode
from propman.db import ID_LIMIT


def label(session: Session, code: str) -> PlaceCode | None:
    """The label that carries `code`, in any case and with look-alikes (O, I, L); None for a revoked one and for none.

    It may hang on a place, which may have closed since: its page says so; on a part; or be blank.
    """
    normal = codes.normal(code)
    if normal is None:
        return None
    query = select(PlaceCode).where(PlaceCode.code == normal, PlaceCode.revoked_at.is_(None))
    whole = (joinedload(PlaceCode.place), joinedload(PlaceCode.sheet).joinedload(LabelSheet.community))
    return session.scalars(query.options(*whole)).one_or_none()


def code_in_use(session: Session, place_id: int) -> PlaceCode | None:
    """The code that the label of a place carries now, or None."""
    return codes_in_use(session, [place_id]).get(place_id)


def codes_in_use(session: Session, place_ids: Iterable[int]) -> dict[int, PlaceCode]:
    """The codes that the labels of several places carry now, by place, in one query."""
    query = select(PlaceCode).where(
        PlaceCode.place_id.in_(list(place_ids)), PlaceCode.carrier == Carrier.PLACE, PlaceCode.revoked_at.is_(None)
    )
    return {row.place_id: row for row in session.scalars(query) if row.place_id is not None}


def codes_of(session: Session, place_id: int) -> tuple[PlaceCode, ...]:
    """Every code that a place ever had, the newest first."""
    query = select(PlaceCode).where(PlaceCode.place_id == place_id, PlaceCode.carrier == Carrier.PLACE)
    return tuple(session.scalars(query.order_by(PlaceCode.made_at.desc(), PlaceCode.code)))


def label_sheet(session: Session, sheet_id: int) -> LabelSheet | None:
    """The sheet of blank labels with this id, or None."""
    return session.get(LabelSheet, sheet_id) if 0 < sheet_id < ID_LIMIT else None


def blank_labels(session: Session, sheet_id: int) -> tuple[PlaceCode, ...]:
    """The labels of a sheet that are still blank and in use, by their codes."""
    blank = (PlaceCode.sheet_id == sheet_id, PlaceCode.place_id.is_(None), PlaceCode.revoked_at.is_(None))
    return tuple(session.scalars(select(PlaceCode).where(*blank).order_by(PlaceCode.code)))
