"""Every read of tickets. `visible_to` is where each list, search and load begins."""

from propman.tickets.queries.figures import Figures, Outcomes, figures, jobs_count, outcomes
from propman.tickets.queries.holding import (
    change_of_holder,
    first_report_on,
    held_by_another,
    holder_today,
    person_stands,
)
from propman.tickets.queries.homes import homes_of, open_buildings
from propman.tickets.queries.lists import (
    ANY,
    ANY_OPEN,
    PAGE,
    UNANSWERED,
    Key,
    QueueFilter,
    jobs_of,
    public_open_at,
    queue,
    reports_of,
)
from propman.tickets.queries.proposals import Proposal, proposals
from propman.tickets.queries.reach import communities_of, intake_communities, intake_community, intake_reach
from propman.tickets.queries.scope import load, load_held, parties_of, sees_contact, standing, visible_to
from propman.tickets.queries.telling import attachments_of, clocks_of, photo_on, timeline

__all__ = [
    "ANY",
    "ANY_OPEN",
    "PAGE",
    "UNANSWERED",
    "Figures",
    "Key",
    "Outcomes",
    "Proposal",
    "QueueFilter",
    "attachments_of",
    "change_of_holder",
    "clocks_of",
    "communities_of",
    "figures",
    "first_report_on",
    "held_by_another",
    "holder_today",
    "homes_of",
    "intake_communities",
    "intake_community",
    "intake_reach",
    "jobs_count",
    "jobs_of",
    "load",
    "load_held",
    "open_buildings",
    "outcomes",
    "parties_of",
    "person_stands",
    "photo_on",
    "proposals",
    "public_open_at",
    "queue",
    "reports_of",
    "sees_contact",
    "standing",
    "timeline",
    "visible_to",
]
