"""Everything that is read for the desk."""

from propman.desk.queries.board import Load, loads
from propman.desk.queries.own import filters_of, load_filter, uses_keys

__all__ = [
    "Load",
    "filters_of",
    "load_filter",
    "loads",
    "uses_keys",
]
