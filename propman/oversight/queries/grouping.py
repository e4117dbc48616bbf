"""How rows about inspections are counted line by line: duties, points of rounds, re-checks of what was found, spot
checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from propman.inspections.models import Duty, Plan, Target
from propman.oversight.models import INSPECTED
from propman.oversight.queries.counting import NO, in_area, of, said
from propman.oversight.queries.figures import line_of
from propman.oversight.queries.selection import By, Selection
from propman.spotchecks.rules import Kind


@dataclass(frozen=True)
class Source:
    """What is counted: FROM what, whose, and the duty by which its template is found, or that duty's target.

    `repairs`: among the rows are closed repairs, which belong to no duty.
    """

    rows: Any
    community: Any
    organisation: Any
    target: Any = None
    duty: Any = None
    repairs: bool = False

    def template(self, plan: Any) -> Any:
        """Of what it is, where `plan` was joined by `with_plan`."""
        return func.coalesce(plan.template, said(Kind.REPAIR)) if self.repairs else plan.template


def grouped(selected: Selection, by: By | None, source: Source, counts: Mapping[str, Any]) -> Select[Any]:
    """SELECT the key of each line and its counts by `INSPECTED`, those that are not among `counts` being none.
    Templates are looked for where they are asked for.
    """
    plan = of(Plan)
    template = source.template(plan)
    row = SimpleNamespace(community_id=source.community, organisation_id=source.organisation,
                          category=template, template=template)  # fmt: skip
    keys, joined = line_of(selected, by, row)
    query = select(*keys, *(counts.get(name, NO) for name in INSPECTED)).select_from(source.rows).group_by(*keys)
    if by in (None, By.TEMPLATES) or selected.template is not None:
        query = with_plan(query, source, plan)
    for place, on in joined:
        query = query.join(place, on)
    return query.where(*narrowed(selected, source.community, source.organisation, template))


def with_plan(query: Select[Any], source: Source, plan: Any) -> Select[Any]:
    """`query` with the columns of `plan` joined to it."""
    target, at, outer = of(Target), source.target, source.repairs
    if at is None:
        duty = of(Duty)
        query, at = query.join(duty.id.table, duty.id == source.duty, isouter=outer), duty.target_id
    query = query.join(target.id.table, target.id == at, isouter=outer)
    return query.join(plan.id.table, plan.id == target.plan_id, isouter=outer)


def narrowed(selected: Selection, community: Any, organisation: Any, template: Any) -> list[ColumnElement[bool]]:
    """The conditions on rows with these columns; the first is that of the area."""
    conditions = [in_area(community, selected.area)]
    if selected.organisation_id is not None:
        conditions.append(organisation == selected.organisation_id)
    if selected.template is not None:
        conditions.append(template == selected.template)
    return conditions


def within(column: Any, first: date, last: date) -> ColumnElement[bool]:
    """That a month is one of these."""
    found: ColumnElement[bool] = column == last if first == last else column.between(first, last)
    return found
