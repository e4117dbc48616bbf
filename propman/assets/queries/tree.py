"""The register as a tree: communities, in them buildings and entrances, at each how many parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, selectinload

from propman import clock
from propman.assets.models import Asset
from propman.assets.queries.scope import SEES
from propman.catalogue.queries import number_setting
from propman.communities.models import Place
from propman.communities.queries import reach
from propman.db import ID_LIMIT
from propman.roles import Permission, Viewer
from propman.spans import lasts_beyond

PAGE = 20
POOR = 2  # a condition up to this one wants somebody


@dataclass(frozen=True)
class Counts:
    """Parts that are there; of them in poor or very poor condition, and with a warranty that ends soon."""

    parts: int = 0
    poor: int = 0
    ending: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.parts + other.parts, self.poor + other.poor, self.ending + other.ending)


@dataclass(frozen=True)
class Branch:
    """A place, the parts that belong to it alone, and what lies inside it."""

    place: Place
    own: Counts
    inside: tuple[Branch, ...] = field(default=())

    @property
    def whole(self) -> Counts:
        """The parts of the place and of everything inside."""
        return sum((branch.whole for branch in self.inside), self.own)


@dataclass(frozen=True)
class CommunityPage:
    """One page of communities by name, each with its counts; `next` is an id to ask `after`, or None."""

    rows: Sequence[tuple[Place, Counts]]
    next: int | None


def communities(
    session: Session, viewer: Viewer, now: datetime, *, after: int | None = None, permission: Permission = SEES
) -> CommunityPage:
    """The communities that `viewer` reaches as a whole, by name, with their streets and counts; five queries."""
    today = clock.local_date(now)
    query = reach(viewer, permission, today).communities().with_only_columns(Place).where(Place.open_on(today))
    if after is not None and 0 < after < ID_LIMIT:
        last = aliased(Place)
        name = select(last.sort_key).where(last.id == after).scalar_subquery()
        query = query.where(tuple_(Place.sort_key, Place.id) > tuple_(name, literal(after)))
    query = query.options(selectinload(Place.parent)).order_by(Place.sort_key, Place.id)
    found = session.scalars(query.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    counted = _counts(session, Asset.community_id, today, Asset.community_id.in_([place.id for place in shown]))
    rows = [(place, counted.get(place.id, Counts())) for place in shown]
    return CommunityPage(rows, shown[-1].id if len(found) > PAGE else None)


def branch(session: Session, place: Place, community: Place, now: datetime) -> Branch:
    """`community` or a place in it, with everything inside that is open or has parts; three queries."""
    today = clock.local_date(now)
    inside = session.scalars(
        select(Place).where(Place.path.startswith(place.path, autoescape=True)).order_by(Place.sort_key, Place.id)
    ).all()
    here = (Asset.community_id == community.id, Asset.place_id.in_([each.id for each in inside]))
    counted = _counts(session, Asset.place_id, today, *here)
    return _branch(place, [each for each in inside if each.open_on(today) or each.id in counted], counted)


def _branch(place: Place, inside: Iterable[Place], counted: dict[int, Counts]) -> Branch:
    below = [each for each in inside if each.id != place.id]
    children = tuple(
        _branch(each, [other for other in below if other.path.startswith(each.path)], counted)
        for each in below
        if each.parent_id == place.id
    )
    return Branch(place, counted.get(place.id, Counts()), children)


def _counts(
    session: Session, by: InstrumentedAttribute[int], today: date, *among: ColumnElement[bool]
) -> dict[int, Counts]:
    """What is counted of the parts `among`; of a few communities, so that an index holds all that is asked."""
    days = number_setting(session, "warranty_watch_days", today)
    ending = Asset.warranty_last_on.between(today, today + timedelta(days=days))
    query = (
        select(by, func.count(), func.count().filter(Asset.condition <= POOR), func.count().filter(ending))
        .where(*among, lasts_beyond(Asset.removed_on, today))
        .group_by(by)
    )
    return {row[0]: Counts(*row[1:]) for row in session.execute(query)}
