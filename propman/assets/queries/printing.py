"""The labels of a place and of what lies in it: what can be printed, what still goes without one, which are blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, select
from sqlalchemy.orm import Session, aliased, contains_eager

from propman.assets.models import Asset, PartCode
from propman.communities.kinds import LABELLED_KINDS, PlaceKind
from propman.communities.models import Carrier, LabelSheet, Place, PlaceCode
from propman.spans import lasts_beyond

AT_ONCE = 210  # labels on one page to print: ten sheets of paper
MOST = 5000  # labels of one community
MOST_SHEETS = 20

_above = aliased(Place)
_BUILDING = case(
    (Place.kind == PlaceKind.ENTRANCE, _above.sort_key), (Place.kind == PlaceKind.BUILDING, Place.sort_key), else_=""
)
BUILDING_BY_BUILDING = (_BUILDING, func.length(Place.path), Place.sort_key, Place.id)
"""The community itself, then each building and after it its entrances. Asks for the place above each."""


@dataclass(frozen=True)
class Stock:
    """Of the places and parts at a place and inside it: how many have a label, how many go without."""

    places: int
    bare_places: int
    parts: int
    bare_parts: int


def stock(session: Session, place: Place, on: date) -> Stock:
    """Count the labels at a place and inside it; two queries."""
    places = select(func.count(), func.count().filter(_labelled_place())).where(*_places(place, on))
    parts = select(func.count(), func.count().filter(_labelled_part())).where(*_parts(place, on))
    (all_places, labelled_places), (all_parts, labelled_parts) = (
        session.execute(query).one() for query in (places, parts)
    )
    return Stock(labelled_places, all_places - labelled_places, labelled_parts, all_parts - labelled_parts)


def place_by_place(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The parts of `query` in the order in which one walks past them, at each place by type."""
    query = query.join(Asset.place).join(_above, _above.id == Place.parent_id).options(contains_eager(Asset.place))
    return query.order_by(*BUILDING_BY_BUILDING, Asset.type_code, Asset.id)


def places_with_labels(session: Session, place: Place, on: date) -> Sequence[tuple[Place, PlaceCode]]:
    """The places at and inside a place that have a label in use, building by building."""
    query = (
        select(Place, PlaceCode)
        .join(PlaceCode, PlaceCode.place_id == Place.id)
        .join(_above, _above.id == Place.parent_id)
        .where(*_places(place, on), PlaceCode.carrier == Carrier.PLACE, PlaceCode.revoked_at.is_(None))
        .options(contains_eager(Place.parent.of_type(_above)))
        .order_by(*BUILDING_BY_BUILDING)
    )
    return [(row[0], row[1]) for row in session.execute(query.limit(MOST))]


def parts_with_labels(session: Session, place: Place, on: date) -> Sequence[tuple[Asset, PlaceCode]]:
    """The parts at and inside a place that have a label in use, place by place."""
    query = (
        select(Asset, PlaceCode)
        .join(PartCode, PartCode.asset_id == Asset.id)
        .join(PlaceCode, PlaceCode.code == PartCode.code)
        .where(*_parts(place, on), PlaceCode.revoked_at.is_(None))
    )
    return [(row[0], row[1]) for row in session.execute(place_by_place(query).limit(MOST))]


def bare_parts(
    session: Session, place: Place, on: date, *, limit: int = AT_ONCE, alone: bool = False
) -> Sequence[Asset]:
    """The first parts at and inside a place, or `alone` at it, that have no label in use, place by place."""
    query = select(Asset).where(*_parts(place, on), ~_labelled_part())
    query = query.where(Asset.place_id == place.id) if alone else query
    return session.scalars(place_by_place(query).limit(limit)).all()


def bare_places(
    session: Session, place: Place, on: date, *, limit: int = AT_ONCE, alone: bool = False
) -> Sequence[Place]:
    """The first places at and inside a place, or `alone` itself, that have no label in use."""
    query = select(Place).join(_above, _above.id == Place.parent_id).where(*_places(place, on), ~_labelled_place())
    query = query.where(Place.id == place.id) if alone else query
    return session.scalars(query.order_by(*BUILDING_BY_BUILDING).limit(limit)).all()


def sheets_of(session: Session, community_id: int) -> Sequence[tuple[LabelSheet, int, int]]:
    """The latest sheets of blank labels of a community: each with how many it has, and how many are still blank."""
    blank = func.count().filter(PlaceCode.place_id.is_(None), PlaceCode.revoked_at.is_(None))
    query = (
        select(LabelSheet, func.count(), blank)
        .join(PlaceCode, PlaceCode.sheet_id == LabelSheet.id)
        .where(LabelSheet.community_id == community_id)
        .group_by(LabelSheet.id)
        .order_by(LabelSheet.id.desc())
    )
    return [(row[0], row[1], row[2]) for row in session.execute(query.limit(MOST_SHEETS))]


def _places(place: Place, on: date) -> list[ColumnElement[bool]]:
    inside = Place.path.startswith(place.path, autoescape=True)
    return [inside, Place.kind.in_(LABELLED_KINDS), lasts_beyond(Place.closed_on, on)]


def _parts(place: Place, on: date) -> list[ColumnElement[bool]]:
    under = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    return [Asset.place_id.in_(under), lasts_beyond(Asset.removed_on, on)]


def _labelled_place() -> ColumnElement[bool]:
    in_use = (PlaceCode.place_id == Place.id, PlaceCode.carrier == Carrier.PLACE, PlaceCode.revoked_at.is_(None))
    return exists().where(*in_use)


def _labelled_part() -> ColumnElement[bool]:
    label = exists().where(PlaceCode.code == PartCode.code, PlaceCode.revoked_at.is_(None))
    return exists().where(PartCode.asset_id == Asset.id, label)
