"""Duties as figures: counted by month, and the list behind each figure.

A duty counts once, in `Duty.month`: docs/decisions/what-compliance-counts.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Organisation, Place
from propman.inspections.models import Duty, DutyAct, DutyEvent, Plan, Target
from propman.inspections.queries import visible_to
from propman.inspections.schedule import End
from propman.oversight import rules
from propman.oversight.queries.counting import of, said
from propman.oversight.queries.grouping import Source, grouped, narrowed, with_plan, within
from propman.oversight.queries.selection import By, Selection
from propman.roles import Viewer

ENDED = tuple(End)
"""All of them are due, in the order of `oversight.models.DUTY_FLOWS`."""
CORRECTIONS = "corrections"
WAITING = "waiting"
LISTS: dict[str, tuple[End, ...]] = {
    "due": ENDED,
    **{end.value: (end,) for end in ENDED},
    "decided": (End.DONE, End.LATE, End.MISSED),
    "made_up": (),
    WAITING: (),
    CORRECTIONS: (),
}
"""What can be listed: the ends it holds."""


def length(session: Session, selected: Selection, name: str, now: datetime) -> int:
    """How many rows a list has: the figure that it stands behind."""
    return session.scalar(select(func.count()).select_from(_rows(selected, name, now).subquery())) or 0


@dataclass(frozen=True)
class DutyLine:
    """One duty of a list. `seen` says whether the viewer may open it."""

    id: int
    due_on: date
    month: date | None
    template: str
    ended_as: End | None
    done_on: date | None
    community: str
    organisation: str | None
    seen: bool


def lines(
    session: Session, selected: Selection, name: str, viewer: Viewer, now: datetime, *, skip: int, most: int
) -> Sequence[DutyLine]:  # fmt: skip
    """The rows of a list from the `skip`th on, what was due last on top."""
    found: Any = _rows(selected, name, now).subquery().c
    query = (
        select(Duty.id, Duty.due_on, Duty.month, Plan.template, Duty.ended_as, Duty.done_on, Place.name,
               Organisation.name)
        .join(found.id.table, found.id == Duty.id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(Place, Place.id == Duty.community_id)
        .outerjoin(Organisation, Organisation.id == Duty.organisation_id)
        .order_by(Duty.due_on.desc(), Duty.id.desc())
    )  # fmt: skip
    rows = session.execute(query.offset(skip).limit(most)).all()
    may = select(Duty.id).where(Duty.id.in_([row[0] for row in rows]), visible_to(viewer, now))
    seen = set(session.scalars(may))
    return [DutyLine(*row, seen=row[0] in seen) for row in rows]


def ended(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The duties that have an end, by how they ended."""
    duty = of(Duty)
    counts = {end.value: func.count().filter(duty.ended_as == said(end)) for end in ENDED}
    query = grouped(selected, by, _source(duty, duty.id.table), counts)
    return query.where(within(duty.month, first, selected.last))


def made_up(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The missed ones that were made up for."""
    duty, event = of(Duty), of(DutyEvent)
    rows = duty.id.table.join(event.id.table, event.duty_id == duty.id)
    query = grouped(selected, by, _source(duty, rows), {"made_up": func.count()})
    return query.where(*_makes_up(event, first, selected.last))


def _source(duty: Any, rows: Any) -> Source:
    return Source(rows, duty.community_id, duty.organisation_id, target=duty.target_id)


def _makes_up(event: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `event` that it made up for a duty in these months."""
    return event.act == said(DutyAct.MAKE_UP), event.at >= clock.at_local(first), event.at < rules.end_of(last)


# --- the lists ---


def _rows(selected: Selection, name: str, now: datetime) -> Select[Any]:
    """The ids of the duties of a list."""
    duty, plan = of(Duty), of(Plan)
    here, *narrower = narrowed(selected, duty.community_id, duty.organisation_id, plan.template)
    if name == WAITING:
        here = here.is_(true())  # few are due and open: read by day, whatever the area, and not community by community
    query = select(duty.id).where(here, *narrower)
    if selected.template is not None:
        query = with_plan(query, _source(duty, None), plan)
    if name == "made_up":
        event = of(DutyEvent)
        query = query.join(event.id.table, event.duty_id == duty.id)
        return query.where(*_makes_up(event, selected.first, selected.last))
    if name == WAITING:
        return query.where(*still_open(duty, min(rules.last_day(selected.last), clock.local_date(now))))
    query = query.where(within(duty.month, selected.first, selected.last))
    if name == CORRECTIONS:
        return query.where(duty.due_on < duty.month)
    return query if name == "due" else query.where(duty.ended_as.in_([said(end) for end in LISTS[name]]))


def still_open(duty: Any, until: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a duty that it was due by `until` and has no end yet: it counts in no month so far."""
    return duty.ended_as.is_(None), duty.superseded_by.is_(None), duty.due_on <= until
