"""The figures of inspections once more, from what happened to each duty, in plain Python: what `check` holds beside the
stored ones and the pages. Shares nothing with `rules` and `queries` on purpose, and sums nothing in the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.models import Duty, DutyEvent, Plan, Target

DutyKey = tuple[date, int, int, str]
"""Month, community, organisation, template."""

TOLD = ("end", "make_up")


def recount_duties(session: Session) -> tuple[dict[DutyKey, Counter[str]], list[str]]:
    """How many ended so and were made up for, by month, community, organisation and template; and the duties whose own
    month is another than that of their due day and of their end.
    """
    facts: dict[DutyKey, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    rows = session.execute(
        select(DutyEvent.duty_id, DutyEvent.act, DutyEvent.ended_as, DutyEvent.at, Duty.due_on, Duty.month,
               Duty.community_id, Duty.organisation_id, Plan.template)
        .join(Duty, Duty.id == DutyEvent.duty_id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .where(DutyEvent.act.in_(TOLD))
        .order_by(DutyEvent.duty_id, DutyEvent.number)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for duty_id, story in groupby(rows, lambda row: row.duty_id):
        for row in story:
            local = clock.local(row.at)
            month = date(local.year, local.month, 1)
            if row.act == "end":
                month = max(month, date(row.due_on.year, row.due_on.month, 1))
                if row.month != month:
                    wrong.append(f"duty {duty_id} counts in {row.month} and not in {month}")
                facts[month, row.community_id, row.organisation_id, row.template][str(row.ended_as)] += 1
            else:
                facts[month, row.community_id, row.organisation_id, row.template]["made_up"] += 1
    return facts, wrong


def sums_of_duties(
    facts: Mapping[DutyKey, Counter[str]], paths: Mapping[int, str]
) -> dict[tuple[date, int, str], Counter[str]]:
    """By month, place and template: the sums for each community and every place above it."""
    sums: dict[tuple[date, int, str], Counter[str]] = defaultdict(Counter)
    for (month, community_id, _organisation_id, template), counts in facts.items():
        for place_id in paths[community_id].strip("/").split("/"):
            sums[month, int(place_id), template].update(counts)
    return sums
