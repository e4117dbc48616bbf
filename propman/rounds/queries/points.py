"""Past which points a duty leads: docs/decisions/rounds.md says why these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.assets.models import Asset
from propman.assets.queries import behind, labels_on
from propman.catalogue.models import InspectionItem, InspectionTemplate
from propman.catalogue.queries import inspection_items, inspection_templates, inspection_templates_ever
from propman.communities.codes import normal
from propman.communities.models import Place, PlaceKind
from propman.communities.queries import codes_in_use, places_inside
from propman.inspections.models import Target
from propman.rounds.models import RoundPoint


@dataclass(frozen=True)
class Point:
    """A place, or a part where it is."""

    place: Place
    asset: Asset | None = None


def points_of(session: Session, target: Target, template: InspectionTemplate, on: date) -> list[Point]:
    """The points of a duty of `target`, in the order in which one walks: never none.

    A part is its own point. Of a place: the labelled parts of the template's types in it; else the labelled entrances,
    of a community its buildings with labelled entrances; else the place itself.
    """
    if target.asset is not None:
        return [Point(target.place, target.asset)]
    inside = places_inside(session, target.place, on=on)
    parts = _parts(session, {each.id: each for each in inside}, template, on)
    if parts:
        order = {each.id: number for number, each in enumerate(inside)}
        return sorted(parts, key=lambda point: (order[point.place.id], point.asset.id if point.asset else 0))
    entrances = [each for each in inside if each.kind is PlaceKind.ENTRANCE]
    labelled = codes_in_use(session, [each.id for each in entrances])
    if target.place.kind is PlaceKind.COMMUNITY:
        above = {each.parent_id for each in entrances if each.id in labelled}
        found = [Point(each) for each in inside if each.id in above]
    else:
        found = [Point(each) for each in entrances if each.id in labelled]
    return found or [Point(target.place)]


def _parts(session: Session, inside: dict[int, Place], template: InspectionTemplate, on: date) -> list[Point]:
    if template.asset_types is None:
        return []
    query = select(Asset).where(Asset.place_id.in_(inside), Asset.type_code.in_(template.asset_types.split(",")))
    there = [part for part in session.scalars(query.options(joinedload(Asset.place))) if part.there_on(on)]
    labelled = labels_on(session, [part.id for part in there])
    return [Point(part.place, part) for part in there if part.id in labelled]


def templates_on(session: Session, on: date) -> dict[str, InspectionTemplate]:
    """The templates as they stand on `on`, by code; one out of use as it was, for what is due by it stays due."""
    return inspection_templates_ever(session) | inspection_templates(session, on)


def items_of(session: Session, template: str, schedule: str, on: date) -> list[InspectionItem]:
    """What is looked at on `on` when this schedule of a template comes round, in its order."""
    rows = inspection_items(session, on).get(template, ())
    return [row for row in rows if row.schedules is None or schedule in row.schedules.split(",")]


def codes_there(session: Session, point: RoundPoint, typed: str) -> tuple[frozenset[str], bool]:
    """Of the code that was seen: {code} where it hangs on what `point` is, or on something inside it; and whether any
    label in use carries it. A part that has no label of its own is proven by one of its place.
    """
    code, found = normal(typed), behind(session, typed)
    if code is None or found is None:
        return frozenset(), False
    if found.place is None:
        return frozenset(), True
    if point.asset_id is not None and labels_on(session, [point.asset_id]):
        here = found.part is not None and found.part.id == point.asset_id
    else:
        here = found.place.path.startswith(point.place.path)
    return frozenset({code} if here else ()), True
