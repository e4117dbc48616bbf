"""From what is drawn in an area: where nothing had failed, what was closed, and all that was never drawn before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from propman.communities.kinds import PlaceKind
from propman.communities.models import ABOVE_COMMUNITIES, Place
from propman.communities.queries import under
from propman.rounds.judging import Result
from propman.rounds.models import Round, RoundPoint
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.rules import Kind, Whose, month_to_draw
from propman.tickets.models import Channel, Ticket, TicketEvent
from propman.tickets.workflow import Action, State


@dataclass(frozen=True)
class Thing:
    """Something that can be drawn, as a spot check names it."""

    community_id: int
    organisation_id: int | None
    answering_id: int
    ticket_id: int | None = None


Found = Mapping[Whose, Mapping[int, Thing]]
"""What there is to draw from, by whose it is and by its id."""


def frame(session: Session, draw: SpotDraw) -> Found:
    """Everything that `draw` draws from: the points at which nothing failed, and the last completions of reports that
    are closed, from `begins_at` up to `ends_at`; without what was drawn before. Two statements.
    """
    found: dict[Whose, dict[int, Thing]] = defaultdict(dict)
    for person_id, point_id, *of in session.execute(unfailed(draw)):
        found[Whose(Kind.POINT, person_id)][point_id] = Thing(*of)
    for person_id, event_id, *of in session.execute(_closed(draw)):
        found[Whose(Kind.REPAIR, person_id)][event_id] = Thing(*of)
    return found


def unfailed(draw: SpotDraw):  # type: ignore[no-untyped-def]
    """SELECT who recorded it, the point, its community, for whom, for whom it counts: of what `draw` draws from.

    Also where nothing applied: that is as easily said as that all is in order.
    """
    results = (Result.PASS, Result.NOT_APPLICABLE) if draw.unfailed else (Result.PASS,)
    before = exists().where(SpotCheck.point_id == RoundPoint.id, SpotCheck.draw_id < draw.id)
    return (
        select(Round.person_id, RoundPoint.id, Round.community_id, Round.organisation_id,
               func.coalesce(Round.organisation_id, RoundPoint.organisation_id))
        .join(Round, Round.id == RoundPoint.round_id)
        .where(
            Round.community_id.in_(under(draw.area.path)), Round.started_at < draw.ends_at,
            or_(Round.closed_at.is_(None), Round.closed_at >= draw.begins_at),
            RoundPoint.recorded_at >= draw.begins_at, RoundPoint.recorded_at < draw.ends_at,
            RoundPoint.result.in_(results), ~before,
        )
    )  # fmt: skip


def _closed(draw: SpotDraw):  # type: ignore[no-untyped-def]
    later = aliased(TicketEvent)
    last = (
        select(func.max(later.version))
        .where(later.ticket_id == Ticket.id, later.action == Action.COMPLETE)
        .correlate(Ticket)
        .scalar_subquery()
    )
    before = exists().where(SpotCheck.completion_id == TicketEvent.id)
    return (
        select(TicketEvent.actor_id, TicketEvent.id, Ticket.community_id, TicketEvent.organisation_id,
               TicketEvent.organisation_id, Ticket.id)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .where(
            Ticket.community_id.in_(under(draw.area.path)), Ticket.state == State.CONFIRMED,
            Ticket.channel != Channel.IMPORTED, Ticket.confirmed_at >= draw.begins_at,
            Ticket.confirmed_at < draw.ends_at, TicketEvent.action == Action.COMPLETE, TicketEvent.version == last,
            TicketEvent.actor_id.is_not(None), ~before,
        )
    )  # fmt: skip


def street_to_draw(session: Session, this: date) -> tuple[Place, date] | None:
    """A street in which a month is over that was not drawn yet, and that month; None where there is none."""
    last = (
        select(SpotDraw.area_id, func.max(SpotDraw.month).label("month"))
        .where(SpotDraw.month.is_not(None))
        .group_by(SpotDraw.area_id)
        .subquery()
    )
    before = month_to_draw(None, this)
    query = (
        select(Place, last.c.month)
        .outerjoin(last, last.c.area_id == Place.id)
        .where(Place.kind == PlaceKind.STREET, or_(last.c.month.is_(None), last.c.month < before))
        .order_by(Place.id)
    )
    row = session.execute(query.limit(1)).one_or_none()
    month = month_to_draw(row[1], this) if row is not None else None
    return (row[0], month) if row is not None and month is not None else None


def street_of(area: Place) -> int:
    """The id of the street that `area` is or lies in."""
    return area.line_ids[ABOVE_COMMUNITIES - 1]


def draws_so_far(session: Session, area: Place) -> tuple[int, int]:
    """How many draws there were in the street of `area`: by month, and by hand."""
    street = street_of(area)
    inside = select(Place.id).where(or_(Place.id == street, Place.parent_id == street))
    query = select(func.count(SpotDraw.month), func.count(SpotDraw.asked_by_id)).where(SpotDraw.area_id.in_(inside))
    by_month, by_hand = session.execute(query).one()
    return by_month, by_hand
