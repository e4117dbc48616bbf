"""Every read of rates: the figures of a selection, the lists behind them, what is asked to be left out."""

from propman.oversight.queries.closing import next_to_close
from propman.oversight.queries.figures import MEASURES, NONE, Counts, Figures, facts_of, figures, open_since
from propman.oversight.queries.selection import (
    LEVELS,
    Area,
    By,
    Selection,
    area,
    first_look,
    may_see,
    organisation_name,
)

__all__ = [
    "LEVELS",
    "MEASURES",
    "NONE",
    "Area",
    "By",
    "Counts",
    "Figures",
    "Selection",
    "area",
    "facts_of",
    "figures",
    "first_look",
    "may_see",
    "next_to_close",
    "open_since",
    "organisation_name",
]
