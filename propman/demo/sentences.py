"""What people say in the demo world: the season chooses, and the words are filled with a floor and a flat."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from random import Random

MONTHS: Mapping[str, frozenset[int]] = {
    "any": frozenset(range(1, 13)),
    "heating": frozenset({10, 11, 12, 1, 2, 3, 4}),
    "frost": frozenset({11, 12, 1, 2, 3}),
    "warm": frozenset({5, 6, 7, 8, 9}),
}
"""Seasons of Heilongjiang by months; heating in Harbin runs from 20 October to 20 April."""

FLOORS = 6


@dataclass(frozen=True)
class Fault:
    """One fault in words: the scene of its picture ("" for none), where exactly, the report, and how it was mended."""

    scene: str
    spot: str
    report: str
    done: str


def fault(rng: Random, category: str, *, month: int, building: str) -> Fault:
    """A fault of `category` as it happens in that month, in the words of somebody who lives in `building`."""
    floor = rng.randint(2, FLOORS)
    door = rng.randint(1, 3)
    words = {"floor": str(floor), "flat": f"{floor}0{door}", "top": f"{FLOORS}0{door}", "building": building}
    seasons = [season for season, months in MONTHS.items() if month in months]
    fitting = [entry for season in seasons for entry in written()[category].get(season, ())]
    return Fault(*(part.format_map(words) for part in rng.choice(fitting)))


def remark(rng: Random, about: str) -> str:
    """What somebody writes with a move; `about` is a key of the table `moves`."""
    return str(rng.choice(written()["moves"][about]))


def categories() -> frozenset[str]:
    """The categories that have words."""
    return frozenset(written()) - {"moves"}


@cache
def written() -> Mapping[str, Mapping[str, Sequence[Sequence[str]]]]:
    """The tables of `sentences.toml`: by category, what is said in which season; and what is said with a move."""
    return tomllib.loads((files("propman.demo") / "sentences.toml").read_text(encoding="utf-8"))
