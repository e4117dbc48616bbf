"""Inspections as figures: closed months from their facts, the others from the duties; and the list behind each figure.

A duty counts once, in `Duty.month`: docs/decisions/what-compliance-counts.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import add
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, false, func, select, true
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.kinds import PlaceKind
from propman.communities.models import Organisation, Place
from propman.inspections.models import Duty, DutyAct, DutyEvent, Plan, Target
from propman.inspections.queries import visible_to
from propman.inspections.schedule import End
from propman.oversight import rules
from propman.oversight.models import DUTY_FLOWS, InspectionFact, InspectionSum
from propman.oversight.queries.counting import in_area, of, said
from propman.oversight.queries.figures import Counts, Key, line_of
from propman.oversight.queries.selection import By, Selection
from propman.roles import Viewer

NOTHING: Counts = (0,) * len(DUTY_FLOWS)
ENDED = tuple(End)
"""All of them are due, in the order of `DUTY_FLOWS`."""
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


def figures_of_duties(
    session: Session, selected: Selection, by: By, closed: tuple[date, date] | None
) -> dict[Key, Counts]:  # fmt: skip
    """The counts of each line, by `DUTY_FLOWS`, where `closed` is `closed_months`. Three statements at most."""
    since = rules.following(closed[1]) if closed is not None else date.min
    lines: dict[Key, Counts] = {}
    if selected.first < since:
        last = min(selected.last, rules.preceding(since))
        _gather(lines, session.execute(_laid(selected, by, selected.first, last)))
    if selected.last >= since:
        _count(session, lines, selected, by, max(selected.first, since))
    return lines


def facts_of_duties(session: Session, month: date) -> dict[Key, Counts]:
    """The counts of a `month` that is over, for each community, organisation and template that has any."""
    lines: dict[Key, Counts] = {}
    _count(session, lines, Selection(month, month), None, month)
    return lines


def first_month(session: Session) -> date | None:
    """The first month in which a duty counts."""
    return session.scalar(select(func.min(Duty.month)))


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


def _count(session: Session, lines: dict[Key, Counts], selected: Selection, by: By | None, first: date) -> None:
    """Add what the duties and the make-ups from `first` on say."""
    _gather(lines, session.execute(_ended(selected, by, first)))
    _gather(lines, session.execute(_made_up(selected, by, first)))


def _gather(lines: dict[Key, Counts], rows: Any) -> None:
    """Add `rows`: a key, and as many counts as there are `DUTY_FLOWS`."""
    for row in rows:
        keys, counts = row[: -len(DUTY_FLOWS)], tuple(count or 0 for count in row[-len(DUTY_FLOWS) :])
        key = keys[0] if len(keys) == 1 else tuple(keys)
        lines[key] = tuple(map(add, lines[key], counts)) if key in lines else counts


def _in_months(column: Any, first: date, last: date) -> ColumnElement[bool]:
    found: ColumnElement[bool] = column == last if first == last else column.between(first, last)
    return found


def _ended(selected: Selection, by: By | None, first: date) -> Select[Any]:
    duty = of(Duty)
    counts = [func.count().filter(duty.ended_as == said(end)) for end in ENDED]
    query = _grouped(duty, selected, by, [*counts, func.count().filter(false())])
    return query.where(_in_months(duty.month, first, selected.last))


def _made_up(selected: Selection, by: By | None, first: date) -> Select[Any]:
    duty, event = of(Duty), of(DutyEvent)
    nothing = [func.count().filter(false()) for _end in ENDED]
    query = _grouped(duty, selected, by, [*nothing, func.count()])
    return query.join(event.id.table, event.duty_id == duty.id).where(*_makes_up(event, first, selected.last))


def _makes_up(event: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on `event` that it made up for a duty in these months."""
    return event.act == said(DutyAct.MAKE_UP), event.at >= clock.at_local(first), event.at < rules.end_of(last)


def _grouped(duty: Any, selected: Selection, by: By | None, counts: Sequence[Any]) -> Select[Any]:
    """SELECT the key of each line and `counts` of the duties of `selected`; templates are looked for where asked."""
    target, plan = of(Target), of(Plan)
    needs = by in (None, By.TEMPLATES) or selected.template is not None
    row = SimpleNamespace(community_id=duty.community_id, organisation_id=duty.organisation_id,
                          category=plan.template, template=plan.template)  # fmt: skip
    keys, joined = line_of(selected, by, row)
    query = select(*keys, *counts).select_from(duty.id.table).group_by(*keys)
    if needs:
        query = query.join(target.id.table, target.id == duty.target_id)
        query = query.join(plan.id.table, plan.id == target.plan_id)
    for place, on in joined:
        query = query.join(place, on)
    return query.where(*_narrowed(selected, duty.community_id, duty.organisation_id, plan.template))


def _narrowed(selected: Selection, community: Any, organisation: Any, template: Any) -> list[ColumnElement[bool]]:
    conditions = [in_area(community, selected.area)]
    if selected.organisation_id is not None:
        conditions.append(organisation == selected.organisation_id)
    if selected.template is not None:
        conditions.append(template == selected.template)
    return conditions


def _laid(selected: Selection, by: By, first: date, last: date) -> Select[Any]:
    """From the facts. The sums of places save adding up every community."""
    area = selected.area
    if by is By.COMPANIES or selected.organisation_id is not None or area is None:
        fact = of(InspectionFact)
        keys, joined = line_of(selected, by, fact)
        query = select(*keys, *_sums(fact)).select_from(fact.id.table).group_by(*keys)
        for place, on in joined:
            query = query.join(place, on)
        narrowed = _narrowed(selected, fact.community_id, fact.organisation_id, fact.template)
        return query.where(_in_months(fact.month, first, last), *narrowed)
    fact = of(InspectionSum)
    key = fact.template if by is By.TEMPLATES else fact.place_id
    here = fact.place_id == area.id
    if by is By.PLACES and area.kind is not PlaceKind.COMMUNITY:
        inside = of(Place)
        here = fact.place_id.in_(select(inside.id).where(inside.parent_id == area.id))
    query = select(key, *_sums(fact)).where(here, _in_months(fact.month, first, last)).group_by(key)
    return query.where(fact.template == selected.template) if selected.template is not None else query


def _sums(fact: Any) -> list[Any]:
    return [func.sum(fact[name]) for name in DUTY_FLOWS]


# --- the lists ---


def _rows(selected: Selection, name: str, now: datetime) -> Select[Any]:
    """The ids of the duties of a list."""
    duty, target, plan = of(Duty), of(Target), of(Plan)
    here, *narrower = _narrowed(selected, duty.community_id, duty.organisation_id, plan.template)
    if name == WAITING:
        here = here.is_(true())  # few are due and open: read by day, whatever the area, and not community by community
    query = select(duty.id).where(here, *narrower)
    if selected.template is not None:
        query = query.join(target.id.table, target.id == duty.target_id).join(plan.id.table, plan.id == target.plan_id)
    if name == "made_up":
        event = of(DutyEvent)
        query = query.join(event.id.table, event.duty_id == duty.id)
        return query.where(*_makes_up(event, selected.first, selected.last))
    if name == WAITING:
        return query.where(*still_open(duty, min(rules.last_day(selected.last), clock.local_date(now))))
    query = query.where(_in_months(duty.month, selected.first, selected.last))
    if name == CORRECTIONS:
        return query.where(duty.due_on < duty.month)
    return query if name == "due" else query.where(duty.ended_as.in_([said(end) for end in LISTS[name]]))


def still_open(duty: Any, until: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions on a duty that it was due by `until` and has no end yet: it counts in no month so far."""
    return duty.ended_as.is_(None), duty.superseded_by.is_(None), duty.due_on <= until


def added_up(paths: Mapping[int, str], facts: Mapping[Key, Counts]) -> dict[tuple[int, str], Counts]:
    """The sums by place and template, for each community and every place above it. `paths` of communities by id."""
    sums: dict[tuple[int, str], Counts] = {}
    for (community_id, _organisation_id, template), counts in facts.items():
        for place_id in map(int, paths[community_id].strip("/").split("/")):
            key = place_id, template
            sums[key] = tuple(map(add, sums[key], counts)) if key in sums else counts
    return sums
