"""The lists behind the figures: the same conditions, shown instead of summed. Also what corrects a month afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, literal, null, or_, select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Organisation, Place
from propman.oversight import rules
from propman.oversight.models import STOCKS, AnswerExclusion
from propman.oversight.queries import counting
from propman.oversight.queries.counting import of, said
from propman.oversight.queries.figures import AGES, JUDGED, OWN, ages, open_at, open_now
from propman.oversight.queries.selection import Selection
from propman.roles import Viewer
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries import seen
from propman.tickets.workflow import State

PAGE = 50
MOST_EXPORTED = 20_000
CORRECTIONS = "corrections"

LISTS: dict[str, tuple[str, ...]] = {
    **{name: (name,) for name in (*OWN, *JUDGED, *STOCKS)},
    "satisfaction_n": ("satisfied", "basically", "unsatisfied"),
    "satisfied_basically": ("satisfied", "basically"),
    "open": STOCKS[:4],
}
"""What can be listed: the figures it holds, all of one kind."""


ANSWERS = frozenset({
    "response_n", "response_yes", "solution_n", "solution_yes", "satisfaction_n", "satisfied_basically", "satisfied",
    "basically", "unsatisfied", "excluded", "later",
})  # fmt: skip
"""Lists of answers, each of which has a page."""


@dataclass(frozen=True)
class Line:
    """One row of a list: a move, or a report that was not repaired. `number` is None for who may not see it."""

    number: str | None
    ticket_id: int
    event_id: int | None
    at: datetime
    month: date | None
    action: str | None
    community: str
    organisation: str
    organisation_id: int
    category: str
    contacted: int | None
    solved: int | None
    stars: int | None


def length(session: Session, selected: Selection, name: str, now: datetime) -> int:
    """How many rows a list has: the figure that it stands behind."""
    return session.scalar(select(func.count()).select_from(_rows(selected, name, now).subquery())) or 0


def lines(
    session: Session, selected: Selection, name: str, viewer: Viewer, now: datetime, *, skip: int = 0, most: int = PAGE
) -> Sequence[Line]:
    """The rows of a list from the `skip`th on, the newest first."""
    found = _rows(selected, name, now).subquery()
    row: Any = found.c
    query: Any = (
        select(*row, Ticket.number, Place.name.label("community"), Organisation.name.label("organisation"))
        .join(Ticket, Ticket.id == row.ticket_id)
        .join(Place, Place.id == row.community_id)
        .join(Organisation, Organisation.id == row.organisation_id)
        .order_by(row.at.desc(), row.ticket_id.desc(), row.event_id.desc())
    )
    rows = session.execute(query.offset(skip).limit(most)).all()
    visible = seen(session, {row.ticket_id for row in rows}, viewer, now)
    return [
        Line(
            number=row.number if row.ticket_id in visible else None, ticket_id=row.ticket_id, event_id=row.event_id,
            at=row.at, month=row.month, action=row.action, community=row.community, organisation=row.organisation,
            organisation_id=row.organisation_id, category=row.category, contacted=row.contacted, solved=row.solved,
            stars=row.stars,
        )
        for row in rows
    ]  # fmt: skip


def _rows(selected: Selection, name: str, now: datetime) -> Any:
    if name == CORRECTIONS:
        return _corrections(selected)
    names = LISTS[name]
    if names[0] in OWN:
        return _own(selected, names)
    return _judged(selected, names) if names[0] in JUDGED else _stock(selected, names, now)


def _plain(move: Any, *more: ColumnElement[bool]) -> Any:
    """Moves as rows of a list, without answers."""
    return select(
        move.ticket_id, move.id.label("event_id"), move.at, move.month, move.action, move.community_id, move.category,
        move.organisation_id, null().label("contacted"), null().label("solved"), null().label("stars"),
    ).where(*more)  # fmt: skip


def _own(selected: Selection, names: tuple[str, ...]) -> Any:
    move = of(TicketEvent)
    conditions = counting.own(move)
    return _plain(
        move, counting.in_months(move, selected.first, selected.last), or_(*(conditions[name] for name in names)),
        selected.narrowed(move.community_id, move.organisation_id, move.category),
    )  # fmt: skip


def _judged(selected: Selection, names: tuple[str, ...]) -> Any:
    row = counting.judgements(first=selected.first, last=selected.last, area=selected.area).c
    conditions = counting.judging(row)
    return select(
        row.ticket_id, row.id.label("event_id"), row.at, row.month, row.action, row.community_id, row.category,
        row.organisation_id, row.contacted, row.solved, row.stars,
    ).where(
        or_(*(conditions[name] for name in names)),
        selected.narrowed(row.community_id, row.organisation_id, row.category),
    )  # fmt: skip


def _stock(selected: Selection, names: tuple[str, ...], now: datetime) -> Any:
    """What was not repaired when the last month ended, or is not now."""
    move, ticket = of(TicketEvent), of(Ticket)
    ended = now >= rules.end_of(selected.last)
    at = rules.end_of(selected.last) if ended else now
    of_age = ages(ticket.submitted_at, [at - timedelta(days=days) for days in AGES])
    row = move if ended else ticket
    of_age["on_hold"] = (move.to_state if ended else ticket.state) == said(State.ON_HOLD)
    query = select(
        ticket.id.label("ticket_id"), literal(None).label("event_id"), ticket.submitted_at.label("at"),
        literal(None).label("month"), literal(None).label("action"), row.community_id, row.category,
        row.organisation_id, null().label("contacted"), null().label("solved"), null().label("stars"),
    ).where(or_(*(of_age[name] for name in names)))  # fmt: skip
    if not ended:
        return query.where(open_now(ticket, selected))
    after = rules.following(selected.last)
    return query.where(move.ticket_id == ticket.id, *open_at(move, selected, selected.last, after))


def _corrections(selected: Selection) -> Any:
    """What was written down in these months and is about a month that was over: moves that happened before it, answers
    about what had one already, approvals that came too late.
    """
    move, done = of(TicketEvent), of(TicketEvent)
    months = rules.months(selected.first, selected.last)
    before = or_(false(), *(and_(move.month == month, move.at < clock.at_local(month)) for month in months))
    late = select(AnswerExclusion.event_id).join(AnswerExclusion.event).where(
        AnswerExclusion.approved.is_(True), AnswerExclusion.month.between(selected.first, selected.last),
        AnswerExclusion.month > TicketEvent.month,
    )  # fmt: skip
    received = and_(counting.in_months(move, selected.first, selected.last),
                    or_(before, counting.comes_after_its_month(move)))  # fmt: skip
    holder = func.coalesce(done.organisation_id, move.organisation_id)
    return (
        select(
            move.ticket_id, move.id.label("event_id"), move.at, move.month, move.action, move.community_id,
            func.coalesce(done.category, move.category).label("category"), holder.label("organisation_id"),
            null().label("contacted"), null().label("solved"), null().label("stars"),
        )
        .select_from(move.id.table)
        .outerjoin(done.id.table, done.id == move.completion_id)
        .where(or_(received, move.id.in_(late)),
               selected.narrowed(move.community_id, holder, func.coalesce(done.category, move.category)))
    )  # fmt: skip
