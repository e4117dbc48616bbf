"""Lists of tickets: the queue, a worker's jobs, a person's reports, what is publicly known of a place."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, bindparam, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, OrganisationKind, Place
from propman.communities.queries import managers_on
from propman.db import in_text
from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.lines import Shown, of_page, shown
from propman.tickets.queries.narrowing import QueueFilter, bound, narrowed
from propman.tickets.queries.scope import by_posts, former_days, staff_scope
from propman.tickets.queries.shapes import SINCE, TODAY, Shape, anybody, facts_of, shape_of
from propman.tickets.workflow import OPEN, State

PAGE = 50
KEY = (Ticket.urgency, Ticket.queue_at, Ticket.id)
AFTER = ("after_urgency", "after_at", "after_id")
_PLACE = itemgetter(0, 1, 2)

Key = tuple[int, datetime, int]
"""Where a line stands in the queue: urgency, moment, id."""


def queue(
    session: Session, viewer: Viewer, wanted: QueueFilter, now: datetime, *, after: Key | None = None
) -> tuple[list[Shown], Key | None]:
    """One page of the queue of `viewer`, what hurts first on top; and the key of the next page or None. One statement.

    The order is that of `urgency.of`: emergencies, then the nearest or most missed deadline, then the oldest without
    a limit, last what waits for a day or for the reporter. Closed ones alone stand in the reverse order.
    """
    backwards = wanted.newest_first
    query = _queue(shape_of(viewer), wanted.state, tuple(wanted.asked), backwards, after is not None, PAGE + 1)
    facts = facts_of(viewer, now, former_days=former_days(session, viewer, now))
    facts |= bound(wanted, now)
    if after is not None:
        facts |= dict(zip(AFTER, after, strict=True))
    rows = sorted(shown(session, query, facts), key=_PLACE, reverse=backwards)
    return rows[:PAGE], _PLACE(rows[PAGE - 1]) if len(rows) > PAGE else None


@lru_cache(maxsize=500)
def _queue(
    shape: Shape, state: str, asked: tuple[str, ...], backwards: bool, further: bool, most: int
) -> Select[*tuple[Any, ...]]:
    """The statement of `queue` for everybody with posts of this `shape` who asks for this: first the page, then its
    lines. Its rows come in any order.
    """
    viewer = anybody(shape)
    page = select(*KEY).where(by_posts(viewer, TODAY, SINCE), *narrowed(state, asked, viewer))
    if further:
        there = tuple_(*(bindparam(name, type_=column.type) for name, column in zip(AFTER, KEY, strict=True)))
        page = page.where(tuple_(*KEY) < there if backwards else tuple_(*KEY) > there)
    page = page.order_by(*(column.desc() if backwards else column for column in KEY)).limit(in_text(most))
    return of_page(page.subquery("page"))


def jobs_of(session: Session, viewer: Viewer, now: datetime) -> Sequence[Ticket]:
    """The open jobs given to `viewer`, nearest deadline first; at most 200.

    A job that still has to follow its community to another organisation is nobody's job any more and left out.
    """
    people = (Ticket.reporter, Ticket.caller_name, Ticket.caller_phone)
    query = (
        staff_scope(viewer, now)
        .where(Ticket.assignee_id == viewer.user_id, Ticket.state.in_(OPEN - {State.SUBMITTED}))
        .options(*(joinedload(each) for each in (Ticket.place, Ticket.organisation, Ticket.description, Ticket.spot)))
        .options(*(joinedload(each) for each in people))
        .order_by(*KEY)
        .limit(200)
    )
    jobs = session.scalars(query).all()
    managers = managers_on(session, {job.community_id for job in jobs}, clock.local_date(now))
    return [job for job in jobs if _stays(job, managers.get(job.community_id))]


def _stays(job: Ticket, manager: Organisation | None) -> bool:
    if job.state is State.COMPLETED or job.placed_with_id == job.organisation_id:
        return True
    return manager.id == job.organisation_id if manager else job.organisation.kind is OrganisationKind.STREET_OFFICE


def reports_of(session: Session, user_id: int, *, before_id: int | None = None) -> Sequence[Ticket]:
    """The reports that a person sent, newest first, one page and one more."""
    query = (
        select(Ticket)
        .where(Ticket.reporter_id == user_id)
        .options(
            joinedload(Ticket.place),
            joinedload(Ticket.community),
            joinedload(Ticket.description),
            joinedload(Ticket.lead),
        )
        .order_by(Ticket.id.desc())
        .limit(PAGE + 1)
    )
    if before_id is not None:
        query = query.where(Ticket.id < before_id)
    return session.scalars(query).all()


def public_open_at(session: Session, place: Place) -> Sequence[Ticket]:
    """What everybody may know of a place: its open faults that are not inside a flat, newest first, at most 20.

    At an entrance also those of its whole building, and anywhere those that somebody there has reported as well: one
    line for each incident. Category, place, state and times only: no words, no photographs, no people are loaded. What
    another system says is no public fact.
    """
    inside = Place.path.startswith(place.path, autoescape=True)
    if place.kind is PlaceKind.ENTRANCE:
        inside = or_(inside, Place.id == place.parent_id)
    here = Ticket.place_id.in_(select(Place.id).where(inside))
    follower = aliased(Ticket)
    joined = select(follower.lead_id).where(
        follower.place_id.in_(select(Place.id).where(Place.path.startswith(place.path, autoescape=True))),
        follower.state == State.MERGED, follower.private.is_(False),
    )  # fmt: skip
    query = (
        select(Ticket)
        .where(or_(here, Ticket.id.in_(joined)), Ticket.private.is_(False), Ticket.is_open(), ~Ticket.is_imported())
        .options(joinedload(Ticket.place))
        .order_by(Ticket.id.desc())
        .limit(20)
    )
    return session.scalars(query).all()
