"""Lists of parts, narrowed and paged by key; and those whose warranty ends without anybody having looked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, selectinload

from propman import clock
from propman.assets.models import Asset, WarrantyStanding
from propman.assets.queries.scope import visible_to
from propman.catalogue.queries import number_setting
from propman.communities.models import Engagement, Organisation, Place, PlaceKind
from propman.communities.queries import managed_by, reach
from propman.db import dialect_of
from propman.projects.models import WorkItem
from propman.roles import Permission, Viewer
from propman.spans import lasts_beyond

PAGE = 50
MOST_COMPANIES = 300
MOST_PUBLIC = 40


class Warranted(StrEnum):
    """What a list can be asked about the warranty, beside "ends within so many days"."""

    OVER = "over"
    UNKNOWN = "unknown"
    NONE = "none"  # no project made it


@dataclass(frozen=True)
class PartFilter:
    """What the address bar asks; None leaves a thing open.

    `place` is a community or lies in one; `types` codes of types (of one class, say); `condition` that or worse;
    `ends_within` days from today; `gone` those that were removed, in place of those that are there.
    """

    place: Place | None = None
    code: str | None = None
    types: frozenset[str] | None = None
    condition: int | None = None
    warranted: Warranted | None = None
    ends_within: int | None = None
    no_maintainer: bool = False
    never_looked_at: bool = False
    gone: bool = False


@dataclass(frozen=True)
class Guaranteed:
    """What everybody may know of a part under warranty: its type and name, until when, and which contractor owes it."""

    asset_id: int
    type_code: str
    name: str
    last_on: date
    contractor: str | None


class Order(StrEnum):
    """By what a list is sorted: where it is, what ends first, what ended last, what is worst."""

    PLACE = "p"
    ENDING = "e"
    ENDED = "d"
    WORST = "w"


ORDERS = {
    Order.PLACE: (Asset.community_id, Asset.type_code, Asset.id),
    Order.ENDING: (Asset.warranty_last_on, Asset.id),
    Order.ENDED: (Asset.warranty_last_on, Asset.id),
    Order.WORST: (Asset.condition, Asset.id),
}
"""Each ends with the id, so that a key names one place in the list."""

Key = tuple[int | str | date, ...]


@dataclass(frozen=True)
class Page:
    """One page of parts, how it is sorted, and the key of the next one (None at the end)."""

    parts: Sequence[Asset]
    order: Order
    next: Key | None = field(default=None)


def order_of(wanted: PartFilter) -> Order:
    """How a list is sorted follows from what it is asked."""
    if wanted.ends_within is not None:
        return Order.ENDING
    if wanted.warranted is Warranted.OVER:
        return Order.ENDED
    return Order.WORST if wanted.condition is not None else Order.PLACE


def parts(session: Session, viewer: Viewer, wanted: PartFilter, now: datetime, *, after: Key | None = None) -> Page:
    """A page of the parts in the scope of `viewer` that are as `wanted`, each with its place and maintainer; one query.

    `after` is the key of this page as the page before gave it, in the same order.
    """
    return _page(session, narrowed(viewer, wanted, now), order_of(wanted), after)


def narrowed(viewer: Viewer, wanted: PartFilter, now: datetime) -> Select[Asset]:
    """The parts in the scope of `viewer` that are as `wanted`: what a list shows page by page, and an export whole."""
    return visible_to(viewer, now).where(*_conditions(wanted, clock.local_date(now)))


def unwatched(
    session: Session, viewer: Viewer, now: datetime, *, company_id: int | None = None, after: Key | None = None
) -> Page:
    """A page of the parts whose warranty ends within `warranty_watch_days` and that nobody has looked at since that
    many days before its end, what ends first on top; of communities that `company_id` manages today, if asked.
    """
    query = visible_to(viewer, now).where(*_unwatched(session, now))
    if company_id is not None:
        query = query.where(Asset.community_id.in_(managed_by(company_id, clock.local_date(now))))
    return _page(session, query, Order.ENDING, after)


def unwatched_count(session: Session, viewer: Viewer, now: datetime, *, most: int) -> int:
    """How many parts `unwatched` has; it stops counting at `most`."""
    query = visible_to(viewer, now).where(*_unwatched(session, now)).with_only_columns(Asset.id).limit(most)
    return session.scalar(select(func.count()).select_from(query.subquery())) or 0


def guaranteed_at(session: Session, place: Place, on: date) -> Sequence[Guaranteed]:
    """What everybody may know is guaranteed on `on` at a place, in it, and at what it lies in; what ends first on top,
    40 at most.
    """
    under = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    query = (
        select(Asset.id, Asset.type_code, Asset.name, Asset.warranty_last_on, Organisation.name)
        .outerjoin(WorkItem, WorkItem.id == Asset.work_item_id)
        .outerjoin(Organisation, Organisation.id == WorkItem.contractor_id)
        .where(
            Asset.community_id == place.community_line_ids[0],
            or_(Asset.place_id.in_(place.line_ids), Asset.place_id.in_(under)),
            Asset.warranty_last_on >= on,
            lasts_beyond(Asset.removed_on, on),
        )
        .order_by(Asset.warranty_last_on, Asset.id)
    )
    found = session.execute(query.limit(MOST_PUBLIC))
    return [Guaranteed(key, code, name, last_on, by) for key, code, name, last_on, by in found if last_on is not None]


def companies_seen(session: Session, viewer: Viewer, now: datetime) -> Sequence[Organisation]:
    """The companies that today manage communities within reach of `viewer`, by name: of whom a list can be asked."""
    today = clock.local_date(now)
    within = reach(viewer, Permission.SEE_REGISTER, today)
    engaged = select(Engagement.organisation_id).where(
        Engagement.in_force(today), within.holds(Engagement.community_id)
    )
    query = select(Organisation).where(Organisation.id.in_(engaged))
    return session.scalars(query.order_by(Organisation.sort_key, Organisation.id).limit(MOST_COMPANIES)).all()


def _page(session: Session, query: Select[Asset], order: Order, after: Key | None) -> Page:
    columns, backwards = ORDERS[order], order is Order.ENDED
    if after is not None:
        there = tuple_(*(literal(part, column.type) for part, column in zip(after, columns, strict=True)))
        query = query.where(tuple_(*columns) < there if backwards else tuple_(*columns) > there)
    query = query.options(selectinload(Asset.place), selectinload(Asset.maintainer))
    query = query.order_by(*(column.desc() if backwards else column for column in columns))
    found = session.scalars(query.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    key = tuple(getattr(shown[-1], column.key) for column in columns) if len(found) > PAGE else None
    return Page(shown, order, key)


def _conditions(wanted: PartFilter, today: date) -> list[ColumnElement[bool]]:
    there = Asset.removed_on <= today if wanted.gone else lasts_beyond(Asset.removed_on, today)
    found: list[ColumnElement[bool]] = [there]
    if wanted.place is not None:
        found += _inside(wanted.place)
    if wanted.code is not None:
        found.append(Asset.code == wanted.code)
    if wanted.types is not None:
        found.append(Asset.type_code.in_(sorted(wanted.types)))
    if wanted.condition is not None:
        found.append(Asset.condition <= wanted.condition)
    if wanted.no_maintainer:
        found.append(Asset.maintainer_id.is_(None))
    if wanted.never_looked_at:
        found.append(Asset.condition.is_(None))
    if wanted.ends_within is not None:
        found.append(Asset.warranty_last_on.between(today, today + timedelta(days=wanted.ends_within)))
    if wanted.warranted is Warranted.OVER:
        found.append(Asset.warranty_last_on < today)
    elif wanted.warranted is not None:
        found.append(Asset.warranty == WarrantyStanding(wanted.warranted.value))
    return found


def _inside(place: Place) -> list[ColumnElement[bool]]:
    """The parts of a place and of all inside it: by its community, which has an index, and by the paths of places."""
    of_community = Asset.community_id == place.community_line_ids[0]
    if place.kind is PlaceKind.COMMUNITY:
        return [of_community]
    under = select(Place.id).where(Place.path.startswith(place.path, autoescape=True))
    return [of_community, Asset.place_id.in_(under)]


def _unwatched(session: Session, now: datetime) -> list[ColumnElement[bool]]:
    today = clock.local_date(now)
    days = number_setting(session, "warranty_watch_days", today)
    ends = Asset.warranty_last_on
    watched_from = ends - days if dialect_of(session) == "postgresql" else func.date(ends, f"-{days} days")
    return [
        ends.between(today, today + timedelta(days=days)),
        or_(Asset.condition_on.is_(None), Asset.condition_on < watched_from),
        lasts_beyond(Asset.removed_on, today),
    ]
