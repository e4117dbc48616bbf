"""What rounds recorded and found, and what was cured of it: counted by month, and the lists behind the figures.

A point (stop) and what failed there count in the month in which the point came in, for whoever answered for the
community then; a finding that passed its re-check in the month of that, for whoever held the report.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, String, and_, case, cast, func, null, select
from sqlalchemy.orm import Session, aliased

from propman.catalogue.models import InspectionItem
from propman.communities.models import Organisation, Place
from propman.inspections.models import Duty, Plan, Target
from propman.inspections.queries import visible_to
from propman.oversight.queries import lists
from propman.oversight.queries.counting import is_open, of, said
from propman.oversight.queries.grouping import Source, grouped, narrowed, with_plan, within
from propman.oversight.queries.selection import By, Selection
from propman.roles import Viewer
from propman.rounds.judging import Result
from propman.rounds.models import SOURCE, RoundAnswer, RoundPoint
from propman.tickets.models import Ticket, TicketEvent, TicketFinding
from propman.tickets.workflow import Action

DAYS = {"3": (None, 3), "7": (3, 7), "30": (7, 30), "older": (30, None)}
"""The ages that are told apart, in days: more than the first, at most the second."""
CURED = tuple(f"cured_{age}" for age in DAYS)
OPEN = tuple(f"open_{age}" for age in DAYS)
LISTS = ("stops", "findings", "cured", *CURED, "open", *OPEN)
"""What can be listed."""
NOTHING: Any = cast(null(), BigInteger)


# --- counted ---


def stopped(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The points that were recorded."""
    point = of(RoundPoint)
    query = grouped(selected, by, _of_point(point, point.id.table), {"stops": func.count()})
    return query.where(within(point.month, first, selected.last))


def failed(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The items that failed there."""
    point, answer = of(RoundPoint), of(RoundAnswer)
    rows = point.id.table.join(answer.id.table, answer.point_id == point.id)
    query = grouped(selected, by, _of_point(point, rows), {"findings": func.count()})
    return query.where(*_failed(point, answer, first, selected.last))


def cured(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The findings that passed their re-check, by their age in days, and how many hours that makes together."""
    passed, finding, answer, point = of(TicketEvent), of(TicketFinding), of(RoundAnswer), of(RoundPoint)
    counts = {name: func.count().filter(_aged(finding.cured_hours, age)) for name, age in zip(CURED, DAYS, strict=True)}
    source = Source(_found(passed, passed.id == finding.cured_id, finding, answer, point), passed.community_id,
                    passed.organisation_id, duty=point.duty_id)  # fmt: skip
    query = grouped(selected, by, source, counts | {"cure_hours": func.sum(finding.cured_hours)})
    return query.where(*_passed(passed, first, selected.last))


def uncured(session: Session, selected: Selection, now: datetime) -> Mapping[str, int]:
    """What was found and is not cured at this moment, by `OPEN`, the ages in days."""
    found = not_cured(selected, now, OPEN).subquery().c
    row = session.execute(select(*(func.count().filter(_old(found.at, age, now)) for age in DAYS))).one()
    return dict(zip(OPEN, row, strict=True))


def _of_point(point: Any, rows: Any) -> Source:
    return Source(rows, point.community_id, point.organisation_id, duty=point.duty_id)


def _failed(point: Any, answer: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    fail = said(Result.FAIL)
    return within(point.month, first, last), point.result == fail, answer.result == fail


def _passed(passed: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return within(passed.month, first, last), passed.action == said(Action.RECHECK_PASS)


def _found(begins: Any, on: Any, finding: Any, answer: Any, point: Any) -> Any:
    """The findings of `begins` that a round made, each with its answer and point."""
    return (
        begins.id.table.join(finding.id.table, on)
        .join(answer.id.table, answer.id == _answer_id(finding.source))
        .join(point.id.table, point.id == answer.point_id)
    )


def _answer_id(source: Any) -> Any:
    """Of what a round found ("answer 17") the id of the answer; NULL of what was found otherwise."""
    return case((source.like(f"{SOURCE}%"), cast(func.substr(source, len(SOURCE) + 1), BigInteger)))


def _aged(hours: Any, age: str) -> ColumnElement[bool]:
    more, most = DAYS[age]
    return and_(*([hours > more * 24] if more else []), *([hours <= most * 24] if most else []))


def _old(at: Any, age: str, now: datetime) -> ColumnElement[bool]:
    more, most = (now - timedelta(days=days) if days else None for days in DAYS[age])
    return and_(*([at < more] if more else []), *([at >= most] if most else []))


# --- the lists ---


@dataclass(frozen=True)
class FoundLine:
    """One point, or one item that failed at it. `duty_id` and `number` are None for who may not see them; `hours` those
    from the finding to its cure.
    """

    at: datetime
    template: str
    spot: str
    item: InspectionItem | None
    result: Result
    community: str
    organisation: str
    hours: int | None
    duty_id: int | None
    number: str | None


def length(session: Session, selected: Selection, name: str, now: datetime) -> int:
    """How many rows a list has: the figure that it stands behind."""
    return session.scalar(select(func.count()).select_from(_rows(selected, name, now).subquery())) or 0


def lines(
    session: Session, selected: Selection, name: str, viewer: Viewer, now: datetime, *, skip: int, most: int
) -> Sequence[FoundLine]:  # fmt: skip
    """The rows of a list from the `skip`th on, the newest first."""
    row: Any = _rows(selected, name, now).subquery().c
    spot, community = aliased(Place), aliased(Place)
    source = SOURCE + cast(row.answer_id, String)
    query: Any = (
        select(row.at, row.hours, RoundPoint.duty_id, RoundPoint.result, Plan.template, spot.name.label("spot"),
               InspectionItem, community.name.label("community"), Organisation.name.label("organisation"),
               Ticket.id.label("ticket_id"), Ticket.number)
        .join(RoundPoint, RoundPoint.id == row.point_id)
        .join(Duty, Duty.id == RoundPoint.duty_id)
        .join(Target, Target.id == Duty.target_id)
        .join(Plan, Plan.id == Target.plan_id)
        .join(spot, spot.id == RoundPoint.place_id)
        .join(community, community.id == row.community_id)
        .join(Organisation, Organisation.id == row.organisation_id)
        .outerjoin(RoundAnswer, RoundAnswer.id == row.answer_id)
        .outerjoin(InspectionItem, InspectionItem.id == RoundAnswer.item_id)
        .outerjoin(TicketFinding, TicketFinding.source == source)
        .outerjoin(Ticket, Ticket.id == TicketFinding.ticket_id)
        .order_by(row.at.desc(), row.point_id.desc(), row.answer_id.desc())
    )  # fmt: skip
    return _seen(session, session.execute(query.offset(skip).limit(most)).all(), viewer, now)


def _seen(session: Session, rows: Sequence[Any], viewer: Viewer, now: datetime) -> Sequence[FoundLine]:
    """The rows, without what `viewer` may not open."""
    own = select(Duty.id).where(Duty.id.in_([row.duty_id for row in rows]), visible_to(viewer, now))
    duties = set(session.scalars(own))
    tickets = lists.seen(session, {row.ticket_id for row in rows if row.ticket_id is not None}, viewer, now)
    return [
        FoundLine(row.at, row.template, row.spot, row.InspectionItem,
                  Result.FAIL if row.InspectionItem is not None else row.result, row.community, row.organisation,
                  row.hours, row.duty_id if row.duty_id in duties else None,
                  row.number if row.ticket_id in tickets else None)
        for row in rows
    ]  # fmt: skip


def _rows(selected: Selection, name: str, now: datetime) -> Select[Any]:
    """The points, and of what failed the answers, of a list."""
    if name == "stops":
        point = of(RoundPoint)
        query = _row(point, NOTHING, point.recorded_at, point).select_from(point.id.table)
        return _narrow(query.where(within(point.month, selected.first, selected.last)), selected, point, point)
    if name == "findings":
        point, answer = of(RoundPoint), of(RoundAnswer)
        query = _row(point, answer.id, point.recorded_at, point)
        query = query.select_from(point.id.table.join(answer.id.table, answer.point_id == point.id))
        return _narrow(query.where(*_failed(point, answer, selected.first, selected.last)), selected, point, point)
    if name in ("open", *OPEN):
        return not_cured(selected, now, OPEN if name == "open" else (name,))
    passed, finding, answer, point = of(TicketEvent), of(TicketFinding), of(RoundAnswer), of(RoundPoint)
    query = _row(point, answer.id, passed.at, passed, finding.cured_hours)
    query = query.select_from(_found(passed, passed.id == finding.cured_id, finding, answer, point))
    query = query.where(*_passed(passed, selected.first, selected.last))
    if name != "cured":
        query = query.where(_aged(finding.cured_hours, name.removeprefix("cured_")))
    return _narrow(query, selected, passed, point)


def not_cured(selected: Selection, now: datetime, names: Sequence[str]) -> Select[Any]:
    """What was found and is not cured, of these of `OPEN`: all of it belongs to reports that are open."""
    ticket, event, finding, answer, point = map(of, (Ticket, TicketEvent, TicketFinding, RoundAnswer, RoundPoint))
    rows = _found(ticket, ticket.id == finding.ticket_id, finding, answer, point)
    query = _row(point, answer.id, event.at, ticket)
    query = query.select_from(rows.join(event.id.table, event.id == finding.event_id))
    query = query.where(is_open(ticket), ticket.recheck.is_(True), finding.cured_id.is_(None))
    if len(names) == 1:
        query = query.where(_old(event.at, names[0].removeprefix("open_"), now))
    return _narrow(query, selected, ticket, point)


def _row(point: Any, answer_id: Any, at: Any, whose: Any, hours: Any = NOTHING) -> Select[Any]:
    return select(point.id.label("point_id"), answer_id.label("answer_id"), at.label("at"), whose.community_id,
                  whose.organisation_id, hours.label("hours"))  # fmt: skip


def _narrow(query: Select[Any], selected: Selection, whose: Any, point: Any) -> Select[Any]:
    plan = of(Plan)
    if selected.template is not None:
        query = with_plan(query, _of_point(point, None), plan)
    return query.where(*narrowed(selected, whose.community_id, whose.organisation_id, plan.template))
