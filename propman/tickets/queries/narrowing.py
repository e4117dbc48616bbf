"""What the queue can be narrowed to: as it is asked, and as conditions in which parameters stand for what is asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, exists, or_, select, tuple_
from sqlalchemy.orm import aliased

from propman import clock
from propman.communities.models import Place
from propman.db import UtcDateTime, written
from propman.roles import Viewer
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries.objections import is_objected
from propman.tickets.queries.recourse import flagged, under_warranty
from propman.tickets.queries.referrals import is_referred
from propman.tickets.queries.shapes import NOW, TODAY
from propman.tickets.queries.urges import is_urged
from propman.tickets.workflow import FINAL, Action, HoldReason, State

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
    recheck: bool = False  # repaired, and somebody else is to look at it
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

    @property
    def asked(self) -> dict[str, Any]:
        """What is asked besides the state, by name."""
        return {name: value for name, value in vars(self).items() if value and name != "state"}


_COLUMNS: Mapping[str, Any] = {
    "community_id": Ticket.community_id, "category": Ticket.category, "priority": Ticket.priority,
    "assignee_id": Ticket.assignee_id, "part_id": Ticket.asset_id, "waits": Ticket.hold_reason,
}  # fmt: skip
"""Where what is asked by a value stands in the row of a ticket."""

_DAY_BEGINS: Any = bindparam("day_begins", type_=UtcDateTime)
_DAY_ENDS: Any = bindparam("day_ends", type_=UtcDateTime)


def narrowed(state: str, asked: Collection[str], viewer: Viewer) -> list[ColumnElement[bool]]:
    """The conditions of a `QueueFilter` with this `state` and these things `asked`; `viewer` as `shapes.anybody`."""
    ticks = _ticks(viewer)
    by_value = [_COLUMNS[name] == bindparam(name) for name in asked if name in _COLUMNS]
    place = [_inside(bindparam("place_id"))] if "place_id" in asked else []
    return [*_in_state(state), *(ticks[name]() for name in asked if name in ticks), *by_value, *place]


def bound(wanted: QueueFilter, now: datetime) -> dict[str, Any]:
    """What is bound to the parameters of `narrowed`, besides that of `shapes`."""
    asked = wanted.asked
    facts = {name: value for name, value in asked.items() if value is not True}
    if wanted.due_today:
        facts["day_begins"], facts["day_ends"] = clock.day_span(clock.local_date(now))
    return facts


def closed_by_system() -> ColumnElement[bool]:
    """`Ticket.closed_by_system` as a condition."""
    unanswered = and_(Ticket.stars.is_(None), Ticket.completed_at.is_not(None), Ticket.recheck.is_(False))
    return and_(Ticket.state == State.CONFIRMED, unanswered)


def added_after_closing() -> ColumnElement[bool]:
    """Whether the last that happened to a closed ticket is that its reporter added something, as a condition."""
    added = select(TicketEvent.ticket_id, TicketEvent.version).where(TicketEvent.action == Action.ADD)
    return and_(Ticket.state.in_(FINAL), tuple_(Ticket.id, Ticket.version).in_(added))


def _is_of(user_id: Any) -> ColumnElement[bool]:
    """Whether a person goes there, or has sent whoever goes."""
    sent = exists().where(
        TicketEvent.ticket_id == Ticket.id, TicketEvent.action.in_(written(Action.ASSIGN, Action.REASSIGN)),
        TicketEvent.actor_id == user_id, TicketEvent.assignee_id == Ticket.assignee_id,
    )  # fmt: skip
    return or_(Ticket.assignee_id == user_id, sent)


def _in_state(state: str) -> tuple[ColumnElement[bool], ...]:
    """What `QueueFilter.state` asks for."""
    if state == ANY:
        return ()
    if state == UNANSWERED:
        return (closed_by_system(),)
    if state == AT_WORK:
        return Ticket.is_open(), Ticket.state.not_in(written(State.ON_HOLD))
    return (Ticket.is_open() if state == ANY_OPEN else Ticket.state.in_(written(State(state))),)


def _ticks(viewer: Viewer) -> dict[str, Callable[[], ColumnElement[bool]]]:
    """What the ticks of a filter ask for."""
    return {
        "reopened": lambda: Ticket.reopened > 0,
        "recheck": lambda: and_(Ticket.recheck.is_(True), Ticket.state.in_(written(State.COMPLETED))),
        "referred": is_referred,
        "flagged": flagged,
        "warranty": under_warranty,
        "mine": lambda: _is_of(viewer.user_id),
        "due_today": lambda: and_(Ticket.due_at >= _DAY_BEGINS, Ticket.due_at < _DAY_ENDS),
        "added": added_after_closing,
        "urged": is_urged,
        "urge_late": lambda: is_urged(late_on=TODAY),
        "objected": lambda: is_objected(viewer),
        "late": lambda: Ticket.due_at < NOW,
    }


def _inside(place_id: Any) -> ColumnElement[bool]:
    """Whether a ticket is about a place or what lies in it."""
    here = aliased(Place)
    return Ticket.place_id.in_(select(Place.id).join(here, Place.path.like(here.path + "%")).where(here.id == place_id))
