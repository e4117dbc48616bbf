"""On which days something comes round: by a rule, in certain years, or so long after or before a day or an
event. Pure.

Rules are those of RFC 5545 as `dateutil.rrule` computes them, of days and nothing shorter, with one exception that
upkeep needs: a month without the day that is named has its last day instead, and so has February in years without a
29th. RFC 5545 leaves such a month out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import chain, dropwhile
from typing import Any, Protocol

from dateutil import rrule as rfc
from dateutil.relativedelta import relativedelta
from dateutil.rrule import rrule

from propman.errors import Refused
from propman.text import N_

LONGEST_TEXT = 120
LAST_YEAR = 2200  # nothing is planned beyond

_SHORTER_THAN_DAYS = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_PARTS = {
    "FREQ": r"DAILY|WEEKLY|MONTHLY|YEARLY",
    "INTERVAL": r"[1-9][0-9]{0,2}",
    "BYMONTH": r"(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
    "BYMONTHDAY": r"(?:[1-9]|[12][0-9]|3[01])(?:,(?:[1-9]|[12][0-9]|3[01]))*",
    "BYDAY": r"(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*",
    "BYSETPOS": r"-1|[1-4]",
}
"""What a rule may say. No COUNT and no UNTIL: a duty ends when a person ends its plan, by name and with a reason."""

_LIST = r"[1-9][0-9]{0,2}(?:,[1-9][0-9]{0,2}){0,19}"


class Frequency(StrEnum):
    """How often, before the interval."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


def _moment(day: date) -> datetime:
    """Days have no zone, and dateutil knows none without an hour."""
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001


_LAST = _moment(date(LAST_YEAR, 12, 31))
_FREQUENCIES = {each: getattr(rfc, each.value) for each in Frequency}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = {name: getattr(rfc, name) for name in _DAYS}


class Recurrence(Protocol):
    """What comes round."""

    @property
    def text(self) -> str:
        """As it is stored; `read` reads it back."""

    def days(self, first: date, since: date) -> Iterator[date]:
        """Its days from `since` on, rising, none twice, counted from the day `first`; endless but by its own nature."""


@dataclass(frozen=True)
class Rule:
    """By a rule of RFC 5545. Parts that are empty are those of the first day."""

    frequency: Frequency
    interval: int = 1
    months: tuple[int, ...] = ()
    monthdays: tuple[int, ...] = ()
    weekdays: tuple[str, ...] = ()
    position: int | None = None

    @property
    def text(self) -> str:
        """ "FREQ=MONTHLY;INTERVAL=3"."""
        said = (
            ("FREQ", str(self.frequency)), ("INTERVAL", str(self.interval) if self.interval > 1 else ""),
            ("BYMONTH", _joined(self.months)), ("BYMONTHDAY", _joined(self.monthdays)),
            ("BYDAY", ",".join(self.weekdays)), ("BYSETPOS", str(self.position or "")),
        )  # fmt: skip
        return ";".join(f"{name}={value}" for name, value in said if value)

    def days(self, first: date, since: date) -> Iterator[date]:
        """From `first` on, which is one of them only if the rule says so."""
        since, near = max(first, since), self._near(first, since)
        weekdays = self.weekdays or ((_DAYS[first.weekday()],) if self.frequency is Frequency.WEEKLY else ())
        if self.frequency is Frequency.DAILY or weekdays:
            parts = {"byweekday": [_WEEK[each] for each in weekdays] or None, "bysetpos": self.position}
            found = self._computed(near, parts)
        else:
            found = self._of_months(first, near)
        return dropwhile(lambda day: day < since, found)

    def _near(self, first: date, since: date) -> date:
        """A day not after `since` from which the rule counts as from `first`, so that no years are gone through; of
        months and years the first day of one.
        """
        if self.frequency is Frequency.DAILY:
            return first + timedelta(days=(since - first).days // self.interval * self.interval)
        if self.frequency is Frequency.WEEKLY:
            return first + timedelta(weeks=(since - first).days // 7 // self.interval * self.interval)
        passed = (since.year - first.year) * 12 + since.month - first.month
        step = self.interval * (12 if self.frequency is Frequency.YEARLY else 1)
        return first.replace(day=1) + relativedelta(months=passed // step * step)

    def _of_months(self, first: date, near: date) -> Iterator[date]:
        """RFC 5545 says which months, and of each the days are taken that are named, or its last one."""
        yearly = self.frequency is Frequency.YEARLY and not self.months
        for month in self._computed(near, {"bymonthday": 1, **({"bymonth": first.month} if yearly else {})}):
            yield from sorted({month + relativedelta(day=day) for day in self.monthdays or (first.day,)})

    def _computed(self, near: date, parts: dict[str, Any]) -> Iterator[date]:
        said = {"bymonth": self.months or None, **parts}
        moments = rrule(_FREQUENCIES[self.frequency], _moment(near), self.interval, until=_LAST, **said)
        return (each.date() for each in moments)


@dataclass(frozen=True)
class Years:
    """So many years after the first day, such as when a lift was first used; after the last of them each year."""

    years: tuple[int, ...]

    @property
    def text(self) -> str:
        """ "YEARS=1,4,7"."""
        return f"YEARS={_joined(self.years)}"

    def days(self, first: date, since: date) -> Iterator[date]:
        """Without end. A 29 February is the 28th in years that have none."""
        last = self.years[-1]
        further = range(max(last + 1, since.year - first.year), LAST_YEAR - first.year)
        days = (first + relativedelta(years=number) for number in chain(self.years, further))
        return (day for day in days if day >= since)


@dataclass(frozen=True)
class After:
    """So many months after the first day, such as acceptance; then no more."""

    months: tuple[int, ...]

    @property
    def text(self) -> str:
        """ "AFTER=6,12,24"."""
        return f"AFTER={_joined(self.months)}"

    def days(self, first: date, since: date) -> Iterator[date]:
        """As many as there are months."""
        return (day for number in self.months if (day := first + relativedelta(months=number)) >= since)


@dataclass(frozen=True)
class Before:
    """So many days before a day, such as the end of a warranty; once."""

    number: int

    @property
    def text(self) -> str:
        """ "BEFORE=60"."""
        return f"BEFORE={self.number}"

    def days(self, first: date, since: date) -> Iterator[date]:
        """The one day."""
        day = first - timedelta(days=self.number)
        return iter([day] if day >= since else [])


@dataclass(frozen=True)
class Upon:
    """So many days after an event starts or ends: no day of its own, see `upon`."""

    starts: bool
    number: int

    @property
    def text(self) -> str:
        """ "STARTS=1", "ENDS=2"."""
        return f"{'STARTS' if self.starts else 'ENDS'}={self.number}"

    def days(self, first: date, since: date) -> Iterator[date]:
        """None."""
        return iter(())


def tidy(text: str) -> str:
    """A rule in capitals and half-width signs, without white space, which some put behind each sign."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper().strip(";")


@lru_cache(maxsize=4096)
def read(text: str) -> Recurrence:
    """What `text` says, in any case and with any spaces. Raises `Refused` naming what is wrong with it."""
    text = tidy(text)
    if not text:
        raise Refused(N_("Please say how often. A rule is written like FREQ=WEEKLY;BYDAY=TH: each Thursday."),
                      field="rule")  # fmt: skip
    name, _equals, value = text.partition("=")
    if name in ("YEARS", "AFTER") and re.fullmatch(_LIST, value):
        numbers = _numbers(value)
        return Years(numbers) if name == "YEARS" else After(numbers)
    if name == "BEFORE" and re.fullmatch(r"[1-9][0-9]{0,2}", value):
        return Before(int(value))
    if name in ("STARTS", "ENDS") and re.fullmatch(r"[0-9]{1,2}", value):
        return Upon(name == "STARTS", int(value))
    return _rule(text)


def _rule(text: str) -> Rule:
    parts: dict[str, str] = {}
    for piece in text[:LONGEST_TEXT].removeprefix("RRULE:").split(";"):
        name, _equals, value = piece.partition("=")
        if name == "FREQ" and value in _SHORTER_THAN_DAYS:
            raise Refused(N_("An inspection comes round once a day at most."), field="rule")
        if name in parts or name not in _PARTS or not re.fullmatch(_PARTS[name], value):
            raise Refused(N_("The rule cannot be read at “%(piece)s”."), field="rule", piece=piece[:30])
        parts[name] = value
    if "FREQ" not in parts:
        raise Refused(N_("The rule does not say how often: a day, week, month or year."), field="rule")
    rule = Rule(
        Frequency(parts["FREQ"]), int(parts.get("INTERVAL", 1)), _numbers(parts.get("BYMONTH", "")),
        _numbers(parts.get("BYMONTHDAY", "")), tuple(dict.fromkeys(filter(None, parts.get("BYDAY", "").split(",")))),
        int(parts["BYSETPOS"]) if "BYSETPOS" in parts else None,
    )  # fmt: skip
    sentence = _contradiction(rule)
    if sentence is not None:
        raise Refused(sentence, field="rule")
    return rule


def _contradiction(rule: Rule) -> str | None:
    """What cannot be meant, or would be meant otherwise by RFC 5545 than people read it."""
    short = rule.frequency in (Frequency.DAILY, Frequency.WEEKLY)
    if rule.monthdays and (short or rule.weekdays):
        return N_("A day of the month goes with months and years, and with no day of the week.")
    if rule.weekdays and rule.frequency is Frequency.DAILY:
        return N_("A day of the week goes with weeks, months and years.")
    if rule.frequency is Frequency.YEARLY and (rule.weekdays or rule.monthdays) and not rule.months:
        return N_("Please say in which month of the year.")
    if rule.position is not None and (short or not rule.weekdays):
        return N_("“The first” or “the last” goes with a day of the week in a month.")
    return None


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(sorted({int(each) for each in text.split(",")})) if text else ()


def _joined(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
