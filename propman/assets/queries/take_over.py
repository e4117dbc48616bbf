"""Take-over inspections: of which engagements, what is on the list, what still waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.assets.models import Asset, TakeOver, TakeOverItem, TakeOverState
from propman.assets.queries.printing import place_by_place
from propman.assets.queries.scope import SEES
from propman.communities.models import Engagement
from propman.communities.queries import reach
from propman.data.works import Criticality
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.roles import Permission, Viewer
from propman.spans import lasts_beyond

OPENED_WITHIN = timedelta(days=31)  # of its first day an engagement gets its inspection by itself
ALL_BELOW = 60  # a community with fewer parts has each of them checked
CHECKED_FIRST = frozenset({Criticality.A, Criticality.B})
MOST = 40


def load_take_over(
    session: Session, take_over_id: int, viewer: Viewer, now: datetime, permission: Permission = SEES
) -> TakeOver:
    """The inspection with its engagement, community and company. Raises `NotFound`, also for one out of scope."""
    query = _visible(viewer, now, permission).where(TakeOver.id == take_over_id)
    found = session.scalars(query).one_or_none() if 0 < take_over_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def take_overs(session: Session, viewer: Viewer, now: datetime) -> Sequence[tuple[TakeOver, int]]:
    """The latest inspections in the scope of `viewer`, the open ones first, each with how many lines are unchecked."""
    waiting = (
        select(func.count())
        .where(TakeOverItem.take_over_id == TakeOver.id, TakeOverItem.state == TakeOverState.OPEN)
        .scalar_subquery()
    )
    query = _visible(viewer, now, SEES).add_columns(waiting)
    query = query.order_by(TakeOver.closed_at.is_not(None), TakeOver.id.desc()).limit(MOST)
    return [(row[0], row[1]) for row in session.execute(query)]


def lines_of(session: Session, take_over: TakeOver) -> Sequence[TakeOverItem]:
    """The lines of the list in their order, each with its note and part; one query."""
    query = (
        select(TakeOverItem)
        .where(TakeOverItem.take_over_id == take_over.id)
        .options(joinedload(TakeOverItem.note), joinedload(TakeOverItem.asset).joinedload(Asset.place))
        .order_by(TakeOverItem.position, TakeOverItem.id)
    )
    return session.scalars(query).all()


def waiting_engagements(session: Session, viewer: Viewer, now: datetime) -> Sequence[Engagement]:
    """The engagements in force in the scope of `viewer` that have no inspection yet: one can be opened by hand."""
    held = reach(viewer, Permission.TEND_PARTS, clock.local_date(now))
    query = _without(clock.local_date(now)).where(held.holds(Engagement.community_id))
    query = query.options(joinedload(Engagement.community), joinedload(Engagement.organisation))
    return session.scalars(query.order_by(Engagement.starts_on.desc(), Engagement.id).limit(MOST)).all()


def load_engagement(session: Session, engagement_id: int, viewer: Viewer, now: datetime) -> Engagement:
    """The engagement where `viewer` tends the parts of its community. Raises `NotFound` for all else alike."""
    held = reach(viewer, Permission.TEND_PARTS, clock.local_date(now))
    query = select(Engagement).where(Engagement.id == engagement_id, held.holds(Engagement.community_id))
    query = query.options(joinedload(Engagement.community), joinedload(Engagement.organisation))
    found = session.scalars(query).one_or_none() if 0 < engagement_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def due_engagements(on: date) -> Select[int]:
    """The ids of the engagements that began not long before `on` and have no inspection yet."""
    return (
        _without(on)
        .where(Engagement.starts_on > on - OPENED_WITHIN)
        .with_only_columns(Engagement.id)
        .order_by(Engagement.id)
    )


def parts_to_check(session: Session, community_id: int, on: date) -> Sequence[Asset]:
    """The parts that an inspection looks at, place by place: of criticality A and B, or all where there are few."""
    query = select(Asset).where(Asset.community_id == community_id, lasts_beyond(Asset.removed_on, on))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    if total >= ALL_BELOW:
        query = query.where(Asset.criticality.in_(CHECKED_FIRST))
    return session.scalars(place_by_place(query)).all()


def _without(on: date) -> Select[Engagement]:
    opened = exists().where(TakeOver.engagement_id == Engagement.id)
    return select(Engagement).where(Engagement.in_force(on), ~opened)


def _visible(viewer: Viewer, now: datetime, permission: Permission) -> Select[TakeOver]:
    held = reach(viewer, permission, clock.local_date(now))
    engagement = joinedload(TakeOver.engagement)
    return (
        select(TakeOver)
        .join(TakeOver.engagement)
        .where(held.holds(Engagement.community_id))
        .options(engagement.joinedload(Engagement.community), engagement.joinedload(Engagement.organisation))
    )
