"""The list of outages: what is off now, what comes, what is over; page by page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from propman import clock
from propman.db import ID_LIMIT
from propman.outages.models import Outage
from propman.outages.queries.scope import visible_to
from propman.outages.queries.story import grace_on
from propman.roles import Viewer

PAGE = 40


class Which(StrEnum):
    """Which ones are listed."""

    CURRENT = "current"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True)
class Page:
    """One page of outages; `next` is the id to ask behind, or None."""

    rows: tuple[Outage, ...]
    next: int | None


def listed(session: Session, viewer: Viewer, which: Which, now: datetime, *, after: int | None = None) -> Page:
    """The outages that `viewer` looks after: the next one first, of those that are over the latest."""
    on = clock.local_date(now)
    query = select(Outage).where(visible_to(viewer, on), _standing(which, now, grace_on(session, on)))
    past = which is Which.PAST
    if after is not None and 0 < after < ID_LIMIT:
        start = select(Outage.starts_at).where(Outage.id == after).scalar_subquery()
        beyond, same = (Outage.starts_at > start, Outage.id > after)
        if past:
            beyond, same = (Outage.starts_at < start, Outage.id < after)
        query = query.where(or_(beyond, and_(Outage.starts_at == start, same)))
    order = (Outage.starts_at.desc(), Outage.id.desc()) if past else (Outage.starts_at, Outage.id)
    whole = (joinedload(Outage.organisation), joinedload(Outage.community), selectinload(Outage.places))
    rows = session.scalars(query.options(*whole).order_by(*order).limit(PAGE + 1)).all()
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].id if len(rows) > PAGE else None)


def _standing(which: Which, now: datetime, grace: timedelta) -> ColumnElement[bool]:
    """The condition of `rules.standing` as SQL."""
    open_ = and_(Outage.called_off_at.is_(None), Outage.ended_at.is_(None), Outage.ends_at >= now - grace)
    if which is Which.PAST:
        return or_(func.coalesce(Outage.called_off_at, Outage.ended_at).is_not(None), Outage.ends_at < now - grace)
    return and_(open_, Outage.starts_at > now if which is Which.COMING else Outage.starts_at <= now)
