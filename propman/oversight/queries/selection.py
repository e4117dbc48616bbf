"""What is looked at: where, whose, of what, from which month to which; and who may look at it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select, union_all
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.communities.queries.reach import reach
from propman.db import ID_LIMIT, read
from propman.oversight.queries.counting import in_area, of
from propman.roles import Permission, Viewer

LEVELS = (PlaceKind.PROVINCE, PlaceKind.PREFECTURE, PlaceKind.COUNTY, PlaceKind.STREET, PlaceKind.COMMUNITY)
"""Places that have figures."""


class By(StrEnum):
    """What the lines of a table are."""

    PLACES = "places"  # what lies directly inside
    COMPANIES = "companies"
    CATEGORIES = "categories"
    TEMPLATES = "templates"  # of inspections


@dataclass(frozen=True)
class Area:
    """A place, as far as figures must know it."""

    id: int
    kind: PlaceKind
    path: str
    name: str

    @property
    def under(self) -> str:
        """The pattern of the paths of this place and everything inside."""
        return f"{self.path}%"


@dataclass(frozen=True)
class Selection:
    """`area`: everywhere for None. `organisation_id` and `category` narrow it to what one organisation answers for, and
    to one kind of fault. Both months are included.
    """

    first: date
    last: date
    area: Area | None = None
    organisation_id: int | None = None
    category: str | None = None
    template: str | None = None  # of inspections

    def narrowed(self, community: Any, organisation: Any, category: Any) -> ColumnElement[bool]:
        """The condition on rows with these columns."""
        conditions = [in_area(community, self.area)]
        if self.organisation_id is not None:
            conditions.append(organisation == self.organisation_id)
        if self.category is not None:
            conditions.append(category == self.category)
        return and_(*conditions)


_PLACE: Any = of(Place)
_AREA = select(_PLACE.id, _PLACE.kind, _PLACE.path, _PLACE.name).where(_PLACE.id == bindparam("id"))


def area(session: Session, place_id: int) -> Area | None:
    """The place with this id, if it is one that has figures."""
    if not 0 < place_id < ID_LIMIT:
        return None
    row = session.execute(_AREA, {"id": place_id}).one_or_none()
    return Area(*row) if row is not None and row.kind in LEVELS else None


@dataclass(frozen=True)
class Surroundings:
    """An area with what lies above it, from the root down, and what lies directly inside, by name."""

    area: Area
    above: Sequence[Area]
    inside: Sequence[Any]  # rows: id, name, closed_on

    def open_inside(self, on: date, keys: Collection[int]) -> dict[int, str]:
        """The names of what lies inside and is open on `on` or among `keys`."""
        return {
            row.id: row.name for row in self.inside if row.closed_on is None or row.closed_on > on or row.id in keys
        }


def _around() -> Select[Any]:
    """A place, the line above it, and its children: found by their ids alone, however many places there are."""

    def columns(place: Any) -> Iterator[Any]:
        return (place[name] for name in ("id", "kind", "path", "name", "closed_on", "sort_key", "parent_id"))

    here, above, inside = of(Place), of(Place), of(Place)
    line: Any = select(*columns(here)).where(here.id == bindparam("id")).cte("line", recursive=True)
    line = line.union_all(select(*columns(above)).where(above.id == line.c.parent_id))
    children = select(*columns(inside)).where(inside.parent_id == bindparam("id"))
    found: Any = union_all(select(*columns(line.c)), children).subquery().c
    shown = (found.id, found.kind, found.path, found.name, found.closed_on, found.parent_id)
    return select(*shown).order_by(found.sort_key, found.id)


_AROUND = _around()


def surroundings(session: Session, place_id: int) -> Surroundings | None:
    """The place with this id and what is around it, if it is one that has figures. One statement."""
    rows = read(session, _AROUND, {"id": place_id}).all() if 0 < place_id < ID_LIMIT else []
    line = sorted((row for row in rows if row.parent_id != place_id), key=lambda row: row.path.count("/"))
    if not line or line[-1].kind not in LEVELS:
        return None
    *above, here = (Area(row.id, row.kind, row.path, row.name) for row in line)
    return Surroundings(here, above, [row for row in rows if row.parent_id == place_id])


def may_see(viewer: Viewer, selected: Selection, now: datetime) -> bool:
    """Whether `viewer` may see the figures of `selected`: an area within their own, or of their own company."""
    seen = reach(viewer, Permission.SEE_RATES, clock.local_date(now))
    if seen.everywhere or selected.organisation_id in seen.organisations:
        return True
    return selected.area is not None and any(selected.area.path.startswith(path) for path in seen.paths)


def seen_from(viewer: Viewer, now: datetime) -> Callable[[int], bool]:
    """Which of the places above an area `viewer` may see as well: those at or below a place of their own."""
    seen = reach(viewer, Permission.SEE_RATES, clock.local_date(now))
    above = {int(part) for path in seen.paths for part in path.strip("/").split("/")[:-1]}
    return lambda place_id: seen.everywhere or place_id not in above


def first_look(session: Session, viewer: Viewer, now: datetime) -> tuple[int | None, int | None]:
    """The place, else the organisation, whose figures `viewer` comes for."""
    seen = reach(viewer, Permission.SEE_RATES, clock.local_date(now))
    if seen.everywhere:
        return session.scalar(select(Place.id).where(Place.parent_id.is_(None)).limit(1)), None
    if seen.paths:
        return int(min(seen.paths, key=len).strip("/").split("/")[-1]), None
    return None, seen.organisations[0] if seen.organisations else None


def organisation_name(session: Session, organisation_id: int) -> str | None:
    """What an organisation is called; None where there is none."""
    known = 0 < organisation_id < ID_LIMIT
    return session.scalar(select(Organisation.name).where(Organisation.id == organisation_id)) if known else None
