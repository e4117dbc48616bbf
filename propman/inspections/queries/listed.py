"""Duties: how many a day and how they ended, lists of them page by page, one with all that happened to it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, tuple_
from sqlalchemy.orm import Session, joinedload

from propman import clock
from propman.communities.kinds import DIVISION_KINDS, PlaceKind
from propman.communities.models import Place
from propman.communities.queries import children, province, under
from propman.db import ID_LIMIT, written
from propman.errors import NotFound
from propman.inspections.models import Duty, DutyAct, DutyEvent, Plan, Target
from propman.inspections.queries.scope import reach_of, visible_to
from propman.inspections.schedule import End
from propman.roles import Viewer

PAGE = 50
MOST_COMMUNITIES = 100  # to choose from at once; beyond it one goes down from place to place

BY_RULE = (Duty.superseded_by.is_(None), Duty.occasion_id.is_(None))
"""The conditions of `uq_duty_due`, which finds the duties of a target."""
MADE_UP = exists().where(DutyEvent.duty_id == Duty.id, DutyEvent.act == DutyAct.MAKE_UP)
"""The condition that a duty was made up for."""
ABOVE = DIVISION_KINDS | {PlaceKind.STREET}

OVERDUE: Final = "overdue"
Stands = End | Literal["overdue"] | None
"""How a duty ended, or that it is overdue; None: it is open, and can be done in time."""

Key = tuple[date, int]


@dataclass(frozen=True)
class Wanted:
    """What the address bar asks; None leaves a thing open. Both days are included; `ended` are the ends that are asked
    for, None for what is open.
    """

    place: Place | None = None
    template: str | None = None
    ended: frozenset[End | None] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Page:
    """One page of duties, and the key of the next one (None at the end)."""

    duties: Sequence[Duty]
    next: Key | None


def counts_by_day(
    session: Session, viewer: Viewer, wanted: Wanted, now: datetime
) -> Mapping[date, Counter[Stands]]:  # fmt: skip
    """How many duties are due each day, by how they stand. One query."""
    over = and_(Duty.ended_as.is_(None), Duty.closes_on < clock.local_date(now))
    columns: Any = select(Duty.due_on, Duty.ended_as, over, func.count())
    query = _narrowed(columns, viewer, wanted, now).group_by(Duty.due_on, Duty.ended_as, over)
    found: dict[date, Counter[Stands]] = defaultdict(Counter)
    for on, ended_as, is_over, number in session.execute(query):
        found[on][OVERDUE if is_over else ended_as] = number
    return found


def duties(session: Session, viewer: Viewer, wanted: Wanted, now: datetime, *, after: Key | None = None) -> Page:
    """A page of the duties in the scope of `viewer` that are as `wanted`, by their due days. `after` is the key of this
    page as the page before gave it.
    """
    query = _narrowed(select(Duty), viewer, wanted, now)
    if after is not None:
        query = query.where(tuple_(Duty.due_on, Duty.id) > tuple_(*after))
    query = query.options(*_WHOLE).order_by(Duty.due_on, Duty.id)
    found = session.scalars(query.limit(PAGE + 1)).all()
    shown = found[:PAGE]
    return Page(shown, (shown[-1].due_on, shown[-1].id) if len(found) > PAGE else None)


def duty(session: Session, viewer: Viewer, duty_id: int, now: datetime) -> Duty:
    """The duty with this id in the scope of `viewer`. Raises `NotFound`."""
    query = select(Duty).where(Duty.id == duty_id, visible_to(viewer, now)).options(*_WHOLE)
    found = session.scalars(query).one_or_none() if 0 < duty_id < ID_LIMIT else None
    if found is None:
        raise NotFound()
    return found


def events_of(session: Session, duty_ids: Collection[int]) -> Mapping[int, Sequence[DutyEvent]]:
    """What happened to these duties, each in its order; one query."""
    found: dict[int, list[DutyEvent]] = defaultdict(list)
    query = select(DutyEvent).where(DutyEvent.duty_id.in_(duty_ids)).order_by(DutyEvent.duty_id, DutyEvent.number)
    for event in session.scalars(query.options(joinedload(DutyEvent.actor), joinedload(DutyEvent.note))):
        found[event.duty_id].append(event)
    return found


def made_up(session: Session, duty_id: int) -> bool:
    """Whether what was missed has its make-up."""
    return session.scalar(select(Duty.id).where(Duty.id == duty_id, MADE_UP)) is not None


def neighbours(session: Session, duty: Duty) -> tuple[int | None, int | None]:
    """The ids of the duties of the same target, by its rule, before and after this one."""

    def beside(condition: ColumnElement[bool], order: Any) -> int | None:
        of_target = select(Duty.id).where(Duty.target_id == duty.target_id, *BY_RULE, condition)
        return session.scalar(of_target.order_by(order).limit(1))

    return beside(Duty.due_on < duty.due_on, Duty.due_on.desc()), beside(Duty.due_on > duty.due_on, Duty.due_on)


def places_to_choose(session: Session, viewer: Viewer, chosen: Place | None, now: datetime) -> Sequence[Place]:
    """The places by which lists can be narrowed: the communities within reach or, where these are too many, what lies
    directly inside the chosen one.
    """
    within, today = reach_of(viewer, now), clock.local_date(now)
    query = select(Place).where(Place.id.in_(within.communities())).order_by(Place.sort_key, Place.id)
    found = session.scalars(query.limit(MOST_COMMUNITIES + 1)).all()
    if len(found) <= MOST_COMMUNITIES:
        return found
    if chosen is not None and chosen.kind in ABOVE:
        return children(session, chosen.id, on=today)
    if chosen is not None:  # its neighbours
        street = chosen.line_ids[-len(chosen.community_line_ids) - 1]
        return children(session, street, on=today)
    top = province(session) if within.everywhere else None
    here = top.id if top is not None else int(min(within.paths, key=len).strip("/").split("/")[-1])
    return children(session, here, on=today)


_WHOLE = (
    joinedload(Duty.target).joinedload(Target.place),
    joinedload(Duty.target).joinedload(Target.asset),
    joinedload(Duty.target).joinedload(Target.plan),
    joinedload(Duty.organisation),
)


def _narrowed(query: Select[Any], viewer: Viewer, wanted: Wanted, now: datetime) -> Select[Any]:
    """What counts, lies in the scope of `viewer` and is as `wanted`."""
    query = query.where(Duty.superseded_by.is_(None), visible_to(viewer, now))
    if wanted.place is not None:
        query = query.where(_in_place(wanted.place))
    if wanted.template is not None:
        of_template = select(Target.id).join(Target.plan).where(Plan.template == wanted.template)
        query = query.where(Duty.target_id.in_(of_template))
    if wanted.ended is not None:
        query = query.where(_ended(wanted.ended))
    if wanted.since is not None:
        query = query.where(Duty.due_on >= wanted.since)
    return query.where(Duty.due_on <= wanted.until) if wanted.until is not None else query


def _in_place(place: Place) -> ColumnElement[bool]:
    """That a duty is of a community, of one in a division, or of a target inside a community."""
    if place.kind is PlaceKind.COMMUNITY:
        return Duty.community_id == place.id
    if place.kind in ABOVE:
        return Duty.community_id.in_(under(place.path))
    inside = select(Target.id).join(Target.place).where(Place.path.like(f"{place.path}%"))
    return Duty.target_id.in_(inside)


def _ended(ends: frozenset[End | None]) -> ColumnElement[bool]:
    """That a duty ended so, in our own words, so that partial indexes are found."""
    named = [end for end in End if end in ends]
    if not named:
        return Duty.ended_as.is_(None)
    condition: ColumnElement[bool] = Duty.ended_as.in_(written(*named))
    return condition if None not in ends else Duty.ended_as.is_(None) | condition
