"""Rows of a rota put together: what is planned for each person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import TypeVar

from propman.rota.duty import Hours, Kind, Period, Plan

Person = TypeVar("Person", bound=Hashable)


def plans(weekly: Iterable[tuple[Person, Hours]], others: Iterable[tuple[Person, Kind, Period]]) -> dict[Person, Plan]:
    """The plan of each person, in whatever way persons are named, from weekly hours and what departs from them."""
    hours: dict[Person, list[Hours]] = defaultdict(list)
    spans: dict[tuple[Person, Kind], list[Period]] = defaultdict(list)
    for person, each in weekly:
        hours[person].append(each)
    for person, kind, period in others:
        spans[person, kind].append(period)
    people = {*hours, *(person for person, _kind in spans)}
    return {
        person: Plan(tuple(hours[person]), tuple(spans[person, Kind.EXTRA]), tuple(spans[person, Kind.ABSENT]))
        for person in people
    }
