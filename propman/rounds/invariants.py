"""What must always be true of stored rounds: D03. Reads only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.inspections.models import Duty, DutyEvent, Plan, Target
from propman.invariants import Finding, Promises
from propman.rounds.models import SOURCE, Round, RoundAnswer, RoundDuty, RoundPoint
from propman.tickets.models import TicketFinding

FAIL, PASS, NOTHING = "fail", "pass", "not_applicable"


def promises(session: Session) -> Promises:
    """D03: what a round found is as its answers say."""
    return {"D03": lambda: _rounds(session)}


def _rounds(session: Session) -> Finding:
    """Each failed item has its report and each report of a round its failed item; a point says what its answers
    say; a duty whose points are all in is done, and what came of it, if anything was looked at, is a move of that duty
    by who went.
    """
    broken = [*_without_report(session), *_points(session), *_duties(session)]
    return Finding("D03", session.scalar(select(func.count()).select_from(RoundAnswer)) or 0, tuple(broken))


def _without_report(session: Session) -> Iterator[str]:
    failed = set(session.scalars(select(RoundAnswer.id).where(RoundAnswer.result == FAIL)))
    sources = session.scalars(select(TicketFinding.source).where(TicketFinding.source.startswith(SOURCE)))
    told = {source.removeprefix(SOURCE) for source in sources}
    named = {str(each) for each in failed}
    yield from (f"answer {each} failed and has no report" for each in sorted(named - told, key=int))
    yield from (f"a report is of answer {each}, which did not fail" for each in sorted(told - named))


def _points(session: Session) -> Iterator[str]:
    said = defaultdict(list)
    for point_id, answered in session.execute(select(RoundAnswer.point_id, RoundAnswer.result)):
        said[point_id].append(answered)
    for point, template in session.execute(
        select(RoundPoint, Plan.template)
        .join(Duty, Duty.id == RoundPoint.duty_id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .order_by(RoundPoint.id)
    ):
        found = said[point.id]
        only = NOTHING if set(found) == {NOTHING} else PASS
        if point.recorded_at is None and found:
            yield f"point {point.id} has answers and is not recorded"
        elif point.recorded_at is not None and (
            point.result != (FAIL if FAIL in found else only) or point.failed != sum(one == FAIL for one in found)
        ):
            yield f"point {point.id} is not as its answers say"
        if point.template != template:
            yield f"point {point.id} is of {template}, not {point.template}"


def _duties(session: Session) -> Iterator[str]:
    open_points = {
        (row[0], row[1])
        for row in session.execute(
            select(RoundPoint.round_id, RoundPoint.duty_id).where(RoundPoint.recorded_at.is_(None)).distinct()
        )
    }
    looked = set(session.scalars(select(RoundPoint.duty_id).where(RoundPoint.result.in_((PASS, FAIL))).distinct()))
    query = (
        select(RoundDuty, Round.person_id, Round.closed_at, DutyEvent.duty_id, DutyEvent.actor_id)
        .join(Round, Round.id == RoundDuty.round_id)
        .outerjoin(DutyEvent, DutyEvent.id == RoundDuty.event_id)
        .order_by(RoundDuty.round_id, RoundDuty.duty_id)
    )
    for row, person_id, closed_at, duty_id, actor_id in session.execute(query):
        name = f"duty {row.duty_id} in round {row.round_id}"
        if (row.done_at is None) != ((row.round_id, row.duty_id) in open_points):
            yield f"{name} is done or not, against its points"
        if row.event_id is not None and (duty_id, actor_id) != (row.duty_id, person_id):
            yield f"{name} ended another or by another"
        if row.event_id is not None and row.duty_id not in looked:
            yield f"{name} ended it and looked at nothing"
        if closed_at is not None and row.released_at is None:
            yield f"{name} is held by a round that is over"
