"""How spot checks ended, once more, in plain Python: what `check` holds beside the stored figures and the pages. Shares
nothing with `rules` and `queries` on purpose, and sums nothing in the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.models import Duty, Plan, Target
from propman.oversight.duty_recount import DutyKey
from propman.rounds.models import Round, RoundPoint
from propman.spotchecks.models import SpotCheck
from propman.tickets.models import TicketEvent


def recount_checked(session: Session) -> tuple[dict[DutyKey, Counter[str]], list[str]]:
    """How many spot checks ended how, by month, community, organisation and template ("repair" for a closed repair);
    and those whose own month or organisation is another.
    """
    facts: dict[DutyKey, Counter[str]] = defaultdict(Counter)
    wrong: list[str] = []
    points, repairs = _of_points(session), _of_repairs(session)
    for check in session.execute(select(*SpotCheck.__table__.columns).order_by(SpotCheck.id)):
        organisation_id, template = repairs[check.completion_id] if check.point_id is None else points[check.point_id]
        if check.answering_id != organisation_id:
            wrong.append(f"spot check {check.id} counts for {check.answering_id} and not for {organisation_id}")
        if check.ended_at is None:
            continue
        local = clock.local(check.ended_at)
        month = date(local.year, local.month, 1)
        if check.month != month:
            wrong.append(f"spot check {check.id} counts in {check.month} and not in {month}")
        facts[month, check.community_id, organisation_id, template][str(check.outcome)] += 1
    return facts, wrong


def _of_points(session: Session) -> dict[int, tuple[int, str]]:
    """For whom each point was recorded, else who answered for its community; and its template."""
    query = (
        select(RoundPoint.id, Round.organisation_id, RoundPoint.organisation_id.label("answered"), Plan.template)
        .join(SpotCheck, SpotCheck.point_id == RoundPoint.id)
        .join(Round, Round.id == RoundPoint.round_id)
        .join(Duty, Duty.id == RoundPoint.duty_id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
    )
    return {row.id: (row.organisation_id or row.answered, row.template) for row in session.execute(query)}


def _of_repairs(session: Session) -> dict[int, tuple[int, str]]:
    """Who held each report when its repair was completed."""
    query = select(TicketEvent.id, TicketEvent.organisation_id)
    query = query.join(SpotCheck, SpotCheck.completion_id == TicketEvent.id)
    return {row.id: (row.organisation_id, "repair") for row in session.execute(query)}
