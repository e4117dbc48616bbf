"""Every write to a ticket. Keyword-only; guards first, then the change, its event and its notices; callers commit."""

from propman.tickets.operations.dispatch import assign, complete, decline, hold, reassign, resume, start
from propman.tickets.operations.erasing import erase_on_request, erase_ticket
from propman.tickets.operations.intake import Report, open_ticket
from propman.tickets.operations.paying import Answers, settle_payer
from propman.tickets.operations.recourse import judge
from propman.tickets.operations.referring import accept, refer, refuse, take_back
from propman.tickets.operations.reporter import confirm, reopen, withdraw
from propman.tickets.operations.upkeep import close_unanswered, escalate, hand_over_due

__all__ = [
    "Answers",
    "Report",
    "accept",
    "assign",
    "close_unanswered",
    "complete",
    "confirm",
    "decline",
    "erase_on_request",
    "erase_ticket",
    "escalate",
    "hand_over_due",
    "hold",
    "judge",
    "open_ticket",
    "reassign",
    "refer",
    "refuse",
    "reopen",
    "resume",
    "settle_payer",
    "start",
    "take_back",
    "withdraw",
]
