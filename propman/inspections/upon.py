"""What is due upon an event: of which kind it is, which inspections it brings, by which day and how late. Pure.

Such a duty comes round by no rule: its day is counted from the first or the last day of the event, as a schedule of the
library says ("ENDS=2"). One that counts from the end has no day while nobody knows the end; then nothing is due yet,
for a day that nobody named would make somebody late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from propman.errors import Refused
from propman.inspections.recurrence import Recurrence, Upon
from propman.inspections.schedule import Window
from propman.text import N_

LONGEST = timedelta(days=200)  # from the first day to the last: a flood season has four months
BACK = timedelta(days=30)  # so long ago an event may have begun when it is written down
AHEAD = timedelta(days=60)  # and so far ahead


class Kind(StrEnum):
    """What happens. The codes of the schedules that it brings begin with it."""

    LIGHT = "light"  # snow
    HEAVY = "heavy"  # moderate to heavy snow
    BLIZZARD = "blizzard"
    STORM = "storm"
    PRESSURE_TEST = "pressure_test"  # of the heating
    FLOOD_SEASON = "flood_season"


SNOW, STORM, PRESSURE_TEST, FLOOD_SEASON = "T29", "T30", "T31", "T32"
TEMPLATES = {
    Kind.LIGHT: SNOW, Kind.HEAVY: SNOW, Kind.BLIZZARD: SNOW, Kind.STORM: STORM, Kind.PRESSURE_TEST: PRESSURE_TEST,
    Kind.FLOOD_SEASON: FLOOD_SEASON,
}  # fmt: skip
"""The template of the library that holds what a kind of event brings: of one template one event at a time."""


def brings(kind: Kind, code: str) -> bool:
    """Whether a schedule of its template is of this kind: "heavy_lane", "storm"."""
    return code == kind or code.startswith(f"{kind}_")


def task(code: str) -> str:
    """What a schedule is about, whatever the class of the event: "lane" of "light_lane" and of "heavy_lane"."""
    kind = next((one for one in Kind if brings(one, code)), None)
    return code.removeprefix(f"{kind}").removeprefix("_") if kind else code


def classes(kind: Kind) -> tuple[Kind, ...]:
    """The other classes of an event of this kind: an event has those that the same template holds."""
    return tuple(one for one, template in TEMPLATES.items() if template == TEMPLATES[kind] and one is not kind)


@dataclass(frozen=True)
class Days:
    """From the first to the last day of an event; None while nobody knows the last one."""

    starts_on: date
    ends_on: date | None

    def deadline(self, rule: Recurrence) -> date | None:
        """By which day is to be done what `rule` says; None while that is not known, and for every other rule."""
        if not isinstance(rule, Upon):
            return None
        base = self.starts_on if rule.starts else self.ends_on
        return base + timedelta(days=rule.number) if base else None

    def window(self, rule: Recurrence, due_on: date) -> Window:
        """In time from the day it counts from up to the deadline; late as long again, a day at least."""
        given = rule.number if isinstance(rule, Upon) else 0
        return Window(due_on - timedelta(days=given), due_on, due_on + timedelta(days=max(given, 1)))

    def overlaps(self, other: Days) -> bool:
        """Whether they share a day; one without an end lasts."""
        return (other.ends_on is None or self.starts_on <= other.ends_on) and (
            self.ends_on is None or other.starts_on <= self.ends_on
        )


@dataclass(frozen=True)
class Brought:
    """What an event brings: its days, and the rule of each schedule by its code."""

    days: Days
    rules: Mapping[str, Recurrence]

    def covers(self, other: Brought) -> bool:
        """Whether all that `other` brings is brought by this one too, and due no later."""
        return all(code in self.rules and self._no_later(code, other) for code in other.rules)

    def _no_later(self, code: str, other: Brought) -> bool:
        mine, theirs = self.days.deadline(self.rules[code]), other.days.deadline(other.rules[code])
        return theirs is None or (mine is not None and mine <= theirs)


def check(days: Days) -> None:
    """Raises `Refused` for days that are reversed or too many."""
    if days.ends_on is not None and days.ends_on < days.starts_on:
        raise Refused(N_("It ends before it begins."), field="ends_on")
    if days.ends_on is not None and days.ends_on - days.starts_on > LONGEST:
        raise Refused(N_("It lasts %(most)s days at most."), field="ends_on", most=LONGEST.days)


def check_first(days: Days, today: date) -> None:
    """Raises `Refused` for a first day that is too long ago or too far ahead."""
    if not today - BACK <= days.starts_on <= today + AHEAD:
        raise Refused(N_("Give a first day from %(since)s to %(until)s."), field="starts_on",
                      since=today - BACK, until=today + AHEAD)  # fmt: skip
