"""Reading projects, their money, their work items, and who can take part in them."""

from propman.projects.queries.lists import (
    Key,
    Line,
    ProjectFilter,
    ProjectPage,
    Standing,
    overdue,
    projects,
    years,
)
from propman.projects.queries.parties import by_name, contractors, owners, payees, utilities
from propman.projects.queries.scope import (
    community,
    may_keep,
    payment,
    photograph,
    project,
    visible_to,
    work_item,
)
from propman.projects.queries.telling import (
    CONTRACT,
    allowed_warranties,
    items_of,
    last_transfers,
    payments_of,
    photographs_of,
    shares_of,
    transfers_of,
)

__all__ = [
    "CONTRACT",
    "Key",
    "Line",
    "ProjectFilter",
    "ProjectPage",
    "Standing",
    "allowed_warranties",
    "by_name",
    "community",
    "contractors",
    "items_of",
    "last_transfers",
    "may_keep",
    "overdue",
    "owners",
    "payees",
    "payment",
    "payments_of",
    "photograph",
    "photographs_of",
    "project",
    "projects",
    "shares_of",
    "transfers_of",
    "utilities",
    "visible_to",
    "work_item",
    "years",
]
