"""What a hold does to a deadline, on the shipped calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given

from propman.limits import Limit
from propman.tickets.sla import deadline, extend_by_pause
from tests.shipped import CALENDAR, at
from tests.tickets.deadlines import LIMITS, MOMENTS, PRIORITIES, WAITS, due, explained


def after_hold(limit: Limit, priority: str, due_at: datetime, since: datetime, until: datetime) -> datetime:
    moved = extend_by_pause(
        limit, priority=priority, due_at=due_at, paused_from=since, paused_until=until, calendar=CALENDAR
    ).due_at
    assert moved is not None
    return moved


@pytest.mark.parametrize("limit", ["–", "agreed", "by grade"])
def test_hold_gives_a_ticket_without_limit_none(limit: str) -> None:
    start, until = at("2026-11-24 10:00"), at("2026-11-25 10:00")
    held = extend_by_pause(
        Limit.parse(limit), priority="P2", due_at=None, paused_from=start, paused_until=until, calendar=CALENDAR
    )
    assert held == deadline(Limit.parse(limit), priority="P2", start_at=start, calendar=CALENDAR)


@pytest.mark.parametrize(
    ("limit", "priority", "due_at", "since", "until", "moved"),
    [
        # day and night: the time that passed
        ("24 h", "P1", "2026-11-28 10:00", "2026-11-27 20:00", "2026-11-28 08:00", "2026-11-28 22:00"),
        # on working time: the working time in the hold
        ("24 h", "P2", "2026-11-30 09:30", "2026-11-27 17:00", "2026-11-30 09:00", "2026-11-30 10:30"),
        ("24 h", "P2", "2026-10-12 09:00", "2026-09-30 17:00", "2026-10-09 09:00", "2026-10-13 10:00"),
        ("24 h", "P2", "2026-11-30 09:30", "2026-11-27 20:00", "2026-11-29 09:00", "2026-11-30 09:30"),
        # in days: the workdays that closed in the hold
        ("3 days", "P3", "2026-11-27 17:30", "2026-11-24 12:00", "2026-11-25 12:00", "2026-11-30 17:30"),
        ("3 days", "P3", "2026-11-27 17:30", "2026-11-24 13:30", "2026-11-24 17:00", "2026-11-27 17:30"),
        ("3 days", "P3", "2026-10-09 17:30", "2026-09-30 12:00", "2026-10-08 18:00", "2026-10-12 17:30"),
        # a clock set back during the hold
        ("24 h", "P1", "2026-11-28 10:00", "2026-11-27 20:00", "2026-11-27 19:00", "2026-11-28 10:00"),
    ],
)
def test_hold_moves_the_deadline(limit: str, priority: str, due_at: str, since: str, until: str, moved: str) -> None:
    assert after_hold(Limit.parse(limit), priority, at(due_at), at(since), at(until)) == at(moved)


@pytest.mark.parametrize(
    ("limit", "priority", "due_at", "steps"),
    [
        (
            "24 h",
            "P2",
            "2026-11-30 09:30",
            [
                "It was due 30 Nov 09:30",
                "On hold 27 Nov 17:00 to 30 Nov 09:00: 60 minutes of working time added",
                "Due 30 Nov 10:30",
            ],
        ),
        (
            "24 h",
            "P1",
            "2026-11-28 10:00",
            [
                "It was due 28 Nov 10:00",
                "On hold 27 Nov 17:00 to 30 Nov 09:00: 3840 minutes added",
                "Due 01 Dec 02:00",
            ],
        ),
        (
            "24 h",
            "P1",
            "2026-12-31 12:00",
            [
                "It was due 31 Dec 12:00",
                "On hold 27 Nov 17:00 to 30 Nov 09:00: 3840 minutes added",
                "Due 03 Jan 04:00",
            ],
        ),
        (
            "3 days",
            "P3",
            "2026-12-31 17:30",
            [
                "It was due 31 Dec 17:30",
                "On hold 27 Nov 17:00 to 30 Nov 09:00; workdays added: 1",
                "Due 04 Jan 17:30",
                "The holidays for 2027 are not yet published: this deadline may still move",
            ],
        ),
    ],
)
def test_hold_is_explained(limit: str, priority: str, due_at: str, steps: list[str]) -> None:
    found = extend_by_pause(
        Limit.parse(limit),
        priority=priority,
        due_at=at(due_at),
        paused_from=at("2026-11-27 17:00"),
        paused_until=at("2026-11-30 09:00"),
        calendar=CALENDAR,
    )
    assert explained(found) == steps


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS, wait=WAITS)
def test_an_empty_hold_changes_nothing(limit: Limit, priority: str, start: datetime, wait: timedelta) -> None:
    due_at = due(limit, priority, start)
    assert after_hold(limit, priority, due_at, start + wait, start + wait) == due_at


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS, wait=WAITS, first=WAITS, second=WAITS)
def test_a_longer_hold_never_shortens_and_two_that_meet_are_one(
    limit: Limit, priority: str, start: datetime, wait: timedelta, first: timedelta, second: timedelta
) -> None:
    due_at, since = due(limit, priority, start), start + wait
    middle, until = since + first, since + first + second
    once = after_hold(limit, priority, due_at, since, middle)
    twice = after_hold(limit, priority, once, middle, until)
    assert due_at <= once <= twice == after_hold(limit, priority, due_at, since, until)


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS, late=WAITS, length=WAITS)
def test_a_hold_never_turns_missed_into_met(
    limit: Limit, priority: str, start: datetime, late: timedelta, length: timedelta
) -> None:
    due_at = due(limit, priority, start)
    until = due_at + late + length
    assert after_hold(limit, priority, due_at, due_at + late, until) <= until
