"""What hurts first: the order of the queue. Pure.

It changes only with a move, because deadlines do; so it is stored with the ticket and an index serves the queue.
"""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum

from propman.tickets.workflow import FINAL, State


class Urgency(IntEnum):
    """Ranks of the queue, the worst first."""

    EMERGENCY = 0
    DEADLINE = 1
    NO_LIMIT = 2
    WAITING = 3  # on hold with no clock that runs on, or completed and waiting for the reporter
    FINAL = 4


def of(*, state: State, priority: str, due_at: datetime | None, submitted_at: datetime, moved_at: datetime) -> tuple[
    Urgency, datetime
]:  # fmt: skip
    """The rank of a ticket and the moment that sorts it within the rank.

    `due_at` is that of the clock that presses now (None: no limit, or none runs); `moved_at` is its last move.
    """
    if state in FINAL:
        return Urgency.FINAL, moved_at
    if state is State.COMPLETED or (state is State.ON_HOLD and due_at is None):
        return Urgency.WAITING, moved_at
    if priority == "P0":
        return Urgency.EMERGENCY, due_at or submitted_at
    if due_at is None:
        return Urgency.NO_LIMIT, submitted_at
    return Urgency.DEADLINE, due_at
