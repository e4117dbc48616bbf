"""How many of what was taken over stand how: by age, place and month, each with the list behind it.

Months and ages are those that the other systems claim. Every count and list begins with the scope of the viewer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, literal, select, tuple_
from sqlalchemy.orm import Session, joinedload

from propman.communities.models import Place
from propman.roles import Viewer
from propman.tickets.models import ImportedTicket, Ticket
from propman.tickets.queries.scope import queue_scope

PAGE = 50
PLACES = 100

AGES: dict[str, tuple[int, int | None]] = {
    "month": (0, 30), "quarter": (30, 90), "year": (90, 365), "three_years": (365, 1095), "older": (1095, None),
}  # fmt: skip
"""Name of a band of ages -> from how many days on, up to how many."""

Key = tuple[datetime, int]
"""Where a line stands in the list: reported, id."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for; None leaves a thing open. `open_`: still open, or closed."""

    open_: bool | None = None
    age: str | None = None
    month: str | None = None
    community_id: int | None = None


@dataclass(frozen=True)
class Sums:
    """All, and the open ones by age."""

    all: int
    open: int
    ages: dict[str, int]

    @property
    def closed(self) -> int:
        """Those that are over, there or here."""
        return self.all - self.open


@dataclass(frozen=True)
class PlaceLine:
    """One community: all, the open ones, and since when the oldest of these is."""

    community: Place
    all: int
    open: int
    oldest_at: datetime | None


@dataclass(frozen=True)
class MonthLine:
    """One month in which they were reported: all, and those still open."""

    month: str
    all: int
    open: int


def sums(session: Session, viewer: Viewer, now: datetime) -> Sums:
    """Of all that `viewer` sees: one statement."""
    counts = [func.count().filter(and_(Ticket.is_open(), aged(age, now))) for age in AGES]
    row = session.execute(_scope(session, viewer, now).with_only_columns(func.count(), _open(), *counts)).one()
    return Sums(row[0], row[1], dict(zip(AGES, row[2:], strict=True)))


def by_place(session: Session, viewer: Viewer, now: datetime, *, skip: int = 0, most: int = PLACES) -> list[PlaceLine]:
    """By community, those with most open first, from the `skip`th on: `most` and one more."""
    oldest = func.min(Ticket.submitted_at).filter(Ticket.is_open())
    inner = _scope(session, viewer, now).with_only_columns(
        Ticket.community_id.label("community_id"), func.count().label("everything"), _open().label("still_open"),
        oldest.label("oldest_at"),
    ).group_by(Ticket.community_id).subquery()  # fmt: skip
    query = (
        select(Place, inner.c.everything, inner.c.still_open, inner.c.oldest_at)
        .join(inner, inner.c.community_id == Place.id)
        .order_by(inner.c.still_open.desc(), inner.c.everything.desc(), Place.sort_key, Place.id)
    )
    return [PlaceLine(*row) for row in session.execute(query.offset(skip).limit(most + 1))]


def by_month(session: Session, viewer: Viewer, now: datetime) -> list[MonthLine]:
    """By the local month of the report, the newest first."""
    query = (
        _scope(session, viewer, now)
        .join(ImportedTicket, ImportedTicket.ticket_id == Ticket.id)
        .with_only_columns(ImportedTicket.month, func.count(), _open())
        .group_by(ImportedTicket.month)
    )
    return [MonthLine(*row) for row in session.execute(query.order_by(ImportedTicket.month.desc()))]


def sources(session: Session, viewer: Viewer, now: datetime) -> list[tuple[str, int]]:
    """The names of the systems, and how many came from each."""
    query = (
        _scope(session, viewer, now)
        .join(ImportedTicket, ImportedTicket.ticket_id == Ticket.id)
        .with_only_columns(ImportedTicket.source, func.count())
        .group_by(ImportedTicket.source)
    )
    return [(name, number) for name, number in session.execute(query.order_by(ImportedTicket.source))]


def counted(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> int:
    """How many `listed` gives in all."""
    return session.scalar(_filtered(session, viewer, wanted, now).with_only_columns(func.count())) or 0


def listed(
    session: Session, viewer: Viewer, wanted: Wanted, now: datetime, *, after: Key | None = None, most: int = PAGE
) -> tuple[Sequence[tuple[Ticket, ImportedTicket]], Key | None]:
    """What is `wanted`, the oldest first: one page, and where the next one begins (None at the end)."""
    key = (Ticket.submitted_at, Ticket.id)
    query = (
        _filtered(session, viewer, wanted, now)
        .add_columns(ImportedTicket)
        .join(ImportedTicket, ImportedTicket.ticket_id == Ticket.id)
        .options(joinedload(Ticket.place))
        .order_by(*key)
        .limit(most + 1)
    )
    if after is not None:
        there = tuple_(*(literal(part, column.type) for part, column in zip(after, key, strict=True)))
        query = query.where(tuple_(*key) > there)
    found = [(ticket, row) for ticket, row in session.execute(query)]
    last = found[most - 1][0] if len(found) > most else None
    return found[:most], (last.submitted_at, last.id) if last else None


def aged(age: str, now: datetime) -> ColumnElement[bool]:
    """Whether a report is as old as the band `age` says, as a condition."""
    least, most = AGES[age]
    young_enough = Ticket.submitted_at > now - timedelta(days=most) if most is not None else None
    old_enough = Ticket.submitted_at <= now - timedelta(days=least)
    return old_enough if young_enough is None else and_(old_enough, young_enough)


def _scope(session: Session, viewer: Viewer, now: datetime) -> Select[Ticket]:
    return queue_scope(session, viewer, now).where(Ticket.is_imported())


def _open() -> ColumnElement[int]:
    return func.count().filter(Ticket.is_open())


def _filtered(session: Session, viewer: Viewer, wanted: Wanted, now: datetime) -> Select[Ticket]:
    query = _scope(session, viewer, now)
    if wanted.open_ is not None:
        query = query.where(Ticket.is_open() if wanted.open_ else ~Ticket.is_open())
    if wanted.age is not None:
        query = query.where(aged(wanted.age, now))
    if wanted.community_id is not None:
        query = query.where(Ticket.community_id == wanted.community_id)
    if wanted.month is not None:
        of_month = select(ImportedTicket.ticket_id).where(ImportedTicket.month == wanted.month)
        query = query.where(Ticket.id.in_(of_month))
    return query
