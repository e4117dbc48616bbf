"""The shipped catalogue as typed rows. Pure: reads the package's own files, knows no database.

Every reader raises ValueError, naming the file and the row, for anything that `cells.read_rows` refuses and for a
category that categories.toml does not know. `folder` is another place to read the files from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from propman.calendar import DayKind, Shifts
from propman.data.cells import read_rows
from propman.limits import Limit, Priority

SHIPPED: Traversable = files("propman.data")
ANY_CATEGORY = "*"


class DivisionLevel(StrEnum):
    """Levels of a division."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"


class YearStatus(StrEnum):
    """Whether the year's arrangement of holidays is published; until then only the statutory days are known."""

    OFFICIAL = "official"
    PROVISIONAL = "provisional"


class GoesTo(StrEnum):
    """Kinds of organisation that can be sent."""

    PROPERTY_COMPANY = "property_company"
    UTILITY = "utility"
    CONTRACTOR = "contractor"
    STREET_OFFICE = "street_office"


class Trade(StrEnum):
    """What a utility or contractor deals in."""

    WATER = "water"
    HEAT = "heat"
    GAS = "gas"
    POWER = "power"
    TELECOM = "telecom"
    LIFT = "lift"


class QuestionKind(StrEnum):
    """What the answer to a category's own question is."""

    YES_NO = "yes_no"
    CHOICE = "choice"  # one of a list
    NUMBER = "number"  # with a unit, and limits
    TEXT = "text"  # a few words


@dataclass(frozen=True, kw_only=True)
class Dated:
    """In force from `valid_from` up to, not including, `valid_to` (None: still); `verified_on` None means 未核实."""

    source: str
    verified_on: date | None
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True, kw_only=True)
class DivisionRow(Dated):
    """A province, prefecture or county-level unit by its GB/T 2260 code; `parent` is the code of the one above."""

    code: str
    name: str
    full_name: str
    name_en: str
    level: DivisionLevel
    parent: str | None


@dataclass(frozen=True, kw_only=True)
class CalendarDayRow(Dated):
    """A day that differs from its weekday, and the holiday it belongs to."""

    day: date
    kind: DayKind
    name_zh: str
    name_en: str


@dataclass(frozen=True, kw_only=True)
class CalendarYearRow(Dated):
    """A year and what is known of its holidays."""

    year: int
    status: YearStatus


@dataclass(frozen=True, kw_only=True)
class HoursRow(Dated):
    """The shifts of every workday (local clock times), and whether make-up workdays count."""

    shifts: Shifts
    make_up_workdays: bool


@dataclass(frozen=True, kw_only=True)
class CategoryRow(Dated):
    """A tile of the report form, what a report gets with it, and where it stands."""

    code: str
    position: int
    name_zh: str
    name_en: str
    icon: str
    priority: Priority
    emergency: bool
    private: bool


@dataclass(frozen=True, kw_only=True)
class CategoryQuestionRow(Dated):
    """A question of a category's own: `unit` and limits of a number, equally many `choices` in both languages."""

    category: str
    code: str
    position: int
    name_zh: str
    name_en: str
    kind: QuestionKind
    required: bool
    unit: str | None
    least: int | None
    most: int | None
    choices_zh: tuple[str, ...] | None
    choices_en: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class ClockRow(Dated):
    """The limits of a category ("*": every other) at a priority."""

    category: str
    priority: Priority
    respond: Limit
    on_site: Limit
    make_safe: Limit
    resolve: Limit


@dataclass(frozen=True, kw_only=True)
class EmergencyNumberRow(Dated):
    """A telephone number to call at once, the categories whose page shows it, the divisions whose it is (None: all)."""

    number: str
    position: int
    name_zh: str
    name_en: str
    categories: tuple[str, ...]
    areas: tuple[str, ...] | None


@dataclass(frozen=True, kw_only=True)
class RoutingRow(Dated):
    """Who should go for a category, `position` 1 first, and why; `trade` narrows a utility or contractor."""

    category: str
    position: int
    goes_to: GoesTo
    trade: Trade | None
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, kw_only=True)
class SettingRow(Dated):
    """A number that an installation may change."""

    name: str
    value: int
    unit: str
    label_zh: str
    label_en: str


_R = TypeVar("_R")


def read_divisions(folder: Traversable = SHIPPED) -> tuple[DivisionRow, ...]:
    """The province, its 13 prefectures and 121 county-level units, each after the one above it."""
    return read_rows(DivisionRow, lambda row: row.code, folder, "divisions.csv")


def read_calendar_days(folder: Traversable = SHIPPED) -> tuple[CalendarDayRow, ...]:
    """Holidays and make-up workdays, by day."""
    return read_rows(CalendarDayRow, lambda row: (row.day, row.valid_from), folder, "calendar.csv")


def read_calendar_years(folder: Traversable = SHIPPED) -> tuple[CalendarYearRow, ...]:
    """The years that `read_calendar_days` covers. A year that is not here is provisional too."""
    return read_rows(CalendarYearRow, lambda row: (row.year, row.valid_from), folder, "calendar_years.csv")


def read_hours(folder: Traversable = SHIPPED) -> tuple[HoursRow, ...]:
    """Working hours."""
    return read_rows(HoursRow, lambda row: row.valid_from, folder, "hours.toml")


def read_categories(folder: Traversable = SHIPPED) -> tuple[CategoryRow, ...]:
    """The tiles of the report form, in their order."""
    return read_rows(CategoryRow, lambda row: (row.code, row.valid_from), folder, "categories.toml")


def read_category_questions(folder: Traversable = SHIPPED) -> tuple[CategoryQuestionRow, ...]:
    """What some categories ask of their own, in the order of the form."""
    name = "category_questions.toml"
    rows = read_rows(CategoryQuestionRow, lambda row: (row.category, row.code, row.valid_from), folder, name)
    for number, row in enumerate(rows, 1):
        listed = [len(choices or ()) for choices in (row.choices_zh, row.choices_en)]
        if listed[0] != listed[1] or (row.kind is QuestionKind.CHOICE) != (listed[0] > 1):
            raise ValueError(f"{name}, row {number}: one of a list has two or more choices, in both languages")
    return _known(rows, lambda row: {row.category}, folder, name)


def read_clocks(folder: Traversable = SHIPPED) -> tuple[ClockRow, ...]:
    """Time limits by category and priority: the row of the category itself counts before the row of "*"."""
    rows = read_rows(ClockRow, lambda row: (row.category, row.priority, row.valid_from), folder, "clocks.toml")
    return _known(rows, lambda row: {row.category} - {ANY_CATEGORY}, folder, "clocks.toml")


def read_emergency_numbers(folder: Traversable = SHIPPED) -> tuple[EmergencyNumberRow, ...]:
    """Numbers to call at once, in the order in which a page shows them."""
    name = "emergency_numbers.toml"
    rows = read_rows(EmergencyNumberRow, lambda row: (row.number, row.valid_from), folder, name)
    return _known(rows, lambda row: set(row.categories), folder, name)


def read_routing(folder: Traversable = SHIPPED) -> tuple[RoutingRow, ...]:
    """Who should go, by category, first choice first."""
    rows = read_rows(RoutingRow, lambda row: (row.category, row.position, row.valid_from), folder, "routing.toml")
    return _known(rows, lambda row: {row.category}, folder, "routing.toml")


def read_settings(folder: Traversable = SHIPPED) -> tuple[SettingRow, ...]:
    """Numbers that an installation may change."""
    return read_rows(SettingRow, lambda row: (row.name, row.valid_from), folder, "settings.toml")


def _known(
    rows: tuple[_R, ...], named: Callable[[_R], Iterable[str]], folder: Traversable, name: str
) -> tuple[_R, ...]:
    """`rows`, once every category they name is one of categories.toml."""
    codes = {row.code for row in read_categories(folder)}
    for number, row in enumerate(rows, 1):
        if unknown := set(named(row)) - codes:
            raise ValueError(f"{name}, row {number}: no such category: {', '.join(sorted(unknown))}")
    return rows
