"""Lists of tickets: the queue, a worker's jobs, a person's reports, what is publicly known of a place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, joinedload

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, OrganisationKind, Place
from propman.communities.queries import managers_on
from propman.roles import Viewer
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries.objections import is_objected
from propman.tickets.queries.recourse import flagged, under_warranty
from propman.tickets.queries.referrals import is_referred
from propman.tickets.queries.scope import queue_scope, staff_scope
from propman.tickets.queries.urges import is_urged
from propman.tickets.workflow import FINAL, OPEN, Action, HoldReason, State

PAGE = 50
KEY = (Ticket.urgency, Ticket.queue_at, Ticket.id)


ANY_OPEN, AT_WORK, ANY, UNANSWERED = "open", "at_work", "all", "closed_by_system"
"""What the queue can be asked for besides a state."""


@dataclass(frozen=True)
class QueueFilter:
    """What the address bar asks of the queue; None leaves a thing open.

    `state` is a state, or "open" (every state not yet final), "at_work" (open and not on hold), "all", or
    "closed_by_system" (confirmed by nobody).
    """

    state: str = ANY_OPEN
    community_id: int | None = None
    category: str | None = None
    priority: str | None = None
    assignee_id: int | None = None
    waits: HoldReason | None = None  # on hold for this reason
    mine: bool = False  # the viewer goes there, or has sent the person who goes
    due_today: bool = False
    late: bool = False
    reopened: bool = False
    referred: bool = False
    objected: bool = False  # an objection to the dispatch waits for a decision of the viewer
    added: bool = False  # something was added after it was closed, and nobody has noted anything since
    urged: bool = False
    urge_late: bool = False  # the day of the answer has passed
    flagged: bool = False
    warranty: bool = False  # under warranty, by the verdict that counts
    part_id: int | None = None
    place_id: int | None = None  # the place and all inside it

    @property
    def newest_first(self) -> bool:
        """Whether only closed tickets are asked for: of those the last one closed interests first."""
        return self.state in {*FINAL, UNANSWERED}


Key = tuple[int, datetime, int]
"""Where a line stands in the queue: urgency, moment, id."""


def queue(
    session: Session, viewer: Viewer, wanted: QueueFilter, now: datetime, *, after: Key | None = None
) -> tuple[Sequence[int], Key | None]:
    """One page of the queue of `viewer`, as ids, what hurts first on top; and the key of the next page or None.

    The order is that of `urgency.of`: emergencies, then the nearest or most missed deadline, then the oldest without
    a limit, last what waits for a day or for the reporter. Closed ones alone stand in the reverse order.
    """
    backwards = wanted.newest_first
    query = (
        _filtered(queue_scope(session, viewer, now), wanted, viewer, now)
        .with_only_columns(*KEY)
        .order_by(*(column.desc() if backwards else column for column in KEY))
        .limit(PAGE + 1)
    )
    if after is not None:
        there = tuple_(*(literal(part, column.type) for part, column in zip(after, KEY, strict=True)))
        query = query.where(tuple_(*KEY) < there if backwards else tuple_(*KEY) > there)
    keys = [(rank, at, ticket_id) for rank, at, ticket_id in session.execute(query)]
    return [ticket_id for _rank, _at, ticket_id in keys[:PAGE]], keys[PAGE - 1] if len(keys) > PAGE else None


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


def closed_by_system() -> ColumnElement[bool]:
    """`Ticket.closed_by_system` as a condition."""
    return and_(Ticket.state == State.CONFIRMED, Ticket.stars.is_(None), Ticket.completed_at.is_not(None))


def added_after_closing() -> ColumnElement[bool]:
    """Whether the last that happened to a closed ticket is that its reporter added something, as a condition."""
    added = select(TicketEvent.ticket_id, TicketEvent.version).where(TicketEvent.action == Action.ADD)
    return and_(Ticket.state.in_(FINAL), tuple_(Ticket.id, Ticket.version).in_(added))


def is_of(user_id: int) -> ColumnElement[bool]:
    """Whether a person goes there, or has sent whoever goes, as a condition."""
    sent = exists().where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.action.in_((Action.ASSIGN, Action.REASSIGN)),
        TicketEvent.actor_id == user_id, TicketEvent.assignee_id == Ticket.assignee_id,
    )  # fmt: skip
    return or_(Ticket.assignee_id == user_id, sent)


def due_on(day: date) -> ColumnElement[bool]:
    """Whether what presses on a ticket is due on a day, local time, as a condition."""
    begins, ends = clock.day_span(day)
    return and_(Ticket.due_at >= begins, Ticket.due_at < ends)


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    """What `QueueFilter.state` asks for, as conditions."""
    if state == ANY:
        return ()
    if state == UNANSWERED:
        return (closed_by_system(),)
    if state == AT_WORK:
        return Ticket.is_open(), Ticket.state != State.ON_HOLD
    return (Ticket.is_open() if state == ANY_OPEN else Ticket.state == State(state),)


def _wished(wanted: QueueFilter, viewer: Viewer, now: datetime) -> list[ColumnElement[bool]]:
    """What the ticks of a filter ask for, as conditions."""
    today = clock.local_date(now)
    wishes: tuple[tuple[bool, Callable[[], ColumnElement[bool]]], ...] = (
        (wanted.reopened, lambda: Ticket.reopened > 0),
        (wanted.referred, is_referred),
        (wanted.flagged, flagged),
        (wanted.warranty, under_warranty),
        (wanted.mine, lambda: is_of(viewer.user_id or 0)),
        (wanted.due_today, lambda: due_on(today)),
        (wanted.added, added_after_closing),
        (wanted.urged, is_urged),
        (wanted.urge_late, lambda: is_urged(late_on=today)),
        (wanted.objected, lambda: is_objected(viewer)),
        (wanted.late, lambda: Ticket.due_at < now),
    )
    return [condition() for wish, condition in wishes if wish]


def _filtered(query: Select[Ticket], wanted: QueueFilter, viewer: Viewer, now: datetime) -> Select[Ticket]:
    query = query.where(*_in_state(wanted.state), *_wished(wanted, viewer, now))
    for column, value in (
        (Ticket.community_id, wanted.community_id),
        (Ticket.category, wanted.category),
        (Ticket.priority, wanted.priority),
        (Ticket.assignee_id, wanted.assignee_id),
        (Ticket.asset_id, wanted.part_id),
        (Ticket.hold_reason, wanted.waits),
    ):
        if value is not None:
            query = query.where(column == value)
    if wanted.place_id is not None:
        here = aliased(Place)
        inside = select(Place.id).join(here, Place.path.like(here.path + "%")).where(here.id == wanted.place_id)
        query = query.where(Ticket.place_id.in_(inside))
    return query
