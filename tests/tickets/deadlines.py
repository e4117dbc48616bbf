"""Limits, moments and waits to try, and how an English page would show a deadline."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from propman import clock
from propman.limits import Limit, LimitKind, Priority
from propman.tickets.sla import Deadline, Step, deadline
from tests.shipped import CALENDAR

MOMENTS = st.datetimes(datetime(2025, 6, 1), datetime(2027, 3, 1), timezones=st.just(UTC))  # noqa: DTZ001
PRIORITIES = st.sampled_from(Priority)
LIMITS = st.one_of(
    st.just(Limit(LimitKind.AT_ONCE)),
    st.builds(Limit, st.sampled_from([LimitKind.MINUTES, LimitKind.HOURS]), st.integers(1, 300)),
    st.builds(Limit, st.just(LimitKind.DAYS), st.integers(1, 60)),
)
WAITS = st.timedeltas(timedelta(), timedelta(days=40))


def due(limit: Limit, priority: str, start: datetime) -> datetime:
    found = deadline(limit, priority=priority, start_at=start, calendar=CALENDAR).due_at
    assert found is not None
    return found


def shown(step: Step) -> str:
    """The step as an English page would show it."""
    texts: dict[str, object] = dict(step.params)
    for name, value in step.params.items():
        if isinstance(value, datetime):
            texts[name] = clock.local(value).strftime("%d %b %H:%M")
        elif isinstance(value, date):
            texts[name] = value.strftime("%a %d %b")
        elif isinstance(value, time):
            texts[name] = value.strftime("%H:%M")
    return step.message % texts


def explained(found: Deadline) -> list[str]:
    return [shown(step) for step in found.steps]
