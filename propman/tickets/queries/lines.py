"""What a line of a list shows of a ticket: statements that stand ready, whatever the number of lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, String, Subquery, func, select, type_coerce
from sqlalchemy.orm import Session, aliased

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.communities.queries import address_inside
from propman.db import among, in_text, read
from propman.tickets.models import Objection, Referral, Ticket, TicketVerdict, Urge
from propman.tickets.queries.recourse import flagged


class Shown(NamedTuple):
    """What a line shows of a ticket. States and their like are plain text: a list compares them, and no more."""

    urgency: int
    queue_at: datetime
    id: int
    number: str
    version: int
    category: str
    priority: str
    state: str
    stars: int | None
    due_at: datetime | None
    due_kind: str | None
    hold_until_on: date | None
    hold_reason: str | None
    submitted_at: datetime
    completed_at: datetime | None
    asked_at: datetime | None  # since when a question waits for the reporter
    reopened: int
    recheck: bool  # somebody else than the repairer looks at it before it is closed
    assignee_id: int | None
    where: str
    organisation: str  # who holds it
    assignee: str | None  # None also for one who was erased
    households: int  # for how many it stands
    verdict: str | None  # on its warranty, the one that counts
    flagged: bool  # somebody is to pay for what its warranty covers
    referral_id: int | None  # the open one
    accepted_at: datetime | None
    answer_due_at: datetime | None
    answer_by_on: date | None  # while it is urged
    objected_at: datetime | None
    concerns: str | None  # whose it is, says the open objection


def _plain(column: Any) -> Any:
    return type_coerce(column, String).label(column.key)


_ONE = in_text(1)
_follower, _concerns = aliased(Ticket), aliased(Organisation)
_above, _community = aliased(Place), aliased(Place)
_households = select(_ONE + func.count()).where(_follower.lead_id == Ticket.id).scalar_subquery()
_verdict = (
    select(_plain(TicketVerdict.verdict)).where(TicketVerdict.ticket_id == Ticket.id)
    .order_by(TicketVerdict.run.desc()).limit(_ONE).scalar_subquery()
)  # fmt: skip

_COLUMNS = (
    Ticket.urgency, Ticket.queue_at, Ticket.id, Ticket.number, Ticket.version, Ticket.category, Ticket.priority,
    _plain(Ticket.state), Ticket.stars, Ticket.due_at, _plain(Ticket.due_kind), Ticket.hold_until_on,
    _plain(Ticket.hold_reason), Ticket.submitted_at, Ticket.completed_at, Ticket.asked_at, Ticket.reopened,
    Ticket.recheck,
    Ticket.assignee_id,
    address_inside(Place, _above, _community).label("where"), Organisation.name.label("organisation"),
    User.name.label("assignee"), _households.label("households"), _verdict.label("verdict"),
    flagged().label("flagged"), Referral.id.label("referral_id"), Referral.accepted_at, Referral.answer_due_at,
    Urge.answer_by_on, Objection.objected_at, _concerns.name.label("concerns"),
)  # fmt: skip
"""The fields of `Shown`, in their order."""


def _with_joins(query: Select[Any]) -> Select[*tuple[Any, ...]]:
    return (
        query.join(Place, Place.id == Ticket.place_id)
        .join(_above, _above.id == Place.parent_id)
        .join(_community, _community.id == Ticket.community_id)
        .join(Organisation, Organisation.id == Ticket.organisation_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .outerjoin(Referral, (Referral.ticket_id == Ticket.id) & Referral.ended_at.is_(None))
        .outerjoin(Urge, (Urge.ticket_id == Ticket.id) & Urge.ended_at.is_(None))
        .outerjoin(Objection, (Objection.ticket_id == Ticket.id) & Objection.ended_at.is_(None))
        .outerjoin(_concerns, _concerns.id == Objection.concerns_id)
    )


_LINES = _with_joins(select(*_COLUMNS).select_from(Ticket)).where(among(Ticket.id, "ids"))


def of_page(page: Subquery) -> Select[*tuple[Any, ...]]:
    """The lines of the tickets whose `id` the subquery `page` gives."""
    return _with_joins(select(*_COLUMNS).select_from(page).join(Ticket, Ticket.id == page.c.id))


def lines_of(session: Session, ids: Sequence[int]) -> list[Shown]:
    """The tickets with these `ids`, in their order, with place, holder, and what is open beside them.

    Whoever may see them was asked before: the ids come from a list in scope.
    """
    rows = {row.id: row for row in shown(session, _LINES, {"ids": list(ids)})} if ids else {}
    return [rows[each] for each in ids if each in rows]


def shown(session: Session, query: Select[*tuple[Any, ...]], asked: Mapping[str, Any]) -> list[Shown]:
    """The lines that `query`, made by `of_page`, gives in any order."""
    return [Shown._make(row) for row in read(session, query, asked).all()]
