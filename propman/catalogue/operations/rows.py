"""What every dated row goes through: it follows the one that stands, is checked against its source, ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.catalogue import queries
from propman.catalogue.models import (
    AssetAttribute,
    AssetType,
    CalendarDay,
    CalendarYear,
    Category,
    CategoryQuestion,
    ClockRule,
    EmergencyNumber,
    EscalationRule,
    InspectionItem,
    InspectionSchedule,
    InspectionTemplate,
    RoutingRule,
    SettingRow,
    WarrantyRule,
    WorkHours,
)
from propman.catalogue.operations import guards
from propman.db import held
from propman.errors import NotFound, Refused
from propman.text import N_

LONGEST_SOURCE = 300

Row = TypeVar("Row", bound=Any)  # a model of catalogue.models: `Dated` and `Base` at once
KeptRow = (
    AssetAttribute | AssetType | CalendarDay | CalendarYear | Category | CategoryQuestion | ClockRule
    | EmergencyNumber | EscalationRule | InspectionItem | InspectionSchedule | InspectionTemplate | RoutingRule
    | SettingRow | WarrantyRule | WorkHours
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class DatedFacts:
    """What every dated row says: from which day, by which source, and when somebody compared it with that."""

    source: str
    verified_on: date | None = None
    valid_from: date


def same_thing(row: Any) -> ColumnElement[bool]:
    """The condition that a row speaks of the same thing as `row`, on whatever day."""
    return and_(true(), *(getattr(type(row), name) == getattr(row, name) for name in row.named_by()))


def dated_columns(facts: DatedFacts, today: date) -> dict[str, Any]:
    """`facts` as the columns of every dated row hold them, once they may stand. Raises `Refused`."""
    guards.fit_day(facts.valid_from, today, field="valid_from")
    if facts.verified_on is not None:
        guards.fit_past(facts.verified_on, today, field="verified_on")
    return {
        "source": guards.fit_line(facts.source, field="source", most=LONGEST_SOURCE),
        "verified_on": facts.verified_on,
        "valid_from": facts.valid_from,
    }


def last(session: Session, model: type[Row], of: ColumnElement[bool]) -> Row:
    """The latest row of a key, while its first row is held: of two who follow it at once the second sees the first.

    Raises `NotFound` for a key without rows.
    """
    versions = queries.versions(session, model, of)
    if not versions:
        raise NotFound()
    held(session, model, versions[-1].id)
    return queries.versions(session, model, of)[0]


def follow(
    session: Session, before: Row, row: Row, columns: dict[str, Any], actor_id: int | None, now: datetime
) -> Row:
    """Let `row` with `columns` follow the row `before`, or correct that in place where nobody could have used it.

    Raises `Refused` for a day on which `before` has begun, and for what says nothing else than that.
    """
    valid_from, today = columns["valid_from"], clock.local_date(now)
    in_place = valid_from == before.valid_from and valid_from >= today
    if not in_place and valid_from <= before.valid_from:
        sentence = (
            N_("The row that stands begins on %(day)s: a new one begins later.") if before.valid_from <= today
            else N_("A row that begins on %(day)s is entered already: correct it with that day, or begin later.")
        )  # fmt: skip
        raise Refused(sentence, field="valid_from", day=before.valid_from.isoformat())
    old = {name: getattr(before, name) for name in columns}
    if old | {"valid_from": None} == columns | {"valid_from": None}:
        raise Refused(N_("It says that already: nothing would change."))
    if in_place:
        return _write(session, before, columns, old, actor_id, now)
    return add(session, row, columns, before, actor_id, now)


def add(
    session: Session, row: Row, columns: dict[str, Any], before: Row | None, actor_id: int | None, now: datetime
) -> Row:
    """Add `row` with `columns`; the history keeps what differs from the row `before` it. Flushes."""
    old = {name: getattr(before, name, None) for name in columns}
    session.add(row)
    return _write(session, row, columns, old, actor_id, now)


def verify(session: Session, *, row: Row, verified_on: date, actor_id: int | None, now: datetime) -> Row:
    """Say on which day a row was compared with its source. Raises `Refused` for a day yet to come."""
    row = held(session, type(row), row.id)
    today = clock.local_date(now)
    guards.fit_past(verified_on, today, field="verified_on")
    record(session, row, "verified_on", row.verified_on, verified_on, actor_id, now)
    row.verified_on = verified_on
    session.flush()
    return row


def record(
    session: Session, row: KeptRow, field: str, old: object, new: object, actor_id: int | None, now: datetime
) -> None:
    """Keep old, new, when and who of one column, under the key of the row."""
    record_change(session, subject_kind=row.__tablename__, subject_id=row.called, field=field,
                  old=old, new=new, actor_id=actor_id, now=now)  # fmt: skip


def _write(
    session: Session, row: Row, columns: dict[str, Any], old: dict[str, Any], actor_id: int | None, now: datetime
) -> Row:
    """Set the columns and keep each that differs from the `old` row. Flushes."""
    for name, value in columns.items():
        setattr(row, name, value)
    session.flush()
    for name, value in columns.items():
        record(session, row, name, old[name], value, actor_id, now)
    return row
