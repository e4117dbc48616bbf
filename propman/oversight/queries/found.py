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
from propman.inspections.models import Duty
from propman.inspections.queries import visible_to
from propman.oversight.queries.counting import is_open, of, said
from propman.oversight.queries.grouping import Source, grouped, narrowed, within
from propman.oversight.queries.selection import By, Selection
from propman.roles import Viewer
from propman.rounds.judging import Result
from propman.rounds.models import SOURCE, RoundAnswer, RoundPoint
from propman.tickets.models import Ticket, TicketEvent, TicketFinding
from propman.tickets.queries import seen

DAYS = {"3": (None, 3), "7": (3, 7), "30": (7, 30), "older": (30, None)}
"""The ages that are told apart, in days: more than the first, at most the second."""
CURED = tuple(f"cured_{age}" for age in DAYS)
OPEN = tuple(f"open_{age}" for age in DAYS)
LISTS = ("stops", "findings", "cured", *CURED, "open", *OPEN)
"""What can be listed."""
NOTHING: Any = cast(null(), BigInteger)


# --- counted ---


def stopped(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The points that were recorded, and the items that failed there."""
    point = of(RoundPoint)
    source = Source(point.id.table, point.community_id, point.organisation_id, point.template)
    query = grouped(selected, by, source, {"stops": func.count(), "findings": func.sum(point.failed)})
    return query.where(within(point.month, first, selected.last))


def cured(selected: Selection, by: By | None, first: date) -> Select[Any]:
    """The findings that passed their re-check, by their age in days, and how many hours that makes together."""
    finding = of(TicketFinding)
    counts = {name: func.count().filter(_aged(finding.cured_hours, age)) for name, age in zip(CURED, DAYS, strict=True)}
    source = Source(finding.id.table, finding.community_id, finding.organisation_id, finding.template)
    query = grouped(selected, by, source, counts | {"cure_hours": func.sum(finding.cured_hours)})
    return query.where(*_counted(finding, first, selected.last))


def uncured(session: Session, selected: Selection, now: datetime) -> Mapping[str, int]:
    """What was found and is not cured at this moment, by `OPEN`, the ages in days."""
    found = not_cured(selected).subquery().c
    row = session.execute(select(*(func.count().filter(_old(found.at, age, now)) for age in DAYS))).one()
    return dict(zip(OPEN, row, strict=True))


def not_cured(selected: Selection) -> Select[Any]:
    """What was found, where, when and in whose hands it is, and is not cured: all of it belongs to reports that are
    open.
    """
    ticket, finding = of(Ticket), of(TicketFinding)
    query = select(finding.source, finding.found_at.label("at"), ticket.community_id, ticket.organisation_id)
    query = query.select_from(ticket.id.table.join(finding.id.table, ticket.id == finding.ticket_id))
    return query.where(is_open(ticket), ticket.recheck.is_(True), finding.cured_id.is_(None),
                       finding.template.is_not(None),
                       *narrowed(selected, ticket.community_id, ticket.organisation_id, finding.template))  # fmt: skip


def _counted(finding: Any, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    """Cured in these months, and found by an inspection."""
    return within(finding.month, first, last), finding.template.is_not(None)


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
    """The rows of a list from the `skip`th on, the newest first. Which they are is found before what they say."""
    rows: Any = _rows(selected, name, now).subquery().c
    newest = rows.at.desc(), rows.point_id.desc(), rows.answer_id.desc()
    row: Any = select(rows.at.table).order_by(*newest).offset(skip).limit(most).subquery().c
    spot, community = aliased(Place), aliased(Place)
    source = SOURCE + cast(row.answer_id, String)
    query: Any = (
        select(row.at, row.hours, RoundPoint.duty_id, RoundPoint.result, RoundPoint.template, spot.name.label("spot"),
               InspectionItem, community.name.label("community"), Organisation.name.label("organisation"),
               Ticket.id.label("ticket_id"), Ticket.number)
        .join(RoundPoint, RoundPoint.id == row.point_id)
        .join(spot, spot.id == RoundPoint.place_id)
        .join(community, community.id == row.community_id)
        .join(Organisation, Organisation.id == row.organisation_id)
        .outerjoin(RoundAnswer, RoundAnswer.id == row.answer_id)
        .outerjoin(InspectionItem, InspectionItem.id == RoundAnswer.item_id)
        .outerjoin(TicketFinding, TicketFinding.source == source)
        .outerjoin(Ticket, Ticket.id == TicketFinding.ticket_id)
        .order_by(row.at.desc(), row.point_id.desc(), row.answer_id.desc())
    )  # fmt: skip
    return _seen(session, session.execute(query).all(), viewer, now)


def _seen(session: Session, rows: Sequence[Any], viewer: Viewer, now: datetime) -> Sequence[FoundLine]:
    """The rows, without what `viewer` may not open."""
    own = select(Duty.id).where(Duty.id.in_([row.duty_id for row in rows]), visible_to(viewer, now))
    duties = set(session.scalars(own))
    tickets = seen(session, {row.ticket_id for row in rows if row.ticket_id is not None}, viewer, now)
    return [
        FoundLine(row.at, row.template, row.spot, row.InspectionItem,
                  Result.FAIL if row.InspectionItem is not None else row.result, row.community, row.organisation,
                  row.hours, row.duty_id if row.duty_id in duties else None,
                  row.number if row.ticket_id in tickets else None)
        for row in rows
    ]  # fmt: skip


def _rows(selected: Selection, name: str, now: datetime) -> Select[Any]:
    """The points, and of what failed the answers, of a list."""
    point, answer = of(RoundPoint), of(RoundAnswer)
    within_months = within(point.month, selected.first, selected.last)
    if name == "stops":
        query = _row(point, NOTHING, point.recorded_at, point).select_from(point.id.table)
        return query.where(within_months, *_here(selected, point, point))
    if name == "findings":
        query = _row(point, answer.id, point.recorded_at, point)
        query = query.select_from(point.id.table.join(answer.id.table, answer.point_id == point.id))
        return query.where(within_months, point.failed > 0, answer.result == said(Result.FAIL),
                           *_here(selected, point, point))  # fmt: skip
    found: Any = (_open if name in ("open", *OPEN) else _cured)(selected, name, now).subquery().c
    query = _row(point, answer.id, found.at, found, found.hours)
    rows = found.at.table.join(answer.id.table, answer.id == _answer_id(found.source))
    return query.select_from(rows.join(point.id.table, point.id == answer.point_id))


def _open(selected: Selection, name: str, now: datetime) -> Select[Any]:
    query = not_cured(selected).add_columns(NOTHING.label("hours"))
    at = query.selected_columns["at"]
    return query if name == "open" else query.where(_old(at, name.removeprefix("open_"), now))


def _cured(selected: Selection, name: str, _now: datetime) -> Select[Any]:
    passed, finding = of(TicketEvent), of(TicketFinding)
    query = select(finding.source, passed.at, finding.community_id, finding.organisation_id,
                   finding.cured_hours.label("hours"))  # fmt: skip
    query = query.select_from(passed.id.table.join(finding.id.table, passed.id == finding.cured_id))
    if name != "cured":
        query = query.where(_aged(finding.cured_hours, name.removeprefix("cured_")))
    return query.where(*_counted(finding, selected.first, selected.last), *_here(selected, finding, finding))


def _row(point: Any, answer_id: Any, at: Any, whose: Any, hours: Any = NOTHING) -> Select[Any]:
    return select(point.id.label("point_id"), answer_id.label("answer_id"), at.label("at"), whose.community_id,
                  whose.organisation_id, hours.label("hours"))  # fmt: skip


def _here(selected: Selection, whose: Any, what: Any) -> list[ColumnElement[bool]]:
    return narrowed(selected, whose.community_id, whose.organisation_id, what.template)
