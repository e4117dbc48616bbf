"""Inspections as figures: closed months from their facts, the others from what happened.

docs/decisions/what-compliance-counts.md says what counts in which month.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from operator import add
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from propman.communities.kinds import PlaceKind
from propman.communities.models import Place
from propman.inspections.models import Duty
from propman.oversight import rules
from propman.oversight.models import INSPECTED, InspectionFact, InspectionSum
from propman.oversight.queries import checked, duties, found
from propman.oversight.queries.counting import of
from propman.oversight.queries.figures import Counts, Key, line_of
from propman.oversight.queries.grouping import narrowed, within
from propman.oversight.queries.selection import By, Selection
from propman.rounds.models import RoundPoint

NOTHING: Counts = (0,) * len(INSPECTED)
COUNTED = (duties.ended, duties.made_up, found.stopped, found.cured, checked.checked)
"""What is counted of months that are not closed, a statement each."""


def figures_of_inspections(
    session: Session, selected: Selection, by: By, closed: tuple[date, date] | None
) -> dict[Key, Counts]:  # fmt: skip
    """The counts of each line, by `INSPECTED`, where `closed` is `closed_months`. Six statements at most."""
    since = rules.following(closed[1]) if closed is not None else date.min
    lines: dict[Key, Counts] = {}
    if selected.first < since:
        last = min(selected.last, rules.preceding(since))
        _gather(lines, session.execute(_laid(selected, by, selected.first, last)))
    if selected.last >= since:
        _count(session, lines, selected, by, max(selected.first, since))
    return lines


def facts_of_inspections(session: Session, month: date) -> dict[Key, Counts]:
    """The counts of a `month` that is over, for each community, organisation and template that has any."""
    lines: dict[Key, Counts] = {}
    _count(session, lines, Selection(month, month), None, month)
    return lines


def first_month(session: Session) -> date | None:
    """The first month in which a duty or a point counts."""
    months = (session.scalar(select(func.min(each))) for each in (Duty.month, RoundPoint.month))
    return min((month for month in months if month is not None), default=None)


def added_up(paths: Mapping[int, str], facts: Mapping[Key, Counts]) -> dict[tuple[int, str], Counts]:
    """The sums by place and template, for each community and every place above it. `paths` of communities by id."""
    sums: dict[tuple[int, str], Counts] = {}
    for (community_id, _organisation_id, template), counts in facts.items():
        for place_id in map(int, paths[community_id].strip("/").split("/")):
            key = place_id, template
            sums[key] = tuple(map(add, sums[key], counts)) if key in sums else counts
    return sums


def _count(session: Session, lines: dict[Key, Counts], selected: Selection, by: By | None, first: date) -> None:
    """Add what happened from `first` on."""
    for counted in COUNTED:
        _gather(lines, session.execute(counted(selected, by, first)))


def _gather(lines: dict[Key, Counts], rows: Any) -> None:
    """Add `rows`: a key, and as many counts as there are `INSPECTED`."""
    for row in rows:
        keys, counts = row[: -len(INSPECTED)], tuple(int(count or 0) for count in row[-len(INSPECTED) :])
        key = keys[0] if len(keys) == 1 else tuple(keys)
        lines[key] = tuple(map(add, lines[key], counts)) if key in lines else counts


def _laid(selected: Selection, by: By, first: date, last: date) -> Select[Any]:
    """From the facts. The sums of places save adding up every community."""
    area = selected.area
    if by is By.COMPANIES or selected.organisation_id is not None or area is None:
        fact = of(InspectionFact)
        keys, joined = line_of(selected, by, fact)
        query = select(*keys, *_sums(fact)).select_from(fact.id.table).group_by(*keys)
        for place, on in joined:
            query = query.join(place, on)
        here = narrowed(selected, fact.community_id, fact.organisation_id, fact.template)
        return query.where(within(fact.month, first, last), *here)
    fact = of(InspectionSum)
    key = fact.template if by is By.TEMPLATES else fact.place_id
    its = fact.place_id == area.id
    if by is By.PLACES and area.kind is not PlaceKind.COMMUNITY:
        inside = of(Place)
        its = fact.place_id.in_(select(inside.id).where(inside.parent_id == area.id))
    query = select(key, *_sums(fact)).where(its, within(fact.month, first, last)).group_by(key)
    return query.where(fact.template == selected.template) if selected.template is not None else query


def _sums(fact: Any) -> list[Any]:
    return [func.sum(fact[name]) for name in INSPECTED]
