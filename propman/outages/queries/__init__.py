"""Reading outages: who may announce where, lists, and what is off at a place."""

from propman.outages.queries.at_places import Shown, concerns, explaining, overlapping, shown_at, shown_in, told_of
from propman.outages.queries.lists import PAGE, Page, Which, listed
from propman.outages.queries.scope import announcers, communities, edited, edits, load_community, visible_to
from propman.outages.queries.story import events_of, follows, grace_on, late, outage, people_of, where_of

__all__ = [
    "PAGE",
    "Page",
    "Shown",
    "Which",
    "announcers",
    "concerns",
    "communities",
    "edited",
    "edits",
    "events_of",
    "explaining",
    "follows",
    "grace_on",
    "late",
    "listed",
    "load_community",
    "outage",
    "overlapping",
    "people_of",
    "shown_at",
    "shown_in",
    "told_of",
    "visible_to",
    "where_of",
]
