"""Everything that is written from the desk."""

from propman.desk.operations.filters import MOST_FILTERS, delete_filter, forget, keep_filter, rename_filter
from propman.desk.operations.keys import use_keys
from propman.desk.operations.sending import MOST_AT_ONCE, Outcome, send_many

__all__ = [
    "MOST_AT_ONCE",
    "MOST_FILTERS",
    "Outcome",
    "delete_filter",
    "forget",
    "keep_filter",
    "rename_filter",
    "send_many",
    "use_keys",
]
