"""The figures of a selection: closed months from their facts, the others from the moves; the same few statements
whatever the size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import add
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal_column,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import Session

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.db import Packing, UtcDateTime, read
from propman.oversight import rules
from propman.oversight.models import FLOWS, STOCKS, DivisionFact, MonthlyFact
from propman.oversight.queries import counting
from propman.oversight.queries.counting import among, of, said
from propman.oversight.queries.selection import By, Selection
from propman.tickets.models import COUNTED, Ticket, TicketEvent
from propman.tickets.workflow import OPEN, State

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


def figures(session: Session, selected: Selection, by: By, now: datetime, closed: tuple[date, date] | None) -> Figures:
    """The figures of `selected`, line by line, where `closed` is `closed_months`. Two statements at most."""
    since = rules.following(closed[1]) if closed is not None else date.min
    lines: dict[Key, Counts] = {}
    if selected.first < since:
        first, last = selected.first, min(selected.last, rules.preceding(since))
        _gather(lines, _rows(session, (_closed,), selected, by, first, last, now))
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
    stock = _stock_at if ended else _stock_now
    _gather(lines, _rows(session, (_own, _judged, stock), selected, by, first, selected.last, now))


# --- one statement for each shape of question, made once: what changes are its parameters ---

AGES = (7, 30, 90)


def _rows(
    session: Session, makes: tuple[Any, ...], selected: Selection, by: By | None, first: date, last: date, now: datetime
) -> Any:
    """The rows of what `makes` make for such a selection, in one statement."""
    area = selected.area
    statement = _prepared(makes, by, area.kind if area is not None else None, selected.organisation_id is not None,
                          selected.category is not None, first == last)  # fmt: skip
    at = min(now, rules.end_of(selected.last))
    known = {
        "first": first, "last": last, "final": selected.last, "after": rules.following(selected.last),
        "place": area.id if area is not None else None, "under": area.under if area is not None else None,
        "organisation": selected.organisation_id, "category": selected.category,
        **{f"days_{days}": at - timedelta(days=days) for days in AGES},
    }  # fmt: skip
    return read(session, statement, known)


@lru_cache(maxsize=500)
def _prepared(
    makes: tuple[Any, ...],
    by: By | None,
    kind: PlaceKind | None,
    of_organisation: bool,
    of_category: bool,
    one_month: bool,
) -> Any:
    """The statement for selections of this shape."""
    first: Any = bindparam("first", type_=Date())
    last: Any = first if one_month else bindparam("last", type_=Date())
    area: Any = SimpleNamespace(id=bindparam("place"), kind=kind, under=bindparam("under")) if kind else None
    organisation: Any = bindparam("organisation") if of_organisation else None
    category: Any = bindparam("category") if of_category else None
    parts: list[Select[Any]] = [make(Selection(first, last, area, organisation, category), by) for make in makes]
    return union_all(*parts) if len(parts) > 1 else parts[0]


def moments() -> list[Any]:
    """The moments so many days ago, as parameters."""
    return [bindparam(f"days_{days}", type_=UtcDateTime()) for days in AGES]


def _gather(lines: dict[Key, Counts], rows: Any) -> None:
    """Add `rows`: where in `MEASURES` the counts begin, a key, and the counts, which come as one value."""
    for begins, *keys, counts in rows:
        key = keys[0] if len(keys) == 1 else tuple(keys)
        after = len(MEASURES) - begins - len(counts)
        whole = (*(0,) * begins, *(count or 0 for count in counts), *(0,) * after)
        lines[key] = tuple(map(add, lines[key], whole)) if key in lines else whole


def line_of(selected: Selection, by: By | None, row: Any) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """The columns that name the line of `row`, and the places that must be joined to know it."""
    if by is None:
        return [row.community_id, row.organisation_id, row.category], []
    if by is By.COMPANIES:
        return [row.organisation_id], []
    if by is By.CATEGORIES:
        return [row.category], []
    if by is By.TEMPLATES:
        return [row.template], []
    steps = _STEPS.get(selected.area.kind, 0) if selected.area is not None else 0
    column, joined = row.community_id, []
    for _step in range(steps):
        place = of(Place)
        joined.append((place.id.table, place.id == column))
        column = place.parent_id
    return [column], joined


def _counted(names: tuple[str, ...], keys: Sequence[Any], counts: Sequence[Any]) -> Select[Any]:
    """SELECT where `names` begin, the key, and `counts`, which are theirs, by the key. For `_gather`."""
    begins = literal_column(str(MEASURES.index(names[0])), Integer)
    return select(begins, *keys, Packing(counts).row()).group_by(*keys)


def _summed(
    selected: Selection, by: By | None, row: Any, source: Any, names: tuple[str, ...], counts: Sequence[Any],
    *conditions: ColumnElement[bool],
) -> Select[Any]:  # fmt: skip
    """`_counted` for the rows that meet `conditions`. `row` has the columns of `source`."""
    keys, joined = line_of(selected, by, row)
    query = _counted(names, keys, counts).select_from(source)
    for place, on in joined:
        query = query.join(place, on)
    return query.where(*conditions)


def _flags(conditions: Mapping[str, ColumnElement[bool]], names: tuple[str, ...]) -> list[Any]:
    """For each of `names` how many rows meet its condition."""
    return [func.count().filter(conditions[name]) for name in names]


def _own(selected: Selection, by: By | None) -> Select[Any]:
    move = of(TicketEvent)
    return _summed(
        selected, by, move, move.id.table, OWN, _flags(counting.own(move), OWN),
        counting.in_months(move, selected.first, selected.last), move.action.in_(among(counting.OWN_ACTIONS)),
        selected.narrowed(move.community_id, move.organisation_id, move.category),
    )  # fmt: skip


def _judged(selected: Selection, by: By | None) -> Select[Any]:
    found = counting.judgements(first=selected.first, last=selected.last, area=selected.area)
    row = found.c
    narrowed = selected.narrowed(row.community_id, row.organisation_id, row.category)
    return _summed(selected, by, row, found, JUDGED, _flags(counting.judging(row), JUDGED), narrowed)


def _closed(selected: Selection, by: By) -> Select[Any]:
    """From the facts. The sums of the places above save adding up every community."""

    def in_months(fact: Any) -> Any:
        if selected.first is selected.last:
            return fact.month == selected.last
        return fact.month.between(selected.first, selected.last)

    whole = selected.organisation_id is None and selected.category is None
    if by is By.PLACES and whole and selected.area is not None and selected.area.kind is not PlaceKind.COMMUNITY:
        fact, place = of(DivisionFact), of(Place)
        inside = select(place.id).where(place.parent_id == selected.area.id)
        return _counted(MEASURES, [fact.place_id], _parts(fact)).where(fact.place_id.in_(inside), in_months(fact))
    fact = of(MonthlyFact)
    narrowed = selected.narrowed(fact.community_id, fact.organisation_id, fact.category)
    return _summed(selected, by, fact, fact.id.table, MEASURES, _parts(fact), in_months(fact), narrowed)


def _parts(fact: Any) -> list[Any]:
    """The sums: of what happened in every month; of how it stood in the last month of the whole selection alone."""
    final = bindparam("final", type_=Date())
    stood = (func.sum(fact[name]).filter(fact.month == final) for name in STOCKS)
    return [*(func.sum(fact[name]) for name in FLOWS), *stood]


# --- what is open ---


def ages(submitted_at: Any, before: Sequence[Any]) -> dict[str, ColumnElement[bool]]:
    """By how long ago it was reported: `before` are the moments 7, 30 and 90 days ago."""
    week, month, quarter = before
    return {
        "open_7": submitted_at >= week,
        "open_30": (submitted_at >= month) & (submitted_at < week),
        "open_90": (submitted_at >= quarter) & (submitted_at < month),
        "open_older": submitted_at < quarter,
    }


def _stock_now(selected: Selection, by: By | None) -> Select[Any]:
    """What is not repaired at this moment."""
    ticket = of(Ticket)
    flags = _flags({**ages(ticket.submitted_at, moments()), "on_hold": ticket.state == said(State.ON_HOLD)}, STOCKS)
    return _summed(selected, by, ticket, ticket.id.table, STOCKS, flags, open_now(ticket, selected))


def open_now(ticket: Any, selected: Selection) -> ColumnElement[bool]:
    """The condition on a ticket that it is not repaired and counts."""
    narrowed = selected.narrowed(ticket.community_id, ticket.organisation_id, ticket.category)
    # what is open but repaired is left out: named once more, PostgreSQL would take the rest for a handful of tickets
    open_ones = counting.is_open(ticket) & ticket.state.not_in(among(sorted(OPEN - set(counting.BACKLOG))))
    return and_(open_ones, ticket.channel.in_(among(sorted(COUNTED))), narrowed)


def _stock_at(selected: Selection, by: By | None) -> Select[Any]:
    """What was not repaired when the last month ended, held by whom and about what it then was."""
    move, ticket = of(TicketEvent), of(Ticket)
    counts = {**ages(ticket.submitted_at, moments()), "on_hold": move.to_state == said(State.ON_HOLD)}
    after = bindparam("after", type_=Date())
    own = (ticket.id == move.ticket_id, *open_at(move, selected, selected.last, after))
    return _summed(selected, by, move, move.id.table, STOCKS, _flags(counts, STOCKS), *own)


def open_at(move: Any, selected: Selection, month: Any, after: Any) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `move` that it was the last of its ticket up to the end of `month`, and left it unrepaired.

    Only what is open today or has moved since, in the month `after` or later, can be one: the rest is not looked at.
    In one set: of two, PostgreSQL would go through the second for every move of the first.
    """
    later, since, ticket = of(TicketEvent), of(TicketEvent), of(Ticket)
    moved = select(since.ticket_id).where(counting.in_months(since, after, date.max))
    today = select(ticket.id).where(counting.is_open(ticket))
    return (
        move.ticket_id.in_(union(today, moved)),
        move.month <= month,
        move.to_state.in_(among(counting.BACKLOG)),
        ~exists().where(later.ticket_id == move.ticket_id, later.version > move.version, later.month <= month),
        selected.narrowed(move.community_id, move.organisation_id, move.category),
    )  # fmt: skip
