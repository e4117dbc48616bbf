"""The rules in force on a day, from what the process keeps of them (`kept`).

Rows come back with their `source` and `verified_on`, so that a page can say which of them nobody has checked. They are
shared and belong to no session, but for `versions`, `to_come` and `at_rest`, which read for who is about to change one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, time
from operator import attrgetter
from typing import TypeVar

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from propman.calendar import Shifts, WorkCalendar, calendar_version
from propman.catalogue.kept import rules
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
    InspectionItem,
    InspectionSchedule,
    InspectionTemplate,
    RoutingRule,
    SettingRow,
    WarrantyRule,
    WorkHours,
)
from propman.data.reading import ANY_CATEGORY, YearStatus

Row = TypeVar("Row", bound=Dated)


def categories(session: Session, on: date) -> tuple[Category, ...]:
    """The tiles of the report form in force on the day `on`, in their order."""
    kept = rules(session)

    def find() -> tuple[Category, ...]:
        return tuple(sorted(kept.in_force(session, Category, on), key=lambda row: (row.position, row.code)))

    return kept.once(("categories", on), find)


def category_names(session: Session, on: date, language: str) -> Mapping[str, str]:
    """What they are called in `language`, by code, in the same order."""

    def find() -> Mapping[str, str]:
        return {row.code: row.name_zh if language == "zh" else row.name_en for row in categories(session, on)}

    return rules(session).once(("category_names", on, language), find)


def category(session: Session, code: str, on: date) -> Category | None:
    """The category `code` as it stands on `on`, or None where there is none."""
    kept = rules(session)
    by_code = kept.once(("by code", on), lambda: {row.code: row for row in kept.in_force(session, Category, on)})
    return by_code.get(code)


def clock_rule(session: Session, category: str, priority: str, on: date) -> ClockRule:
    """The limits for a category at a priority on `on`: the category's own row, else the one for every other category.

    Raises LookupError where neither is there: the shipped rows were never loaded.
    """
    kept = rules(session)

    def find() -> dict[str, ClockRule]:
        return {row.category: row for row in kept.in_force(session, ClockRule, on) if row.priority == priority}

    found = kept.once(("time limits", on, priority), find)
    rule = found.get(category) or found.get(ANY_CATEGORY)
    if rule is None:
        raise LookupError(f"no time limits for {category} at {priority} on {on}")
    return rule


def routing(session: Session, category: str, on: date) -> tuple[RoutingRule, ...]:
    """Who should go for `category` on `on`, first choice first; empty where the table says nothing."""
    kept = rules(session)

    def find() -> tuple[RoutingRule, ...]:
        rows = (row for row in kept.in_force(session, RoutingRule, on) if row.category == category)
        return tuple(sorted(rows, key=lambda row: row.position))

    return kept.once(("routing", category, on), find)


def questions(session: Session, on: date, category: str | None = None) -> tuple[CategoryQuestion, ...]:
    """What categories ask of their own on `on`, by category and in the order of the form: of all, or of `category`."""
    kept = rules(session)

    def find() -> tuple[CategoryQuestion, ...]:
        rows = (row for row in kept.in_force(session, CategoryQuestion, on) if category in (None, row.category))
        return tuple(sorted(rows, key=lambda row: (row.category, row.position, row.code)))

    return kept.once(("questions", on, category), find)


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
    rows = rules(session).in_force(session, EmergencyNumber, on)
    return tuple(sorted(rows, key=lambda row: (row.position, row.number)))


def standing(session: Session, model: type[Row], on: date) -> list[Row]:
    """Of every thing that `model` holds the row in force on `on`, by their keys."""
    rows = rules(session).in_force(session, model, on)
    return sorted(rows, key=lambda row: tuple(getattr(row, name) for name in model.named_by()))


def to_come(session: Session, model: type[Row], on: date) -> list[Row]:
    """The rows of `model` that come into force only after `on`, the earliest first."""
    later = select(model).where(model.valid_from > on, model.valid_to.is_(None) | (model.valid_to > model.valid_from))
    return list(session.scalars(later.order_by(model.valid_from, model.id)))


def work_calendar(session: Session, on: date) -> WorkCalendar:
    """The working calendar as it is known on `on`; equal content has an equal `version` on every host.

    Raises LookupError where no working hours are in force: the shipped rows were never loaded.
    """
    return rules(session).once((WorkCalendar, on), lambda: _work_calendar(session, on))


def _work_calendar(session: Session, on: date) -> WorkCalendar:
    kept = rules(session)
    hours = _last(kept.in_force(session, WorkHours, on))
    if hours is None:
        raise LookupError(f"no working hours on {on}")
    day_rows = kept.in_force(session, CalendarDay, on)
    days = {row.day: row.kind for row in day_rows}
    years = kept.in_force(session, CalendarYear, on)
    official = frozenset(row.year for row in years if row.status is YearStatus.OFFICIAL)
    shifts = read_shifts(hours.shifts)
    return WorkCalendar(
        days=days,
        names={row.day: row.name_en for row in day_rows},
        official_years=official,
        hours=shifts,
        make_up_workdays=hours.make_up_workdays,
        version=calendar_version(days, official, shifts, hours.make_up_workdays),
    )


def number_setting(session: Session, name: str, on: date) -> int:
    """The number `name` (see propman/data/settings.toml for the names and units) in force on `on`.

    Raises LookupError for a name without a row.
    """
    kept = rules(session)
    found = kept.once(
        ("numbers", on), lambda: {row.name: row.value for row in kept.in_force(session, SettingRow, on)}
    ).get(name)
    if found is None:
        raise LookupError(f"no setting {name} on {on}")
    return found


def settings(session: Session, on: date) -> tuple[SettingRow, ...]:
    """The settings in force on `on`, by name."""
    return tuple(sorted(rules(session).in_force(session, SettingRow, on), key=lambda row: row.name))


def asset_types(session: Session, on: date) -> tuple[AssetType, ...]:
    """The types of parts in force on `on`, in their order."""
    rows = rules(session).in_force(session, AssetType, on)
    return tuple(sorted(rows, key=lambda row: (row.position, row.code)))


def asset_type(session: Session, code: str, on: date) -> AssetType | None:
    """The type of part `code` as it stands on `on`, or None where there is none."""
    return next((row for row in rules(session).in_force(session, AssetType, on) if row.code == code), None)


def asset_types_ever(session: Session) -> dict[str, AssetType]:
    """Every type of part that there is or was, in its latest version, by code: old parts keep their names."""
    return {row.code: row for row in rules(session).rows(session, AssetType)}


def asset_attributes(session: Session, on: date) -> dict[str, AssetAttribute]:
    """What parts may carry on `on`, by code."""
    return {row.code: row for row in rules(session).in_force(session, AssetAttribute, on)}


def warranty_rules(session: Session, on: date) -> dict[str, WarrantyRule]:
    """The warranty rules in force on `on`, by key, in their order."""
    rows = rules(session).in_force(session, WarrantyRule, on)
    return {row.key: row for row in sorted(rows, key=lambda row: (row.position, row.key))}


def warranty_rule_versions(session: Session) -> tuple[WarrantyRule, ...]:
    """Every version of every warranty rule, the earlier before the later: which one counts is asked of its own day."""
    return rules(session).rows(session, WarrantyRule)


def version_on(versions: Iterable[WarrantyRule], key: str, on: date) -> WarrantyRule | None:
    """Of `versions`, as `warranty_rule_versions` gives them, the one of `key` in force on `on`, or None."""
    speaking = [row for row in versions if row.key == key and row.valid_from <= on]
    in_force = [row for row in speaking if row.valid_to is None or on < row.valid_to]
    return in_force[-1] if in_force else None


def escalation_rules(session: Session, on: date) -> dict[str, EscalationRule]:
    """Who is told of deadlines on `on`, by code, in their order."""
    rows = rules(session).in_force(session, EscalationRule, on)
    return {row.code: row for row in sorted(rows, key=lambda row: (row.position, row.code))}


def inspection_templates(session: Session, on: date) -> dict[str, InspectionTemplate]:
    """The templates in force on `on`, by code, in their order."""
    rows = rules(session).in_force(session, InspectionTemplate, on)
    return {row.code: row for row in sorted(rows, key=lambda row: (row.position, row.code))}


def inspection_templates_ever(session: Session) -> dict[str, InspectionTemplate]:
    """Every template that there is or was, in its latest version, by code: old duties keep their names."""
    return {row.code: row for row in rules(session).rows(session, InspectionTemplate)}


def inspection_schedules(session: Session, on: date) -> dict[str, tuple[InspectionSchedule, ...]]:
    """The schedules in force on `on` in their order, by the code of their template."""
    return _by_template(session, InspectionSchedule, on)


def inspection_items(session: Session, on: date) -> dict[str, tuple[InspectionItem, ...]]:
    """The items in force on `on` in their order, by the code of their template."""
    return _by_template(session, InspectionItem, on)


def _by_template(session: Session, model: type[Row], on: date) -> dict[str, tuple[Row, ...]]:
    kept = rules(session)

    def find() -> dict[str, tuple[Row, ...]]:
        found: dict[str, list[Row]] = {}
        for row in sorted(kept.in_force(session, model, on), key=attrgetter("template", "position", "code")):
            found.setdefault(attrgetter("template")(row), []).append(row)
        return {template: tuple(rows) for template, rows in found.items()}

    return kept.once(("by template", model, on), find)


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


def _last(rows: Iterable[Row]) -> Row | None:
    return next(iter(rows), None)
