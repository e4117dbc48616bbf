"""Which move is legal, by whom, and what it needs: one table.

The same rows refuse the POST, choose the buttons and print `docs/workflow.md`. States follow the life-cycle
that the field knows (提交 派单 处置 办结 归档). Referral to a contractor or utility (转办) is a change of holder, not a
state: a row says whether it is for referred tickets, for the others, or for both. Talking changes no state: such a row
leads nowhere.
"""

from propman.tickets.workflow.printing import markdown
from propman.tickets.workflow.rows import MOVES, Move
from propman.tickets.workflow.rules import Standing, allowed, legal, refusal
from propman.tickets.workflow.terms import (
    FINAL,
    JUDGES,
    OPEN,
    TALK,
    WATCHES,
    Action,
    CallOutcome,
    HoldReason,
    Need,
    Party,
    State,
)

__all__ = [
    "FINAL",
    "JUDGES",
    "MOVES",
    "OPEN",
    "TALK",
    "WATCHES",
    "Action",
    "CallOutcome",
    "HoldReason",
    "Move",
    "Need",
    "Party",
    "Standing",
    "State",
    "allowed",
    "legal",
    "markdown",
    "refusal",
]
