"""Every write to a ticket. Keyword-only; guards first, then the change, its event and its notices; callers commit."""

from propman.tickets.operations.dispatch import assign, complete, decline, hold, reassign, resume, start
from propman.tickets.operations.erasing import erase_on_request, erase_ticket
from propman.tickets.operations.intake import Report, open_ticket
from propman.tickets.operations.reporter import confirm, reopen, withdraw
from propman.tickets.operations.upkeep import close_unanswered, hand_over_due

__all__ = [
    "Report",
    "assign",
    "close_unanswered",
    "complete",
    "confirm",
    "decline",
    "erase_on_request",
    "erase_ticket",
    "hand_over_due",
    "hold",
    "open_ticket",
    "reassign",
    "reopen",
    "resume",
    "start",
    "withdraw",
]
