"""What hurts first stands first: the rank of every standing, as a table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from propman.tickets.urgency import Urgency, of
from propman.tickets.workflow import State

SUBMITTED = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
MOVED, DUE = SUBMITTED + timedelta(hours=1), SUBMITTED + timedelta(hours=4)

CASES = [
    # state, priority, due: rank, sorted by
    ("submitted", "P0", DUE, Urgency.EMERGENCY, DUE),
    ("underway", "P0", None, Urgency.EMERGENCY, SUBMITTED),
    ("submitted", "P3", DUE, Urgency.DEADLINE, DUE),
    ("assigned", "P3", None, Urgency.NO_LIMIT, SUBMITTED),
    ("on_hold", "P3", None, Urgency.WAITING, MOVED),
    ("on_hold", "P3", DUE, Urgency.DEADLINE, DUE),  # held before anybody was sent: that clock runs on
    ("completed", "P0", None, Urgency.WAITING, MOVED),
    ("confirmed", "P0", None, Urgency.FINAL, MOVED),
    ("declined", "P2", None, Urgency.FINAL, MOVED),
    ("cancelled", "P2", None, Urgency.FINAL, MOVED),
]


@pytest.mark.parametrize(("state", "priority", "due_at", "rank", "moment"), CASES)
def test_each_standing_has_its_rank(
    state: str, priority: str, due_at: datetime | None, rank: Urgency, moment: datetime
) -> None:
    assert of(state=State(state), priority=priority, due_at=due_at, submitted_at=SUBMITTED, moved_at=MOVED) == (
        rank,
        moment,
    )
