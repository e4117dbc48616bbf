"""One answer with what became of it, and the answers that somebody wants left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.queries import member_ids, officials_over
from propman.communities.models import Organisation, Place
from propman.communities.queries import street_office_of
from propman.db import ID_LIMIT
from propman.oversight.models import AnswerExclusion
from propman.oversight.queries import counting
from propman.oversight.queries.counting import of
from propman.oversight.queries.selection import Area, Selection, area, may_see
from propman.roles import Role, Viewer
from propman.tickets.models import Ticket, TicketEvent

ASKS = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE})
DECIDES = frozenset({Role.STREET_OFFICE, Role.OFFICIAL})
MOST = 200


@dataclass(frozen=True)
class Answer:
    """What was answered about a completion, and who had completed it: the organisation that the answer judges."""

    event_id: int
    month: date
    at: datetime
    action: str
    ticket_id: int
    number: str
    area: Area  # the community
    organisation_id: int
    organisation: str
    contacted: int | None
    solved: int | None
    stars: int | None
    counted: int

    def judges(self, viewer: Viewer) -> bool:
        """Whether `viewer` dispatches for, or manages, who is judged."""
        return any(post.role in ASKS and post.organisation_id == self.organisation_id for post in viewer.posts)

    def decider(self, viewer: Viewer, asked_by_id: int) -> tuple[bool, int | None]:
        """Whether `viewer` may decide on leaving it out, and for which organisation: one above the place, of other
        people than those it judges.
        """
        if viewer.user_id == asked_by_id or any(post.organisation_id == self.organisation_id for post in viewer.posts):
            return False, None
        above = [
            post.organisation_id for post in viewer.posts
            if post.role in DECIDES and post.place_path and self.area.path.startswith(post.place_path)
        ]  # fmt: skip
        return bool(above), next((each for each in above if each is not None), None)


def answer(session: Session, event_id: int, viewer: Viewer, now: datetime) -> Answer | None:
    """The answer given with this move, if it is one and `viewer` may see whom it judges."""
    known = 0 < event_id < ID_LIMIT
    move = session.get(TicketEvent, event_id) if known else None
    where = area(session, move.community_id) if move is not None and move.month is not None else None
    if move is None or move.month is None or where is None:
        return None
    found = counting.judgements(first=move.month, last=move.month, area=where).c
    organisation, ticket = of(Organisation), of(Ticket)
    query: Any = select(*found, organisation.name.label("organisation"), ticket.number).where(
        found.id == event_id, found.counted.is_not(None), organisation.id == found.organisation_id,
        ticket.id == found.ticket_id,
    )  # fmt: skip
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    seen = (Selection(row.month, row.month, where), Selection(row.month, row.month, None, row.organisation_id))
    if not any(may_see(viewer, each, now) for each in seen):
        return None
    return Answer(row.id, row.month, row.at, row.action, row.ticket_id, row.number, where, row.organisation_id,
                  row.organisation, row.contacted, row.solved, row.stars, row.counted)  # fmt: skip


def deciders(session: Session, found: Answer, asked_by_id: int, on: date) -> list[int]:
    """The nearest people above who may decide on leaving it out on the day `on`: those of the street office, else the
    officials of the county, else of the prefecture, else of the province.
    """
    province, prefecture, county, street, *_inside = map(int, found.area.path.strip("/").split("/"))
    levels = []
    office = street_office_of(session, street, on)
    if office is not None and office.id != found.organisation_id:
        levels.append(member_ids(session, organisation_id=office.id, roles={Role.STREET_OFFICE}, on=on))
    for place_id in (county, prefecture, province):
        levels.append([person.id for person in officials_over(session, place_id=place_id, on=on)])
    others = ([one for one in people if one != asked_by_id] for people in levels)
    return next(filter(None, others), [])


def exclusion_of(session: Session, event_id: int) -> AnswerExclusion | None:
    """What was asked and decided about leaving an answer out."""
    return session.scalars(_whole().where(AnswerExclusion.event_id == event_id)).one_or_none()


def exclusions(session: Session, selected: Selection) -> Sequence[AnswerExclusion]:
    """The answers that somebody wants left out, or wanted, of `selected`, those to decide on first, the newest first.

    Months are not asked for: what waits, waits.
    """
    done = of(TicketEvent)
    query = _whole().join(done.id.table, done.id == TicketEvent.completion_id)
    narrowed = selected.narrowed(done.community_id, done.organisation_id, done.category)
    order = (AnswerExclusion.decided_at.is_not(None), AnswerExclusion.id.desc())
    return session.scalars(query.where(narrowed).order_by(*order).limit(MOST)).all()


def reports_of(session: Session, found: Sequence[AnswerExclusion]) -> dict[int, tuple[str, str]]:
    """By the answer's move, the number of its report and the name of its community."""
    query = (
        select(TicketEvent.id, Ticket.number, Place.name)
        .join(Ticket, Ticket.id == TicketEvent.ticket_id)
        .join(Place, Place.id == TicketEvent.community_id)
        .where(TicketEvent.id.in_([one.event_id for one in found]))
    )
    return {event_id: (number, community) for event_id, number, community in session.execute(query)}


def _whole() -> Any:
    parts = (AnswerExclusion.asked_by, AnswerExclusion.asked_for, AnswerExclusion.decided_by,
             AnswerExclusion.decided_for)  # fmt: skip
    query = select(AnswerExclusion).join(TicketEvent, TicketEvent.id == AnswerExclusion.event_id)
    return query.options(*(joinedload(part) for part in parts), joinedload(AnswerExclusion.event))
