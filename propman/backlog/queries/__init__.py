"""What was taken over: which records, and how what came of them stands, within what one may see."""

from propman.backlog.queries.known import taken_over
from propman.backlog.queries.standing import (
    AGES,
    PAGE,
    PLACES,
    Key,
    MonthLine,
    PlaceLine,
    Sums,
    Wanted,
    by_month,
    by_place,
    counted,
    listed,
    sources,
    sums,
)

__all__ = [
    "AGES",
    "PAGE",
    "PLACES",
    "Key",
    "MonthLine",
    "PlaceLine",
    "Sums",
    "Wanted",
    "by_month",
    "by_place",
    "counted",
    "listed",
    "sources",
    "sums",
    "taken_over",
]
