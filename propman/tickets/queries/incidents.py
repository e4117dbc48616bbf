"""Incidents: a lead with the reports that are merged with it, and those that a report could be merged with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.communities.queries import AnyPlace, lines
from propman.tickets.incident import TAKES_MORE, WITHIN, Known
from propman.tickets.models import Ticket
from propman.tickets.queries.rows import AnyTicket
from propman.tickets.workflow import State

MOST_PROPOSED = 12
MOST_ALIKE = 5
ALIKE_FOR = timedelta(days=14)
"""For how long a closed report is shown to whoever is about to send one like it."""


def scope_of(session: Session, place: AnyPlace) -> AnyPlace:
    """The building that `place` is or lies in; outdoors the place itself, which is the community."""
    if place.kind is not PlaceKind.ENTRANCE:
        return place
    return next((one for one in lines(session, [place])[place.id] if one.kind is PlaceKind.BUILDING), place)


def known_incidents(
    session: Session, *, community_id: int, scope: AnyPlace, category: str, part_id: int | None, now: datetime,
    outage_id: int | None = None,
) -> list[Known]:  # fmt: skip
    """The incidents of a community that a report about `scope` and `category`, about a part, or explained by a planned
    outage, may belong to now.
    """
    alike = and_(Ticket.category == category, _inside(scope))
    query = _leads(community_id).where(
        Ticket.submitted_at >= now - WITHIN, or_(alike, Ticket.asset_id == part_id) if part_id is not None else alike
    )
    if outage_id is not None:
        query = _leads(community_id).where(Ticket.outage_id == outage_id)
    leads = session.scalars(query).all()
    first = dict(
        session.execute(
            select(Ticket.lead_id, func.min(Ticket.submitted_at))
            .where(Ticket.lead_id.in_([lead.id for lead in leads]))
            .group_by(Ticket.lead_id)
        ).all()
    ) if leads else {}  # fmt: skip
    return [
        Known(
            lead.id, lead.state, lead.category, scope.id if lead.category == category else 0, lead.asset_id,
            min(lead.submitted_at, first.get(lead.id, lead.submitted_at)), lead.outage_id,
        )
        for lead in leads
    ]  # fmt: skip


def followers(session: Session, lead: Ticket) -> Sequence[Ticket]:
    """The reports that are merged with `lead`, the oldest first, by themselves."""
    return session.scalars(_followers(lead)).all()


def merged_with(session: Session, lead: AnyTicket) -> Sequence[Ticket]:
    """The reports that are merged with `lead`, the oldest first, with what their households said."""
    whole = (Ticket.place, Ticket.reporter, Ticket.description, Ticket.spot, Ticket.caller_name, Ticket.caller_phone)
    return session.scalars(_followers(lead).options(*(joinedload(part) for part in whole))).all()


def has_merged(session: Session, lead: Ticket) -> bool:
    """Whether other reports are merged with `lead`."""
    return session.scalar(select(Ticket.id).where(Ticket.lead_id == lead.id).limit(1)) is not None


def households(session: Session, tickets: Iterable[Ticket]) -> dict[int, int]:
    """How many reports `tickets` stand for, by ticket: those with which others are merged alone; one query."""
    query = select(Ticket.lead_id, func.count()).where(Ticket.lead_id.in_([ticket.id for ticket in tickets]))
    return {lead_id: 1 + number for lead_id, number in session.execute(query.group_by(Ticket.lead_id)) if lead_id}


def alike_at(session: Session, place: AnyPlace, now: datetime, category: str | None = None) -> Sequence[Ticket]:
    """What was reported about the building of `place` (outdoors about its community) and is open, or was confirmed in
    the last fourteen days: one line for each incident, the newest first; nothing inside a flat. Of all categories, or
    of `category` alone.
    """
    query = select(Ticket).where(_inside(scope_of(session, place)), *_may_be_followed(now))
    query = query.where(Ticket.category == category) if category else query
    query = query.options(joinedload(Ticket.place)).order_by(Ticket.id.desc()).limit(MOST_ALIKE)
    return session.scalars(query).all()


def to_follow(session: Session, community_id: int, number: str, now: datetime) -> Ticket | None:
    """The report with `number` in that community, if a household may follow it instead of sending its own."""
    query = select(Ticket).where(Ticket.number == number, Ticket.community_id == community_id, *_may_be_followed(now))
    return session.scalars(query).one_or_none()


def to_follow_at(session: Session, place: AnyPlace, category: str, number: str, now: datetime) -> Ticket | None:
    """The report with `number`, if it is of those that `alike_at` shows for `place` and `category`, however many."""
    scope = scope_of(session, place)
    query = select(Ticket).where(
        Ticket.number == number, Ticket.category == category, _inside(scope), *_may_be_followed(now)
    )
    return session.scalars(query).one_or_none()


def _may_be_followed(now: datetime) -> tuple[ColumnElement[bool], ...]:
    lately = and_(Ticket.state == State.CONFIRMED, Ticket.confirmed_at >= now - ALIKE_FOR)
    return Ticket.private.is_(False), or_(Ticket.is_open(), lately), ~Ticket.is_imported()


def lead_numbered(session: Session, ticket: Ticket, number: str) -> Ticket | None:
    """The open report with `number` in the community of `ticket` that this can be merged with, or None."""
    query = select(Ticket).where(
        Ticket.number == number,
        Ticket.community_id == ticket.community_id,
        Ticket.is_open(),
        Ticket.id != ticket.id,
        ~Ticket.is_imported(),
    )
    return session.scalars(query).one_or_none()


def leads_for(session: Session, ticket: Ticket) -> Sequence[Ticket]:
    """The open reports that `ticket` can be merged with: of the same part first, then like it, then near it."""
    scope = scope_of(session, ticket.place)
    same_part = Ticket.asset_id == ticket.asset_id if ticket.asset_id is not None else None
    near = case((and_(Ticket.category == ticket.category, _inside(scope)), 1), (_inside(scope), 2), else_=3)
    rank = near if same_part is None else case((same_part, 0), else_=near)
    query = _leads(ticket.community_id).where(Ticket.id.not_in([ticket.id, ticket.lead_id or 0]))
    return session.scalars(
        query.options(joinedload(Ticket.place))
        .order_by(rank, Ticket.submitted_at.desc(), Ticket.id)
        .limit(MOST_PROPOSED)
    ).all()


def _leads(community_id: int) -> Select[Ticket]:
    states = [state for state in State if state in TAKES_MORE]
    mine = Ticket.community_id == community_id
    return select(Ticket).where(mine, Ticket.state.in_(states), ~Ticket.is_imported())


def _inside(scope: AnyPlace) -> ColumnElement[bool]:
    """The condition that a report is about `scope`: all in a building, but of a community only what is outdoors."""
    if scope.kind is PlaceKind.COMMUNITY:
        return Ticket.place_id == scope.id
    return Ticket.place_id.in_(select(Place.id).where(Place.path.startswith(scope.path, autoescape=True)))


def _followers(lead: AnyTicket) -> Select[Ticket]:
    return select(Ticket).where(Ticket.lead_id == lead.id).order_by(Ticket.submitted_at, Ticket.id)
