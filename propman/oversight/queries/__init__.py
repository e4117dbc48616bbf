"""Every read of rates: the figures of a selection, the lists behind them, what is asked to be left out."""

from propman.oversight.queries.closing import closed_months, next_to_close
from propman.oversight.queries.figures import MEASURES, NONE, Counts, Figures, facts_of, figures
from propman.oversight.queries.selection import (
    LEVELS,
    Area,
    By,
    Selection,
    Surroundings,
    area,
    first_look,
    may_see,
    organisation_name,
    seen_from,
    surroundings,
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
    "Surroundings",
    "area",
    "closed_months",
    "facts_of",
    "figures",
    "first_look",
    "may_see",
    "next_to_close",
    "organisation_name",
    "seen_from",
    "surroundings",
]
