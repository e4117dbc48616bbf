"""How rows about inspections are counted line by line: duties, points of rounds, re-checks of what was found, spot
checks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlalchemy import ColumnElement, Select, select

from propman.inspections.models import Plan, Target
from propman.oversight.models import INSPECTED
from propman.oversight.queries.counting import NO, in_area, of
from propman.oversight.queries.figures import line_of
from propman.oversight.queries.selection import By, Selection


@dataclass(frozen=True)
class Source:
    """What is counted: FROM what, whose, and its template; None where that is the one of the plan of `target`."""

    rows: Any
    community: Any
    organisation: Any
    template: Any = None
    target: Any = None

    def template_by(self, plan: Any) -> Any:
        """Of what it is, where `plan` was joined by `with_plan`."""
        return plan.template if self.template is None else self.template


def grouped(selected: Selection, by: By | None, source: Source, counts: Mapping[str, Any]) -> Select[Any]:
    """SELECT the key of each line and its counts by `INSPECTED`, those that are not among `counts` being none.
    Templates are looked for where they are asked for.
    """
    plan = of(Plan)
    template = source.template_by(plan)
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
    """`query` with the columns of `plan` joined to it, where the template is not told without."""
    if source.template is not None:
        return query
    target = of(Target)
    return query.join(target.id.table, target.id == source.target).join(plan.id.table, plan.id == target.plan_id)


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
