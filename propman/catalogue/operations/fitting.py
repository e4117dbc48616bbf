"""What each kind of rule holds, and what of it cannot be meant. Every `fit` gives the columns or raises `Refused`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import Any

from sqlalchemy.orm import Session

from propman.calendar import DayKind
from propman.catalogue import queries
from propman.catalogue.models import (
    CalendarDay,
    CalendarYear,
    Category,
    CategoryQuestion,
    ClockRule,
    EmergencyNumber,
    RoutingRule,
    WorkHours,
)
from propman.catalogue.operations import guards
from propman.catalogue.words import HOLIDAYS, ICONS
from propman.data.reading import ANY_CATEGORY, GoesTo, QuestionKind
from propman.errors import Refused
from propman.limits import Limit, Priority
from propman.personal import clean
from propman.text import N_

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
NUMBER = re.compile(r"[0-9+][0-9-]{2,19}")
DIVISION = re.compile(r"[0-9]{6}")
CODE_SENTENCE = N_("A code is small letters, digits and _: nominal_width.")
LIMITS = ("respond", "on_site", "make_safe", "resolve")
LIMIT_WORDS = (
    ("^(立即|马上)$", "at once"), (" ?分钟?$", " min"), (" ?小时$", " h"), (" ?(个工作日|天|日)$", " days"),
    ("^(无|没有|不限|-|—)$", "–"), ("^按?约定$", "agreed"), ("^按等级$", "by grade"),
)  # fmt: skip
MOST_CHOICES = 12
MOST_POSITION = 999
MOST_FIGURE = 1_000_000
Said = Mapping[str, Any]
Columns = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of rule: the columns that name a thing, those that stay, what may be said, whether it can end."""

    model: Any
    key: tuple[str, ...]
    fit: Callable[[Session, Any, Said, date], Columns]
    stays: tuple[str, ...] = ()
    can_end: bool = True


def _names(said: Said, most_zh: int, most_en: int, what: str = "name") -> Columns:
    return {
        f"{what}_zh": guards.fit_line(said[f"{what}_zh"], field=f"{what}_zh", most=most_zh),
        f"{what}_en": guards.fit_line(said[f"{what}_en"], field=f"{what}_en", most=most_en),
    }


def _within(number: int | None, least: int, most: int, field: str) -> int | None:
    if number is not None and not least <= number <= most:
        raise Refused(N_("It must be a number from %(least)s to %(most)s."), field=field, least=least, most=most)
    return number


def _known_category(session: Session, code: str, on: date, *, any_too: bool = False) -> None:
    if any_too and code == ANY_CATEGORY:
        return
    if queries.category(session, code, on) is None:
        raise Refused(N_("%(name)s is not in the catalogue."), field="category", name=code[:40])


def fit_category(_session: Session, row: Any, said: Said, _today: date) -> Columns:
    """Names, sign, first priority, whether it is an emergency or private, where its tile stands."""
    guards.fit_code(row.code, CODE, CODE_SENTENCE)
    if said["icon"] not in ICONS:
        raise Refused(N_("Choose one of them."), field="icon")
    return {
        **_names(said, 40, 60), "icon": said["icon"], "priority": Priority(said["priority"]).value,
        "emergency": bool(said["emergency"]), "private": bool(said["private"]),
        "position": _within(said["position"], 1, MOST_POSITION, "position"),
    }  # fmt: skip


def fit_question(session: Session, row: Any, said: Said, today: date) -> Columns:
    """The question in both languages, what its answer is, its limits or list, whether it must be answered."""
    guards.fit_code(row.code, CODE, CODE_SENTENCE)
    _known_category(session, row.category, max(said["valid_from"], today))
    kind = QuestionKind(said["kind"])
    numeric, listed = kind is QuestionKind.NUMBER, kind is QuestionKind.CHOICE
    unit = " ".join(clean(said["unit"] or "").split()) or None
    if unit and not (numeric and unit.isprintable() and len(unit) <= 20):
        raise Refused(N_("Only a number has a unit, of at most %(most)s characters."), field="unit", most=20)
    least, most = (_within(said[name], 0, MOST_FIGURE, name) for name in ("least", "most"))
    if not numeric and (least, most) != (None, None):
        raise Refused(N_("Only a number has limits."), field="least" if least is not None else "most")
    if least is not None and most is not None and most < least:
        raise Refused(N_("The limits are reversed."), field="most")
    return {
        **_names(said, 60, 100), "kind": kind, "required": bool(said["required"]), "unit": unit, "least": least,
        "most": most, "position": _within(said["position"], 1, MOST_POSITION, "position"),
        **(_choices(said) if listed else _no_choices(said)),
    }  # fmt: skip


def _choices(said: Said) -> Columns:
    lists = {}
    for name, most in (("choices_zh", 400), ("choices_en", 600)):
        found = [" ".join(clean(line).split()) for line in (said[name] or "").split("\n")]
        found = [line for line in found if line]
        if not 2 <= len(found) <= MOST_CHOICES or len(set(found)) < len(found):
            raise Refused(N_("Give two to %(most)s choices, one a line, each once."), field=name, most=MOST_CHOICES)
        if not all(line.isprintable() for line in found) or len("\n".join(found)) > most:
            raise Refused(N_("Please keep it to %(most)s characters."), field=name, most=most)
        lists[name] = found
    if len(lists["choices_zh"]) != len(lists["choices_en"]):
        raise Refused(N_("Give as many choices in English as in Chinese, in the same order."), field="choices_en")
    return {name: "\n".join(found) for name, found in lists.items()}


def _no_choices(said: Said) -> Columns:
    for name in ("choices_zh", "choices_en"):
        if clean(said[name] or ""):
            raise Refused(N_("Only one of a list has choices."), field=name)
    return {"choices_zh": None, "choices_en": None}


def fit_routing(session: Session, row: Any, said: Said, today: date) -> Columns:
    """Who goes, of which trade, and why."""
    _known_category(session, row.category, max(said["valid_from"], today))
    _within(row.position, 1, 9, "position")
    goes_to = GoesTo(said["goes_to"])
    if said["trade"] is not None and goes_to not in {GoesTo.UTILITY, GoesTo.CONTRACTOR}:
        raise Refused(N_("Only a utility or a contractor has a trade."), field="trade")
    return {"goes_to": goes_to, "trade": said["trade"], **_names(said, 200, 200, "reason")}


def fit_clock(session: Session, row: Any, said: Said, today: date) -> Columns:
    """The four limits, each as `limits.Limit` writes it."""
    _known_category(session, row.category, max(said["valid_from"], today), any_too=True)
    limits = {}
    for name in LIMITS:
        try:
            limits[name] = str(Limit.parse(_in_english(said[name])))
        except ValueError:
            raise Refused(
                N_("Write at once, 15 min, 24 h, 3 days, – (none), agreed or by grade."), field=name
            ) from None
    return limits


def _in_english(text: str) -> str:
    """A limit as `Limit.parse` reads it, also where it was written in Chinese: 立即, 15 分钟, 3 个工作日, 无."""
    words = unicodedata.normalize("NFKC", text).strip()
    for chinese, english in LIMIT_WORDS:
        words = re.sub(chinese, english, words)
    return words


def fit_number(session: Session, row: Any, said: Said, today: date) -> Columns:
    """Whose number it is, for which categories, and in which divisions."""
    guards.fit_number(row.number, NUMBER)
    known = {one.code for one in queries.categories(session, max(said["valid_from"], today))}
    categories = guards.fit_list(said["categories"], known, field="categories")
    if categories is None:
        raise Refused(N_("Name at least one category of reports."), field="categories")
    areas = [code for code in re.split(r"[\s,，、]+", said["areas"] or "") if code]
    if len(areas) > 50 or not all(DIVISION.fullmatch(code) for code in areas):
        raise Refused(N_("A division is named by its code of six digits: 230100."), field="areas")
    return {
        **_names(said, 60, 80), "categories": categories, "areas": ",".join(dict.fromkeys(areas)) or None,
        "position": _within(said["position"], 1, MOST_POSITION, "position"),
    }  # fmt: skip


def fit_calendar_day(_session: Session, row: Any, said: Said, today: date) -> Columns:
    """What the day is, and after which holiday. A weekday is no make-up workday."""
    guards.fit_day(row.day, today, field="day")
    if DayKind(said["kind"]) is DayKind.WORKDAY and row.day.weekday() < 5:
        raise Refused(N_("%(day)s is a workday anyhow: only a weekend day is made up for."), field="day",
                      day=row.day.isoformat())  # fmt: skip
    if said["name_en"] not in HOLIDAYS:
        raise Refused(N_("Choose one of them."), field="name_en")
    return {"kind": DayKind(said["kind"]), "name_en": said["name_en"], "name_zh": HOLIDAYS[said["name_en"]]}


def fit_year(_session: Session, row: Any, said: Said, today: date) -> Columns:
    """Whether its holidays are published."""
    _within(row.year, 2000, today.year + guards.YEARS_AHEAD, "year")
    return {"status": said["status"]}


def fit_hours(_session: Session, _row: Any, said: Said, _today: date) -> Columns:
    """The shifts, in rising order, and whether make-up workdays are worked."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", clean(said["shifts"])).replace("–", "-"))
    try:
        marks = [time.fromisoformat(mark) for shift in text.split(",") for mark in shift.split("-")]
        rising = len(marks) % 2 == 0 and len(marks) <= 8 and all(later > earlier for earlier, later in pairwise(marks))
        shifts = queries.read_shifts(text) if rising else ()
    except ValueError:
        shifts = ()
    if not shifts or any(mark.tzinfo or mark.second for shift in shifts for mark in shift):
        raise Refused(N_("Write the hours like 08:30-12:00,13:30-17:30."), field="shifts")
    return {"shifts": queries.shifts_text(shifts), "make_up_workdays": bool(said["make_up_workdays"])}


KINDS: Mapping[str, Kind] = {
    "categories": Kind(Category, ("code",), fit_category),
    "questions": Kind(CategoryQuestion, ("category", "code"), fit_question, stays=("kind",)),
    "routing": Kind(RoutingRule, ("category", "position"), fit_routing),
    "clocks": Kind(ClockRule, ("category", "priority"), fit_clock),
    "numbers": Kind(EmergencyNumber, ("number",), fit_number),
    "days": Kind(CalendarDay, ("day",), fit_calendar_day),
    "years": Kind(CalendarYear, ("year",), fit_year, can_end=False),
    "hours": Kind(WorkHours, (), fit_hours, can_end=False),
}
"""By the word in their address."""
