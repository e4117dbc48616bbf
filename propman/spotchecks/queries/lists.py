"""Spot checks as lists, and as figures: each figure is as long as the list behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, joinedload

from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.communities.queries import reach
from propman.inspections.models import Duty, Target
from propman.roles import Viewer
from propman.rounds.models import RoundPoint
from propman.shares import Rate
from propman.spotchecks.models import SpotCheck, SpotDraw
from propman.spotchecks.queries.hands import checked_of
from propman.spotchecks.queries.scope import CHECK, draws_seen, visible_to
from propman.spotchecks.rules import Kind, Outcome, refusal

PAGE = 50
MOST_COUNTED = 100


class Which(StrEnum):
    """Which spot checks are listed."""

    OPEN = "open"
    LATE = "late"  # open past the day by which they were to be done
    ENDED = "ended"
    MEASURED = "measured"
    AGREED = "agreed"
    DISAGREED = "disagreed"
    NOT_CHECKED = "not_checked"


OUTCOMES = {
    Which.ENDED: tuple(Outcome), Which.MEASURED: (Outcome.AGREED, Outcome.DISAGREED),
    Which.AGREED: (Outcome.AGREED,), Which.DISAGREED: (Outcome.DISAGREED,), Which.NOT_CHECKED: (Outcome.NOT_CHECKED,),
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What is asked for. The months are those in which an end was recorded: what is open has none."""

    which: Which
    first: date
    last: date
    kind: Kind | None = None
    person_id: int | None = None
    organisation_id: int | None = None
    draw_id: int | None = None


class By(StrEnum):
    """What the lines of a table are."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"


@dataclass(frozen=True)
class Agreement:
    """How the spot checks of somebody ended."""

    agreed: int = 0
    disagreed: int = 0
    not_checked: int = 0

    @property
    def rate(self) -> Rate:
        """The share that agreed, of all that could be checked."""
        return Rate(self.agreed, self.agreed + self.disagreed)

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(self.agreed + other.agreed, self.disagreed + other.disagreed,
                         self.not_checked + other.not_checked)  # fmt: skip


def checks(
    session: Session, viewer: Viewer, wanted: Wanted, on: date, *, skip: int = 0, most: int = PAGE
) -> Sequence[SpotCheck]:
    """The spot checks that `viewer` sees, from the `skip`th on: what is open by the day by which it is to be done, what
    has its end the newest first.
    """
    open_ones = wanted.which in {Which.OPEN, Which.LATE}
    order = (SpotDraw.due_on, SpotCheck.id) if open_ones else (SpotCheck.ended_at.desc(), SpotCheck.id.desc())
    query = select(SpotCheck).join(SpotCheck.draw).where(*_conditions(viewer, wanted, on)).order_by(*order)
    return session.scalars(query.options(*_whole()).offset(skip).limit(most)).all()


def of_draw(session: Session, draw: SpotDraw) -> Sequence[SpotCheck]:
    """All that was drawn, in the order of their ids."""
    query = select(SpotCheck).where(SpotCheck.draw_id == draw.id).order_by(SpotCheck.id).options(*_whole())
    return session.scalars(query).all()


def length(session: Session, viewer: Viewer, wanted: Wanted, on: date) -> int:
    """How many there are."""
    query = select(func.count()).select_from(SpotCheck).join(SpotCheck.draw)
    return session.scalar(query.where(*_conditions(viewer, wanted, on))) or 0


def agreement(session: Session, viewer: Viewer, wanted: Wanted, by: By, on: date) -> dict[int | None, Agreement]:
    """How the spot checks ended in the months of `wanted`, by the id of who had said that it is in order."""
    line = SpotCheck.person_id if by is By.PEOPLE else SpotCheck.organisation_id
    counts = [func.count().filter(SpotCheck.outcome == each) for each in Outcome]
    query = select(line, *counts).join(SpotCheck.draw).group_by(line)
    ended = replace(wanted, which=Which.ENDED)
    rows: Any = session.execute(query.where(*_conditions(viewer, ended, on)))
    return {key: Agreement(*ended_so) for key, *ended_so in rows}


def names(session: Session, by: By, ids: Mapping[int | None, object]) -> dict[int, tuple[str | None, str]]:
    """What the lines are called; a person, whose name is None once erased, with nothing beside."""
    known: Any = User if by is By.PEOPLE else Organisation
    found = session.execute(
        select(known.id, known.name, known.sort_key).where(known.id.in_([one for one in ids if one]))
    )
    return {row[0]: (row[1], row[2] or "") for row in found}


def first_month(session: Session) -> date | None:
    """The first month in which a spot check had its end."""
    return session.scalar(select(func.min(SpotCheck.month)))


def late_count(session: Session, viewer: Viewer, on: date) -> int:
    """How many that `viewer` may look at wait past their day, counted up to `MOST_COUNTED`."""
    within = reach(viewer, CHECK, on).holds(SpotCheck.community_id)
    query = select(SpotCheck).join(SpotCheck.draw).where(SpotCheck.outcome.is_(None), SpotDraw.due_on < on, within)
    return len(mine(session, viewer, session.scalars(query.order_by(SpotCheck.id).limit(MOST_COUNTED)).all()))


def mine(session: Session, viewer: Viewer, found: Sequence[SpotCheck]) -> set[int]:
    """The ids of those among `found` that are open and that `viewer`, who looks again in their area, may look at."""
    if not viewer.may(CHECK):
        return set()
    organisations = [post.organisation_id or 0 for post in viewer.posts]
    facts = checked_of(session, [check for check in found if check.outcome is None])
    return {one for one, checked in facts.items() if refusal(viewer.user_id, organisations, checked) is None}


# --- draws ---


@dataclass(frozen=True)
class Drawn:
    """A draw, and how many of its spot checks ended how."""

    draw: SpotDraw
    number: int
    late: int
    agreement: Agreement

    @property
    def open(self) -> int:
        """How many have no end yet."""
        ended = self.agreement
        return self.number - ended.agreed - ended.disagreed - ended.not_checked


def draws(session: Session, viewer: Viewer, on: date, *, skip: int = 0, most: int = PAGE) -> list[Drawn]:
    """The draws in the area of `viewer`, the newest first, from the `skip`th on; those that drew nothing among them."""
    query = select(SpotDraw).join(SpotDraw.area).where(draws_seen(session, viewer, on))
    whole = (joinedload(SpotDraw.area), joinedload(SpotDraw.asked_by))
    found = session.scalars(query.order_by(SpotDraw.id.desc()).options(*whole).offset(skip).limit(most)).all()
    counts = [func.count().filter(SpotCheck.outcome == each) for each in Outcome]
    sums = select(SpotCheck.draw_id, func.count(), *counts).where(SpotCheck.draw_id.in_([each.id for each in found]))
    of = {row[0]: row[1:] for row in session.execute(sums.group_by(SpotCheck.draw_id))}
    made = []
    for draw in found:
        number, *ended = of.get(draw.id, (0, 0, 0, 0))
        left = number - sum(ended)
        made.append(Drawn(draw, number, left if draw.due_on < on else 0, Agreement(*ended)))
    return made


def _conditions(viewer: Viewer, wanted: Wanted, on: date) -> list[ColumnElement[bool]]:
    conditions = [visible_to(viewer, on)]
    if wanted.which in OUTCOMES:
        conditions += [
            SpotCheck.outcome.in_(OUTCOMES[wanted.which]),
            SpotCheck.month.between(wanted.first, wanted.last),
        ]
    else:
        conditions.append(SpotCheck.outcome.is_(None))
    if wanted.which is Which.LATE:
        conditions.append(SpotDraw.due_on < on)
    for column, value in ((SpotCheck.kind, wanted.kind), (SpotCheck.person_id, wanted.person_id),
                          (SpotCheck.organisation_id, wanted.organisation_id),
                          (SpotCheck.draw_id, wanted.draw_id)):  # fmt: skip
        if value is not None:
            conditions.append(column == value)
    return conditions


def _whole() -> tuple[Any, ...]:
    people = (SpotCheck.draw, SpotCheck.person, SpotCheck.organisation, SpotCheck.checked_by, SpotCheck.ticket,
              SpotCheck.led_to, SpotCheck.words)  # fmt: skip
    point = joinedload(SpotCheck.point)
    return (
        *(joinedload(each) for each in people),
        point.joinedload(RoundPoint.place),
        point.joinedload(RoundPoint.asset),
    )


def duties_of(session: Session, found: Sequence[SpotCheck]) -> dict[int, Duty]:
    """The duties of the points among `found`, by id, with their plans."""
    ids = {check.point.duty_id for check in found if check.point is not None}
    query: Select[Any] = select(Duty).where(Duty.id.in_(ids)).options(joinedload(Duty.target).joinedload(Target.plan))
    return {duty.id: duty for duty in session.scalars(query)} if ids else {}
