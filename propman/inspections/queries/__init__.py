"""Every read of plans, duties and rounds."""

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
from propman.inspections.queries.points import Point, codes_there, items_of, points_of, templates_on
from propman.inspections.queries.rounds import (
    Walked,
    load_own_point,
    load_round,
    photo_on,
    points_at,
    rounds_of,
    rounds_under_way,
    tickets_of,
    walked,
)
from propman.inspections.queries.scope import above_within, place_within, visible_to
from propman.inspections.queries.work import Work, holding, may_do, organisation_for, work_of

__all__ = [
    "Key",
    "PAGE",
    "Page",
    "Point",
    "Walked",
    "Wanted",
    "Work",
    "above_within",
    "codes_there",
    "behind",
    "counts_by_day",
    "duties",
    "duty",
    "events_of",
    "holding",
    "items_of",
    "load_own_point",
    "load_round",
    "may_do",
    "neighbours",
    "organisation_for",
    "photo_on",
    "place_within",
    "places_to_choose",
    "points_at",
    "points_of",
    "rounds_of",
    "rounds_under_way",
    "templates_on",
    "terms_of",
    "tickets_of",
    "versions_of",
    "visible_to",
    "walked",
    "work_of",
]
