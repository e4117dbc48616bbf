"""Every read of tickets. `visible_to` is where each list, search and load begins."""

from propman.tickets.queries.holding import change_of_holder, held_by_another, person_stands
from propman.tickets.queries.lists import jobs_of, public_open_at, queue, reports_of
from propman.tickets.queries.scope import load, load_held, parties_of, sees_contact, standing, visible_to
from propman.tickets.queries.telling import attachments_of, clocks_of, photo_on, timeline

__all__ = [
    "attachments_of",
    "change_of_holder",
    "clocks_of",
    "held_by_another",
    "jobs_of",
    "load",
    "load_held",
    "parties_of",
    "person_stands",
    "photo_on",
    "public_open_at",
    "queue",
    "reports_of",
    "sees_contact",
    "standing",
    "timeline",
    "visible_to",
]
