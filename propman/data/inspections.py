"""What is inspected, how often and what is looked at, as typed rows of the shipped catalogue (巡检模板). Pure; the
readers are as those of `reading`.

Rules stay text here, as `propman.inspections.recurrence` reads them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from importlib.resources.abc import Traversable

from propman.data.cells import read_rows
from propman.data.reading import SHIPPED, Dated, Trade
from propman.data.works import UsualMaintainer, read_asset_types
from propman.roles import Role

TEMPLATES, SCHEDULES, ITEMS = "inspection_templates.toml", "inspection_schedules.csv", "inspection_items.csv"


class About(StrEnum):
    """What has the duty: each target of its own."""

    COMMUNITY = "community"
    BUILDING = "building"
    ENTRANCE = "entrance"
    PART = "part"  # of one of the types that are named


class Grade(StrEnum):
    """What a template rests on, the strongest first."""

    LAW = "law"  # of the nation
    LOCAL = "local"  # a rule of a province or city, which others may not have
    STANDARD = "standard"
    PROPOSAL = "proposal"


class CountsFrom(StrEnum):
    """From which day a schedule is counted."""

    CALENDAR = "calendar"  # the first day of the plan, whenever the work is done
    COMPLETION = "completion"  # the day of the last valid inspection
    ACCEPTANCE = "acceptance"  # of the renovation project
    WARRANTY_END = "warranty_end"  # of each renovated part
    FIRST_USE = "first_use"  # of the part
    EVENT = "event"  # the first or last day of what happens: snowfall, storm


class OnHolidays(StrEnum):
    """What becomes of a due day that is not worked."""

    AS_IS = "as_is"
    BEFORE = "before"  # done on the day of work before
    AFTER = "after"  # done on the day of work after
    SKIP = "skip"  # not done, which is recorded and stays among what was due


class ItemKind(StrEnum):
    """How an item of the checklist is answered."""

    CHECK = "check"  # pass, fail or not applicable
    NUMBER = "number"  # passes within its limits
    COUNT = "count"  # so many of a total; passes from `least` percent on


@dataclass(frozen=True, kw_only=True)
class TemplateRow(Dated):
    """An inspection: about what, by whom, on what it rests, what is shown as proof.

    `alternatives`: a plan takes one of its schedules, and else all of them. `maintainer` is whose duty it usually is,
    `trade` that of a utility or licensed firm, `roles` who of them may do it.
    """

    code: str
    position: int
    name_zh: str
    name_en: str
    about: About
    asset_types: tuple[str, ...] | None
    alternatives: bool
    maintainer: UsualMaintainer
    trade: Trade | None
    roles: tuple[str, ...]
    who_zh: str
    who_en: str
    grade: Grade
    basis_zh: str
    basis_en: str
    evidence_zh: str
    evidence_en: str


@dataclass(frozen=True, kw_only=True)
class ScheduleRow(Dated):
    """How often a template comes round: its rule, and from which day that is counted.

    `tolerance` is percent of the interval on either side; `early` lets work since the last duty end the next one;
    `greatest_gap` is the most days between two visits; a season runs from "11-01" to "04-30", both in it.
    `in_heating_season`: in the heating season of the place, and on these days only where nobody entered one.
    `binding`: the law or standard that is its basis says how often itself, so that no plan may say it more rarely.
    """

    template: str
    code: str
    position: int
    name_zh: str
    name_en: str
    rule: str
    counts_from: CountsFrom
    tolerance: int
    early: bool
    greatest_gap: int | None
    season_from: str | None
    season_to: str | None
    in_heating_season: bool
    binding: bool
    on_holidays: OnHolidays


@dataclass(frozen=True, kw_only=True)
class ItemRow(Dated):
    """One thing to look at. `unit` and limits of a number; of a count `least` is the percentage that passes.

    `photo`: an answer without a photograph is none. `schedules` are those at which it is asked; None: at each.
    """

    template: str
    code: str
    position: int
    name_zh: str
    name_en: str
    kind: ItemKind
    unit: str | None
    least: Decimal | None
    most: Decimal | None
    photo: bool
    schedules: tuple[str, ...] | None


def read_templates(folder: Traversable = SHIPPED) -> tuple[TemplateRow, ...]:
    """The templates in their order. Raises ValueError also for a type of part or a role that is none."""
    rows = read_rows(TemplateRow, lambda row: (row.code, row.valid_from), folder, TEMPLATES)
    types = {row.code for row in read_asset_types(folder)}
    for number, row in enumerate(rows, 1):
        _refuse(TEMPLATES, number, set(row.asset_types or ()) - types)
        _refuse(TEMPLATES, number, set(row.roles) - set(Role))
        if (row.about is About.PART) != (row.asset_types is not None):
            raise ValueError(f"{TEMPLATES}, row {number}: a part has asset_types, and nothing else has")
    return rows


def read_schedules(folder: Traversable = SHIPPED) -> tuple[ScheduleRow, ...]:
    """The schedules of all templates. Raises ValueError also for a template that is none, half a season, and a heating
    season that says nothing else or keeps a gap.
    """
    rows = read_rows(ScheduleRow, lambda row: (row.template, row.code, row.valid_from), folder, SCHEDULES)
    known = {row.code for row in read_templates(folder)}
    for number, row in enumerate(rows, 1):
        _refuse(SCHEDULES, number, {row.template} - known)
        if (row.season_from is None) != (row.season_to is None):
            raise ValueError(f"{SCHEDULES}, row {number}: a season has two ends")
        if row.in_heating_season and (row.season_from is None or row.greatest_gap is not None):
            raise ValueError(f"{SCHEDULES}, row {number}: a heating season has days that hold without one, and no gap")
    return rows


def read_items(folder: Traversable = SHIPPED) -> tuple[ItemRow, ...]:
    """The items of all templates. Raises ValueError also for a template or schedule that is none, and for limits
    that the kind of answer does not have.
    """
    rows = read_rows(ItemRow, lambda row: (row.template, row.code, row.valid_from), folder, ITEMS)
    known = {(row.template, row.code) for row in read_schedules(folder)}
    for number, row in enumerate(rows, 1):
        _refuse(ITEMS, number, {row.template} - {template for template, _ in known})
        _refuse(ITEMS, number, {each for each in row.schedules or () if (row.template, each) not in known})
        if not fits(row.kind, row.unit, row.least, row.most):
            raise ValueError(f"{ITEMS}, row {number}: limits that a {row.kind} does not have")
    return rows


def fits(kind: ItemKind, unit: str | None, least: Decimal | None, most: Decimal | None) -> bool:
    """Whether an answer of this kind has such a unit and limits: a count only a percentage, a check none."""
    if kind is ItemKind.NUMBER:
        return least is None or most is None or least <= most
    return unit is None and most is None and (least is None or (kind is ItemKind.COUNT and least <= 100))


def _refuse(name: str, number: int, unknown: Iterable[str]) -> None:
    if left := sorted(unknown):
        raise ValueError(f"{name}, row {number}: not known: {', '.join(left)}")
