"""What is due upon an event: of which kind it is, which inspections it brings, by which day and how late. Pure.

Such a duty comes round by no rule: its day is counted from the first or the last day of the event, as a schedule of the
library says ("ENDS=2"). One that counts from the end has no day while nobody knows the end; then nothing is due yet,
for a day that nobody named would make somebody late.

Each kind has a longest time. An end by a slip of the pen, in May for snow of November, would put off what is to be done
until then; and of one template a community has one event at a time, so one whose end nobody gave would keep off every
later one. Until the last of these days it goes on; then it keeps nothing off any more.
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

MOST_DAYS = {SNOW: 10, STORM: 5, PRESSURE_TEST: 45, FLOOD_SEASON: 200}
"""How many days an event of a template has at most, the first and the last one counted. Proposals of propman: snow
falls for days, and what falls after a week without is another snow; a storm blows for one day or two; a heating network
is filled and tested within the month before it heats; a flood season has four months, six with its drift ice.
"""


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

    def last(self, template: str) -> date:
        """The last day; of one without an end the last one that such an event can have."""
        return self.ends_on or self.starts_on + timedelta(days=MOST_DAYS[template] - 1)

    def overlaps(self, other: Days, template: str) -> bool:
        """Whether they share a day, as events of this template."""
        return self.starts_on <= other.last(template) and other.starts_on <= self.last(template)


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


def check(days: Days, kind: Kind) -> None:
    """Raises `Refused` for days that are reversed, or more than an event of this kind has."""
    if days.ends_on is not None and days.ends_on < days.starts_on:
        raise Refused(N_("It ends before it begins."), field="ends_on")
    template = TEMPLATES[kind]
    last = Days(days.starts_on, None).last(template)
    if days.ends_on is not None and days.ends_on > last:
        raise Refused(N_("Such an event lasts %(most)s days at most, from this first day until %(last)s. What comes "
                         "later is another event."), field="ends_on", most=MOST_DAYS[template], last=last)  # fmt: skip


def check_first(days: Days, today: date) -> None:
    """Raises `Refused` for a first day that is too long ago or too far ahead."""
    if not today - BACK <= days.starts_on <= today + AHEAD:
        raise Refused(N_("Give a first day from %(since)s to %(until)s."), field="starts_on",
                      since=today - BACK, until=today + AHEAD)  # fmt: skip


def check_moved(before: Days, days: Days, today: date) -> None:
    """Raises `Refused` where what began before today would begin later: whoever moves it on before each deadline would
    never be late. What never came is called off.
    """
    if before.starts_on < today < days.starts_on:
        raise Refused(N_("It has begun: its first day is today at the latest. What never came is called off."),
                      field="starts_on")  # fmt: skip
