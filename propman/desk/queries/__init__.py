"""Everything that is read for the desk."""

from propman.desk.queries.own import filters_of, load_filter, uses_keys

__all__ = [
    "filters_of",
    "load_filter",
    "uses_keys",
]
