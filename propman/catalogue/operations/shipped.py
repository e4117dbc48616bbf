"""Brings the dated rows that propman ships into the database."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.audit.operations import record
from propman.catalogue.kept import changed
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
from propman.catalogue.queries import shifts_text
from propman.data import escalation, inspections, reading, works
from propman.db import insert_if_absent
from propman.limits import Limit

SHIPPED: tuple[tuple[Any, Callable[[], Iterable[Any]]], ...] = (
    (Category, reading.read_categories),
    (CategoryQuestion, reading.read_category_questions),
    (ClockRule, reading.read_clocks),
    (RoutingRule, reading.read_routing),
    (EmergencyNumber, reading.read_emergency_numbers),
    (CalendarDay, reading.read_calendar_days),
    (CalendarYear, reading.read_calendar_years),
    (WorkHours, reading.read_hours),
    (SettingRow, reading.read_settings),
    (AssetAttribute, works.read_asset_attributes),
    (WarrantyRule, works.read_warranty_rules),
    (AssetType, works.read_asset_types),
    (EscalationRule, escalation.read_escalation_rules),
    (InspectionTemplate, inspections.read_templates),
    (InspectionSchedule, inspections.read_schedules),
    (InspectionItem, inspections.read_items),
)

LISTS = {"choices_zh": "\n", "choices_en": "\n"}
"""What stands between the items of a list, where it is no comma."""


def load_shipped_rows(session: Session, *, now: datetime) -> int:
    """Insert every row of `propman.data` whose key and `valid_from` are not there yet; gives how many. Flushes.

    A row that is there stays as it is, even where an installation has edited it: a shipped correction arrives with a
    `valid_from` of its own. Two processes that load at once insert every row once. What was loaded goes to the audit.
    """
    loaded = {model.__tablename__: _load(session, model, rows()) for model, rows in SHIPPED}
    inserted = {name: number for name, number in loaded.items() if number}
    if inserted:
        changed(session)
        record(
            session,
            act="shipped_rows_loaded",
            subject_kind="catalogue",
            subject_id="shipped",
            actor_id=None,
            now=now,
            inserted=inserted,
        )
        session.flush()
    return sum(inserted.values())


def _load(session: Session, model: Any, rows: Iterable[Any]) -> int:
    """Rows of one table, each by its unique key; one SELECT where nothing is missing."""
    key = (*model.named_by(), "valid_from")
    there = {tuple(known) for known in session.execute(select(*(getattr(model, name) for name in key)))}
    inserted = 0
    for row in rows:
        values = {field.name: _stored(field.name, getattr(row, field.name)) for field in fields(row)}
        if tuple(values[name] for name in key) not in there:
            inserted += insert_if_absent(session, model, values)
    return inserted


def _stored(name: str, value: Any) -> Any:
    """What the column holds: limits as text, lists of codes joined by commas, shifts as "08:30-12:00,13:30-17:30"."""
    if isinstance(value, Limit):
        return str(value)
    if isinstance(value, tuple):
        return shifts_text(value) if isinstance(value[0], tuple) else LISTS.get(name, ",").join(value)
    return value
