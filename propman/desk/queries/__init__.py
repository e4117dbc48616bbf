"""Everything that is read for the desk."""

from propman.desk.queries.board import Load, loads
from propman.desk.queries.calling import last_of_caller
from propman.desk.queries.finding import LONGEST, MOST, people_meant, places_meant, reports_meant
from propman.desk.queries.own import filters_of, load_filter, questions_of, uses_keys

__all__ = [
    "LONGEST",
    "MOST",
    "Load",
    "filters_of",
    "last_of_caller",
    "load_filter",
    "loads",
    "people_meant",
    "places_meant",
    "questions_of",
    "reports_meant",
    "uses_keys",
]
