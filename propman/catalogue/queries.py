"""The rules in force on a day. Each function costs one SELECT, the calendar three.

Rows come back with their `source` and `verified_on`, so that a page can say which of them nobody has checked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable
from datetime import date, time
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy import Row as SelectedRow
from sqlalchemy.orm import Session

from propman.calendar import DayKind, Shifts, WorkCalendar, calendar_version
from propman.catalogue.models import (
    AssetAttribute,
    AssetType,
    CalendarDay,
    CalendarYear,
    Category,
    CategoryQuestion,
    ClockRule,
    Dated,
    EmergencyNumber,
    EscalationRule,
    RoutingRule,
    SettingRow,
    WarrantyRule,
    WorkHours,
)
from propman.data.reading import ANY_CATEGORY, YearStatus

Row = TypeVar("Row", bound=Dated)


def categories(session: Session, on: date) -> tuple[Category, ...]:
    """The tiles of the report form in force on the day `on`, in their order."""
    rows = _in_force(session, Category, on, lambda row: row.code)
    return tuple(sorted(rows, key=lambda row: (row.position, row.code)))


def category(session: Session, code: str, on: date) -> Category | None:
    """The category `code` as it stands on `on`, or None where there is none."""
    return _last(_in_force(session, Category, on, lambda row: row.code, Category.code == code))


def clock_rule(session: Session, category: str, priority: str, on: date) -> ClockRule:
    """The limits for a category at a priority on `on`: the category's own row, else the one for every other category.

    Raises LookupError where neither is there: the shipped rows were never loaded.
    """
    wanted = (ClockRule.category.in_((category, ANY_CATEGORY)), ClockRule.priority == priority)
    rows = {row.category: row for row in _in_force(session, ClockRule, on, lambda row: row.category, *wanted)}
    rule = rows.get(category) or rows.get(ANY_CATEGORY)
    if rule is None:
        raise LookupError(f"no time limits for {category} at {priority} on {on}")
    return rule


def routing(session: Session, category: str, on: date) -> tuple[RoutingRule, ...]:
    """Who should go for `category` on `on`, first choice first; empty where the table says nothing."""
    rows = _in_force(session, RoutingRule, on, lambda row: row.position, RoutingRule.category == category)
    return tuple(sorted(rows, key=lambda row: row.position))


def questions(session: Session, on: date, category: str | None = None) -> tuple[CategoryQuestion, ...]:
    """What categories ask of their own on `on`, by category and in the order of the form: of all, or of `category`."""
    wanted = () if category is None else (CategoryQuestion.category == category,)
    rows = _in_force(session, CategoryQuestion, on, lambda row: (row.category, row.code), *wanted)
    return tuple(sorted(rows, key=lambda row: (row.category, row.position, row.code)))


def emergency_numbers(
    session: Session, on: date, category: str | None = None, areas: Collection[str] = ()
) -> tuple[EmergencyNumber, ...]:
    """The numbers to call at once on `on`, in their order, of everywhere and of the divisions `areas` (their codes).

    All of them, or those for `category`.
    """
    rows = emergency_numbers_everywhere(session, on)
    near = [row for row in rows if row.areas is None or set(row.areas.split(",")) & set(areas)]
    return tuple(row for row in near if category is None or category in row.categories.split(","))


def emergency_numbers_everywhere(session: Session, on: date) -> tuple[EmergencyNumber, ...]:
    """Every number to call at once that is in force on `on`, of whichever division, in their order."""
    rows = _in_force(session, EmergencyNumber, on, lambda row: row.number)
    return tuple(sorted(rows, key=lambda row: (row.position, row.number)))


def standing(session: Session, model: type[Row], on: date) -> list[Row]:
    """Of every thing that `model` holds the row in force on `on`, by their keys."""
    rows = _in_force(session, model, on, lambda row: tuple(getattr(row, name) for name in model.named_by()))
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in model.named_by()))


def to_come(session: Session, model: type[Row], on: date) -> list[Row]:
    """The rows of `model` that come into force only after `on`, the earliest first."""
    later = select(model).where(model.valid_from > on, model.valid_to.is_(None) | (model.valid_to > model.valid_from))
    return list(session.scalars(later.order_by(model.valid_from, model.id)))


def work_calendar(session: Session, on: date) -> WorkCalendar:
    """The working calendar as it is known on `on`; equal content has an equal `version` on every host.

    Raises LookupError where no working hours are in force: the shipped rows were never loaded.
    """
    hours = _last(_in_force(session, WorkHours, on, lambda _: None))
    if hours is None:
        raise LookupError(f"no working hours on {on}")
    day_rows = _days(session, on)
    year_rows = _in_force(session, CalendarYear, on, lambda row: row.year)
    days = {row.day: row.kind for row in day_rows}
    official = frozenset(row.year for row in year_rows if row.status is YearStatus.OFFICIAL)
    shifts = read_shifts(hours.shifts)
    return WorkCalendar(
        days=days,
        names={row.day: row.name_en for row in day_rows},
        official_years=official,
        hours=shifts,
        make_up_workdays=hours.make_up_workdays,
        version=calendar_version(days, official, shifts, hours.make_up_workdays),
    )


def _days(session: Session, on: date) -> Iterable[SelectedRow[date, DayKind, str]]:
    """The special days, as bare columns: hundreds of objects for each report would cost more than all else."""
    query = select(CalendarDay.day, CalendarDay.kind, CalendarDay.name_en).where(CalendarDay.in_force(on))
    found = session.execute(query.order_by(CalendarDay.valid_from))
    return {row.day: row for row in found}.values()


def number_setting(session: Session, name: str, on: date) -> int:
    """The number `name` (see propman/data/settings.toml for the names and units) in force on `on`.

    Raises LookupError for a name without a row.
    """
    row = _last(_in_force(session, SettingRow, on, lambda row: row.name, SettingRow.name == name))
    if row is None:
        raise LookupError(f"no setting {name} on {on}")
    return row.value


def settings(session: Session, on: date) -> tuple[SettingRow, ...]:
    """The settings in force on `on`, by name."""
    return tuple(sorted(_in_force(session, SettingRow, on, lambda row: row.name), key=lambda row: row.name))


def asset_types(session: Session, on: date) -> tuple[AssetType, ...]:
    """The types of parts in force on `on`, in their order."""
    rows = _in_force(session, AssetType, on, lambda row: row.code)
    return tuple(sorted(rows, key=lambda row: (row.position, row.code)))


def asset_type(session: Session, code: str, on: date) -> AssetType | None:
    """The type of part `code` as it stands on `on`, or None where there is none."""
    return _last(_in_force(session, AssetType, on, lambda row: row.code, AssetType.code == code))


def asset_types_ever(session: Session) -> dict[str, AssetType]:
    """Every type of part that there is or was, in its latest version, by code: old parts keep their names."""
    rows = session.scalars(select(AssetType).order_by(AssetType.valid_from))
    return {row.code: row for row in rows}


def asset_attributes(session: Session, on: date) -> dict[str, AssetAttribute]:
    """What parts may carry on `on`, by code."""
    return {row.code: row for row in _in_force(session, AssetAttribute, on, lambda row: row.code)}


def warranty_rules(session: Session, on: date) -> dict[str, WarrantyRule]:
    """The warranty rules in force on `on`, by key, in their order."""
    rows = _in_force(session, WarrantyRule, on, lambda row: row.key)
    return {row.key: row for row in sorted(rows, key=lambda row: (row.position, row.key))}


def warranty_rule_versions(session: Session) -> tuple[WarrantyRule, ...]:
    """Every version of every warranty rule, the earlier before the later: which one counts is asked of its own day."""
    return tuple(session.scalars(select(WarrantyRule).order_by(WarrantyRule.valid_from, WarrantyRule.id)))


def version_on(versions: Iterable[WarrantyRule], key: str, on: date) -> WarrantyRule | None:
    """Of `versions`, as `warranty_rule_versions` gives them, the one of `key` in force on `on`, or None."""
    speaking = [row for row in versions if row.key == key and row.valid_from <= on]
    in_force = [row for row in speaking if row.valid_to is None or on < row.valid_to]
    return in_force[-1] if in_force else None


def escalation_rules(session: Session, on: date) -> dict[str, EscalationRule]:
    """Who is told of deadlines on `on`, by code, in their order."""
    rows = _in_force(session, EscalationRule, on, lambda row: row.code)
    return {row.code: row for row in sorted(rows, key=lambda row: (row.position, row.code))}


def read_shifts(text: str) -> Shifts:
    """The shifts that `WorkHours.shifts` holds: "08:30-12:00,13:30-17:30"."""
    pairs = (shift.split("-") for shift in text.split(","))
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def shifts_text(shifts: Shifts) -> str:
    """`shifts` as the column `WorkHours.shifts` holds them."""
    return ",".join("-".join(mark.isoformat(timespec="minutes") for mark in shift) for shift in shifts)


def versions(session: Session, model: type[Row], of: ColumnElement[bool]) -> tuple[Row, ...]:
    """Every row of one key (`of` says which), also those of days gone and to come: the latest first."""
    return tuple(session.scalars(select(model).where(of).order_by(model.valid_from.desc(), model.id.desc())))


def at_rest(session: Session, model: type[Row], on: date) -> tuple[Row, ...]:
    """The latest row of each thing of which none is in force on `on`: over, or yet to come."""
    rows = session.scalars(select(model).order_by(model.valid_from, model.id)).all()
    in_use = {row.called for row in rows if row.valid_from <= on and (row.valid_to is None or on < row.valid_to)}
    latest = {row.called: row for row in rows}
    return tuple(latest[each] for each in sorted(latest.keys() - in_use))


def _in_force(
    session: Session, model: type[Row], on: date, key: Callable[[Row], Hashable], *wanted: ColumnElement[bool]
) -> Iterable[Row]:
    """Of the rows in force on `on`, the one that came into force last for each `key`."""
    query = select(model).where(model.in_force(on), *wanted).order_by(model.valid_from)
    return {key(row): row for row in session.scalars(query)}.values()


def _last(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)
