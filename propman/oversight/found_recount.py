"""What rounds found, and its cure, once more, in plain Python: what `check` holds beside the stored figures and the
pages. Shares nothing with `rules` and `queries` on purpose, and sums nothing in the database.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections.models import Duty, Plan, Target
from propman.oversight.duty_recount import DutyKey
from propman.rounds.models import Round, RoundAnswer, RoundPoint
from propman.tickets.models import TicketEvent, TicketFinding

FAIL, PASSED, NAMED = "fail", "recheck_pass", "answer "
AGES = ((3, "cured_3"), (7, "cured_7"), (30, "cured_30"))
DAY, HOUR = 24 * 3600, 3600  # seconds


def recount_found(session: Session) -> tuple[dict[DutyKey, Counter[str]], list[str]]:
    """How many points were recorded and items failed, and how old what was cured had become, by month, community,
    organisation and template; the points that count elsewhere, and findings whose cure is another.
    """
    facts: dict[DutyKey, Counter[str]] = defaultdict(Counter)
    templates, wrong = dict[int, str](), list[str]()
    answers = _failed(session)
    for row in _points(session):
        month = _month(row.recorded_at)
        key = month, row.community_id, row.organisation_id, row.template
        facts[key]["stops"] += 1
        for answer_id in answers.get(row.id, ()):
            facts[key]["findings"] += 1
            templates[answer_id] = row.template
        if (row.month, row.community_id) != (month, row.at_community):
            wrong.append(
                f"point {row.id} counts in {row.month} and {row.community_id}, not {month}, {row.at_community}"
            )
    for finding, found, passed in _findings(session):
        if finding.cured_id != (passed.id if passed else None):
            wrong.append(f"finding {finding.id} is not cured by the first re-check that it passed")
        if (finding.month, finding.community_id, finding.organisation_id) != _counts(passed):
            wrong.append(f"finding {finding.id} does not count where its re-check does")
        template = templates.get(_answer(finding.source))
        if (finding.found_at, finding.template) != (found.at, template):
            wrong.append(f"finding {finding.id} was not made then, or not by {finding.template}")
        if passed is not None and template is not None:
            seconds = (passed.at - found.at).total_seconds()
            name = next((name for days, name in AGES if seconds <= days * DAY), "cured_older")
            key = passed.month, passed.community_id, passed.organisation_id, template
            facts[key].update({name: 1, "cure_hours": int(-(-seconds // HOUR))})
    return facts, wrong


def _points(session: Session) -> Iterator[Any]:
    query = (
        select(RoundPoint.id, RoundPoint.recorded_at, RoundPoint.month, RoundPoint.community_id,
               RoundPoint.organisation_id, Round.community_id.label("at_community"), Plan.template)
        .join(Round, Round.id == RoundPoint.round_id)
        .join(Duty, Duty.id == RoundPoint.duty_id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .where(RoundPoint.recorded_at.is_not(None))
    )  # fmt: skip
    return iter(session.execute(query.order_by(RoundPoint.id)))


def _failed(session: Session) -> Mapping[int, list[int]]:
    found = defaultdict(list)
    for answer_id, point_id in session.execute(
        select(RoundAnswer.id, RoundAnswer.point_id).where(RoundAnswer.result == FAIL)
    ):
        found[point_id].append(answer_id)
    return found


def _findings(session: Session) -> Iterator[tuple[Any, Any, Any]]:
    """Each finding with the move that it was, and the re-check that passed next."""
    moves: dict[int, list[Any]] = defaultdict(list)
    columns = (TicketEvent.id, TicketEvent.ticket_id, TicketEvent.version, TicketEvent.action, TicketEvent.at,
               TicketEvent.month, TicketEvent.community_id, TicketEvent.organisation_id)  # fmt: skip
    told = select(*columns).where(TicketEvent.ticket_id.in_(select(TicketFinding.ticket_id)))
    for move in session.execute(told.order_by(TicketEvent.ticket_id, TicketEvent.version)):
        moves[move.ticket_id].append(move)
    for finding in session.execute(select(*TicketFinding.__table__.columns).order_by(TicketFinding.id)):
        story = moves[finding.ticket_id]
        found = next(move for move in story if move.id == finding.event_id)
        later = (move for move in story if move.version > found.version and move.action == PASSED)
        yield finding, found, next(later, None)


def _counts(passed: Any) -> tuple[Any, Any, Any]:
    counts = passed is not None and passed.month is not None
    return (passed.month, passed.community_id, passed.organisation_id) if counts else (None, None, None)


def _answer(source: str) -> int:
    """Of what a round found the id of the answer; 0 of what was found otherwise."""
    number = source.removeprefix(NAMED)
    return int(number) if source.startswith(NAMED) and number.isdigit() else 0


def _month(at: datetime) -> date:
    local = clock.local(at)
    return date(local.year, local.month, 1)
