"""What happens by chance in the demo world leaves the incidents alone that are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from propman.demo.bursts import without_leads
from propman.tickets.incident import WITHIN

FIRST = datetime(2026, 11, 21, 22, 35, tzinfo=UTC)
HOUR = timedelta(hours=1)


def plot(at: datetime, *, category: str = "water", community: str = "jiayuan", script: Any = None,
         joins: bool = False) -> Any:  # fmt: skip
    return SimpleNamespace(
        at=at, category=category, community=SimpleNamespace(key=community), script=script, joins=joins
    )


@pytest.mark.parametrize(
    ("chance", "stays"),
    [
        (plot(FIRST - HOUR), False), (plot(FIRST - WITHIN), False), (plot(FIRST - WITHIN - HOUR), True),
        (plot(FIRST + HOUR), True), (plot(FIRST - HOUR, category="heat"), True),
        (plot(FIRST - HOUR, community="tielu"), True), (plot(FIRST - HOUR, script=[]), True),
    ],
)  # fmt: skip
def test_what_would_lead_a_told_incident_does_not_happen(chance: Any, stays: bool) -> None:
    told = [plot(FIRST, script=[]), plot(FIRST + HOUR, script=[], joins=True)]
    assert without_leads([chance], told) == ([chance] if stays else [])
