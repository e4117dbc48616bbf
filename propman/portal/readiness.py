"""What a community still lacks before it can go live, from facts about it. Pure.

What is missing of `ESSENTIAL` keeps reports from being answered at all; the rest is to be mended soon after.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

from propman.text import N_

NEEDS_A_NUMBER = ("water", "heat", "gas_leak")
"""Categories for which every city has a number of its own: nobody can call what is not on the page."""


class Line(StrEnum):
    """One line of the checklist."""

    MANAGER = "manager"
    DISPATCHERS = "dispatchers"
    PLACES = "places"
    LABELS = "labels"
    NUMBERS = "numbers"
    SEASON = "season"
    PARTS = "parts"
    HOUSEHOLDS = "households"
    LIMITS = "limits"
    CALENDAR = "calendar"


ESSENTIAL = frozenset({Line.DISPATCHERS, Line.PLACES, Line.LABELS})

LINE_WORDS = {
    Line.MANAGER: N_("A managing company"),
    Line.DISPATCHERS: N_("Dispatchers who can be reached"),
    Line.PLACES: N_("Buildings and entrances"),
    Line.LABELS: N_("A label at every entrance"),
    Line.NUMBERS: N_("Emergency numbers of its area"),
    Line.SEASON: N_("This year's heating season, checked"),
    Line.PARTS: N_("Parts in the register"),
    Line.HOUSEHOLDS: N_("A slip for every flat"),
    Line.LIMITS: N_("Time limits, checked"),
    Line.CALENDAR: N_("Holidays, confirmed"),
}


@dataclass(frozen=True)
class Facts:
    """What is known of one community on a day.

    `reachable` are the dispatchers of whoever is in charge with an account that opens and a telephone or mail address;
    `flats_reached` are those where somebody lives or can join by a slip; `season` None means that it is not heated;
    `numbers_for` the categories that have a number of the area.
    """

    managed: bool
    reachable: int
    buildings: int
    bare_buildings: int  # without an entrance
    entrances: int
    labelled: int
    numbers_for: Collection[str]
    season: bool | None
    parts: int
    flats: int
    flats_reached: int
    unchecked_limits: int
    provisional: int | None  # the year whose holidays should be known by now


@dataclass(frozen=True)
class Check:
    """One line: whether it is done, and how far, as a sentence with what it names."""

    line: Line
    done: bool
    sentence: str
    params: dict[str, int]


def checklist(facts: Facts) -> tuple[Check, ...]:
    """Every line that applies to the community, what is essential first."""
    checks = [
        Check(Line.DISPATCHERS, facts.reachable > 0, N_("%(count)s can be reached"), {"count": facts.reachable}),
        Check(Line.PLACES, facts.entrances > 0 and not facts.bare_buildings,
              N_("%(buildings)s buildings, %(entrances)s entrances, %(bare)s buildings without an entrance"),
              {"buildings": facts.buildings, "entrances": facts.entrances, "bare": facts.bare_buildings}),
        Check(Line.LABELS, 0 < facts.entrances == facts.labelled, N_("%(done)s of %(all)s"),
              {"done": facts.labelled, "all": facts.entrances}),
        Check(Line.MANAGER, facts.managed,
              N_("a company is engaged") if facts.managed else N_("its street office stands in"), {}),
        _numbers(facts),
        *([] if facts.season is None else [_season(facts.season)]),
        Check(Line.PARTS, facts.parts > 0, N_("%(count)s parts"), {"count": facts.parts}),
        Check(Line.HOUSEHOLDS, 0 < facts.flats == facts.flats_reached, N_("%(done)s of %(all)s"),
              {"done": facts.flats_reached, "all": facts.flats}),
        Check(Line.LIMITS, facts.unchecked_limits == 0, N_("%(count)s not yet checked"),
              {"count": facts.unchecked_limits}),
        _calendar(facts.provisional),
    ]  # fmt: skip
    return tuple(checks)


def _numbers(facts: Facts) -> Check:
    there = sum(category in facts.numbers_for for category in NEEDS_A_NUMBER)
    params = {"done": there, "all": len(NEEDS_A_NUMBER)}
    return Check(Line.NUMBERS, there == len(NEEDS_A_NUMBER), N_("%(done)s of %(all)s: water, heating, gas"), params)


def _season(entered: bool) -> Check:
    return Check(Line.SEASON, entered, N_("entered and checked") if entered else N_("not entered, or not checked"), {})


def _calendar(year: int | None) -> Check:
    if year is None:
        return Check(Line.CALENDAR, True, N_("confirmed"), {})
    return Check(Line.CALENDAR, False, N_("%(year)s is provisional"), {"year": year})


def lacking(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The lines that are not done."""
    return tuple(check for check in checks if not check.done)


def badness(checks: Sequence[Check]) -> tuple[int, int]:
    """How far it is from going live: what is essential and missing, then all that is missing. Greater is worse."""
    missing = lacking(checks)
    return sum(check.line in ESSENTIAL for check in missing), len(missing)
