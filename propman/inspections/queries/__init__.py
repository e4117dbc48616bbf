"""Every read of plans and duties."""

from propman.inspections.queries.behind import behind
from propman.inspections.queries.listed import (
    PAGE,
    Key,
    Page,
    Wanted,
    counts_by_day,
    duties,
    duty,
    events_of,
    neighbours,
    places_to_choose,
)
from propman.inspections.queries.plans import terms_of, versions_of
from propman.inspections.queries.scope import above_within, place_within, visible_to

__all__ = [
    "Key",
    "PAGE",
    "Page",
    "Wanted",
    "above_within",
    "behind",
    "counts_by_day",
    "duties",
    "duty",
    "events_of",
    "neighbours",
    "place_within",
    "places_to_choose",
    "terms_of",
    "versions_of",
    "visible_to",
]
