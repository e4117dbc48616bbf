"""Every read of plans and duties."""

from propman.inspections.queries.behind import behind
from propman.inspections.queries.listed import (
    MADE_UP,
    OVERDUE,
    PAGE,
    Key,
    Page,
    Wanted,
    counts_by_day,
    duties,
    duty,
    events_of,
    made_up,
    neighbours,
    places_to_choose,
)
from propman.inspections.queries.plans import announced, taken_back, terms_of, version_on, versions_of
from propman.inspections.queries.scope import above_within, place_within, visible_to

__all__ = [
    "Key",
    "MADE_UP",
    "OVERDUE",
    "PAGE",
    "Page",
    "Wanted",
    "above_within",
    "announced",
    "behind",
    "counts_by_day",
    "duties",
    "duty",
    "events_of",
    "made_up",
    "neighbours",
    "place_within",
    "places_to_choose",
    "taken_back",
    "terms_of",
    "version_on",
    "versions_of",
    "visible_to",
]
