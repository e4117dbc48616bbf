"""Every read of rounds, of what somebody may inspect, and of what was inspected."""

from propman.rounds.queries.points import Point, codes_there, items_of, points_of, templates_on
from propman.rounds.queries.rounds import (
    Walked,
    is_own,
    load_own_point,
    load_round,
    looked_at_nothing,
    may_erase,
    photo_on,
    points_at,
    rounds_of,
    rounds_under_way,
    tickets_of,
    walked,
)
from propman.rounds.queries.work import Work, due_count, holding, may_do, organisation_for, work_of

__all__ = [
    "Point",
    "Walked",
    "Work",
    "codes_there",
    "due_count",
    "holding",
    "is_own",
    "items_of",
    "load_own_point",
    "load_round",
    "looked_at_nothing",
    "may_do",
    "may_erase",
    "organisation_for",
    "photo_on",
    "points_at",
    "points_of",
    "rounds_of",
    "rounds_under_way",
    "templates_on",
    "tickets_of",
    "walked",
    "work_of",
]
