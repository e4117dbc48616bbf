"""Every write to a ticket. Keyword-only; guards first, then the change, its event and its notices; callers commit."""

from propman.tickets.operations.calling import call
from propman.tickets.operations.correcting import Correction, correct
from propman.tickets.operations.dispatch import assign, complete, decline, hold, reassign, resume, start
from propman.tickets.operations.erasing import erase_on_request, erase_ticket, may_erase
from propman.tickets.operations.extending import grant_extension, refuse_extension, request_extension
from propman.tickets.operations.finding import findables, keep_findable, keep_missing
from propman.tickets.operations.importing import Claim, take_over
from propman.tickets.operations.intake import Report, open_ticket
from propman.tickets.operations.joining import agree, merge, separate
from propman.tickets.operations.objecting import object_to_dispatch, reject_objection, uphold_objection
from propman.tickets.operations.paying import SETTLED, Answers, may_decide, settle_payer
from propman.tickets.operations.rechecking import Failed, fail_recheck, open_finding, pass_recheck
from propman.tickets.operations.recourse import judge
from propman.tickets.operations.referring import accept, refer, refuse, take_back
from propman.tickets.operations.reporter import confirm, reopen, withdraw
from propman.tickets.operations.talking import add, answer, ask, note_down
from propman.tickets.operations.upkeep import close_unanswered, escalate, hand_over_due, tell_of_urges, wake_holds
from propman.tickets.operations.urging import answer_urge, urge
from propman.tickets.operations.visiting import appoint, arrive, make_safe
from propman.tickets.operations.working import PartUsed, Work

__all__ = [
    "SETTLED",
    "Answers",
    "Claim",
    "Correction",
    "Failed",
    "PartUsed",
    "Report",
    "Work",
    "accept",
    "add",
    "agree",
    "answer",
    "answer_urge",
    "appoint",
    "arrive",
    "ask",
    "assign",
    "call",
    "close_unanswered",
    "complete",
    "confirm",
    "correct",
    "decline",
    "erase_on_request",
    "erase_ticket",
    "findables",
    "keep_findable",
    "keep_missing",
    "may_decide",
    "may_erase",
    "escalate",
    "fail_recheck",
    "grant_extension",
    "hand_over_due",
    "hold",
    "judge",
    "make_safe",
    "merge",
    "note_down",
    "object_to_dispatch",
    "open_finding",
    "open_ticket",
    "pass_recheck",
    "reassign",
    "refer",
    "refuse",
    "refuse_extension",
    "reject_objection",
    "reopen",
    "request_extension",
    "resume",
    "separate",
    "settle_payer",
    "start",
    "take_back",
    "take_over",
    "tell_of_urges",
    "uphold_objection",
    "urge",
    "wake_holds",
    "withdraw",
]
