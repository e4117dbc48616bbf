"""The figures of a selection: closed months from their facts, the others from the moves; the same few statements
whatever the size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import add
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.oversight import rules
from propman.oversight.models import FLOWS, STOCKS, ClosedMonth, DivisionFact, MonthlyFact
from propman.oversight.queries import counting
from propman.oversight.queries.selection import By, Selection
from propman.tickets.models import COUNTED, Ticket, TicketEvent
from propman.tickets.workflow import State

MEASURES = FLOWS + STOCKS
OWN = FLOWS[:8]
JUDGED = FLOWS[8:]
_STEPS = {PlaceKind.STREET: 0, PlaceKind.COUNTY: 1, PlaceKind.PREFECTURE: 2, PlaceKind.PROVINCE: 3}
"""How far a community lies below what lies directly in such a place."""

Counts = tuple[int, ...]
"""By `MEASURES`."""
NONE: Counts = (0,) * len(MEASURES)
Key = Any


@dataclass(frozen=True)
class Figures:
    """The counts of each line, by its key."""

    lines: Mapping[Key, Counts]

    @property
    def total(self) -> Counts:
        """The sum of all lines."""
        return tuple(map(sum, zip(*self.lines.values(), strict=True))) if self.lines else NONE


def closed_months(session: Session) -> tuple[date, date] | None:
    """The first and the last month that are closed, with all between; None while none is."""
    ends: Any = session.execute(select(func.min(ClosedMonth.month), func.max(ClosedMonth.month))).one()
    return (ends[0], ends[1]) if ends[0] is not None else None


def figures(session: Session, selected: Selection, by: By, now: datetime, closed: tuple[date, date] | None) -> Figures:
    """The figures of `selected`, line by line, where `closed` is `closed_months`. Four statements at most."""
    since = rules.following(closed[1]) if closed is not None else date.min
    lines: dict[Key, Counts] = {}
    if selected.first < since:
        _gather(lines, session.execute(_closed(selected, by, min(selected.last, rules.preceding(since)))), MEASURES)
    if selected.last >= since:
        _count(session, lines, selected, by, max(selected.first, since), now)
    return Figures(lines)


def facts_of(session: Session, month: date) -> dict[Key, Counts]:
    """The counts of a `month` that is over, for each community, organisation and category that has any."""
    lines: dict[Key, Counts] = {}
    _count(session, lines, Selection(month, month), None, month, rules.end_of(month))
    return lines


def _count(
    session: Session, lines: dict[Key, Counts], selected: Selection, by: By | None, first: date, now: datetime
) -> None:
    """Add what the moves from `first` on say."""
    ended = now >= rules.end_of(selected.last)
    stock = stock_at(selected, by, selected.last) if ended else stock_now(selected, by, now)
    _gather(lines, session.execute(_own(selected, by, first)), OWN)
    _gather(lines, session.execute(_judged(selected, by, first)), JUDGED)
    _gather(lines, session.execute(stock), STOCKS)


def _gather(lines: dict[Key, Counts], rows: Any, names: tuple[str, ...]) -> None:
    """Add `rows`, each a key and the counts of `names`, which stand together in `MEASURES`."""
    begins = MEASURES.index(names[0])
    before, after = (0,) * begins, (0,) * (len(MEASURES) - begins - len(names))
    for row in rows:
        key, counts = row[: -len(names)], row[-len(names) :]
        key = key[0] if len(key) == 1 else tuple(key)
        whole = (*before, *(count or 0 for count in counts), *after)
        lines[key] = tuple(map(add, lines[key], whole)) if key in lines else whole


def _line(selected: Selection, by: By | None, row: Any) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """The columns that name the line of `row`, and the places that must be joined to know it."""
    if by is None:
        return [row.community_id, row.organisation_id, row.category], []
    if by is By.COMPANIES:
        return [row.organisation_id], []
    if by is By.CATEGORIES:
        return [row.category], []
    steps = _STEPS.get(selected.area.kind, 0) if selected.area is not None else 0
    column, joined = row.community_id, []
    for _step in range(steps):
        place = aliased(Place)
        joined.append((place, place.id == column))
        column = place.parent_id
    return [column], joined


def _summed(
    selected: Selection, by: By | None, row: Any, source: Any, counts: Sequence[Any], *conditions: ColumnElement[bool]
) -> Select[Any]:
    """SELECT key, the sums of `counts`, of the rows that meet `conditions`. `row` has the columns of `source`."""
    keys, joined = _line(selected, by, row)
    query = select(*keys, *(func.sum(count) for count in counts)).select_from(source)
    for place, on in joined:
        query = query.join(place, on)
    return query.where(*conditions).group_by(*keys)


def _flags(conditions: Mapping[str, ColumnElement[bool]], names: tuple[str, ...]) -> list[Any]:
    """For each of `names` 1 where its condition holds, else 0."""
    return [case((conditions[name], 1), else_=0) for name in names]


def _own(selected: Selection, by: By | None, first: date) -> Select[Any]:
    move = aliased(TicketEvent)
    return _summed(
        selected, by, move, move, _flags(counting.own(move), OWN), counting.in_months(move, first, selected.last),
        move.action.in_(counting.OWN_ACTIONS),
        selected.narrowed(move.community_id, move.organisation_id, move.category),
    )  # fmt: skip


def _judged(selected: Selection, by: By | None, first: date) -> Select[Any]:
    found = counting.judgements(first=first, last=selected.last, area=selected.area)
    row = found.c
    narrowed = selected.narrowed(row.community_id, row.organisation_id, row.category)
    return _summed(selected, by, row, found, _flags(counting.judging(row), JUDGED), narrowed)


def _closed(selected: Selection, by: By, last: date) -> Select[Any]:
    """From the facts. The sums of the places above save adding up every community."""

    def of(fact: Any) -> Any:
        return fact.month == last if selected.first == last else fact.month.between(selected.first, last)

    whole = selected.organisation_id is None and selected.category is None
    if by is By.PLACES and whole and selected.area is not None and selected.area.kind is not PlaceKind.COMMUNITY:
        key, inside = DivisionFact.place_id, select(Place.id).where(Place.parent_id == selected.area.id)
        sums = (func.sum(each) for each in _parts(DivisionFact, selected.last))
        return select(key, *sums).where(key.in_(inside), of(DivisionFact)).group_by(key)
    fact = MonthlyFact
    narrowed = selected.narrowed(fact.community_id, fact.organisation_id, fact.category)
    return _summed(selected, by, fact, fact, _parts(fact, selected.last), of(fact), narrowed)


def _parts(fact: Any, last: date) -> list[Any]:
    """What is summed: what happened in every month; how it stood, of the `last` month alone."""
    stood = [case((fact.month == last, getattr(fact, name)), else_=0) for name in STOCKS]
    return [*(getattr(fact, name) for name in FLOWS), *stood]


# --- what is open ---


def ages(submitted_at: Any, at: datetime) -> dict[str, ColumnElement[bool]]:
    """By how long ago it was reported at the moment `at`: up to 7, 30, 90 days, and longer."""
    week, month, quarter = (at - timedelta(days=days) for days in (7, 30, 90))
    return {
        "open_7": submitted_at >= week,
        "open_30": (submitted_at >= month) & (submitted_at < week),
        "open_90": (submitted_at >= quarter) & (submitted_at < month),
        "open_older": submitted_at < quarter,
    }


def stock_now(selected: Selection, by: By | None, now: datetime) -> Select[Any]:
    """What is not repaired at this moment."""
    flags = _flags({**ages(Ticket.submitted_at, now), "on_hold": Ticket.state == State.ON_HOLD}, STOCKS)
    return _summed(selected, by, Ticket, Ticket, flags, open_now(selected))


def open_now(selected: Selection) -> ColumnElement[bool]:
    """The condition on a ticket that it is not repaired and counts."""
    narrowed = selected.narrowed(Ticket.community_id, Ticket.organisation_id, Ticket.category)
    return Ticket.is_open() & Ticket.state.in_(counting.BACKLOG) & Ticket.channel.in_(COUNTED) & narrowed


def stock_at(selected: Selection, by: By | None, month: date) -> Select[Any]:
    """What was not repaired when `month` ended, held by whom and about what it then was."""
    move = aliased(TicketEvent)
    counts = {**ages(Ticket.submitted_at, rules.end_of(month)), "on_hold": move.to_state == State.ON_HOLD}
    own = (Ticket.id == move.ticket_id, *open_at(move, selected, month))
    return _summed(selected, by, move, move, _flags(counts, STOCKS), *own)


def open_at(move: Any, selected: Selection, month: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `move` that it was the last of its ticket up to the end of `month`, and left it unrepaired.

    Only what is open today or has moved since can be one: the rest is not even looked at.
    """
    after, since = aliased(TicketEvent), aliased(TicketEvent)
    moved = select(since.ticket_id).where(counting.in_months(since, rules.following(month), date.max))
    today = select(Ticket.id).where(Ticket.is_open())
    return (
        or_(move.ticket_id.in_(today), move.ticket_id.in_(moved)),
        move.month <= month,
        move.to_state.in_(counting.BACKLOG),
        ~exists().where(after.ticket_id == move.ticket_id, after.version > move.version, after.month <= month),
        selected.narrowed(move.community_id, move.organisation_id, move.category),
    )  # fmt: skip
