"""Deadlines, their explanations, and verdicts, on the shipped calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from propman.limits import Limit, LimitKind, Priority
from propman.tickets.sla import MOST_STEPS, Verdict, deadline, limit_in_words, verdict
from tests.shipped import CALENDAR, at
from tests.tickets.deadlines import LIMITS, MOMENTS, PRIORITIES, WAITS, due, explained, shown


@pytest.mark.parametrize(
    ("limit", "priority", "start", "due_at"),
    [
        # on working time
        ("2 h", "P2", "2026-11-27 16:30", "2026-11-30 09:30"),
        ("1 h", "P2", "2026-09-30 17:00", "2026-10-08 09:00"),
        ("1 h", "P3", "2026-10-09 17:00", "2026-10-10 09:00"),
        ("450 min", "P2", "2025-12-31 17:00", "2026-01-04 17:00"),
        ("450 min", "P2", "2026-12-31 17:00", "2027-01-04 17:00"),
        ("at once", "P2", "2026-11-27 17:30", "2026-11-30 08:45"),
        # through the night, for P0 and P1 only
        ("at once", "P0", "2026-11-28 03:00", "2026-11-28 03:15"),
        ("30 min", "P0", "2026-10-01 23:50", "2026-10-02 00:20"),
        ("24 h", "P1", "2026-09-30 17:00", "2026-10-01 17:00"),
        ("24 h", "P2", "2026-09-30 17:00", "2026-10-12 09:30"),
        # days end at a closing hour, whatever the priority
        ("1 day", "P3", "2026-11-27 08:00", "2026-11-30 17:30"),
        ("3 days", "P3", "2026-11-24 23:59", "2026-11-27 17:30"),
        ("7 days", "P4", "2026-09-29 17:00", "2026-10-14 17:30"),
        ("1 day", "P0", "2026-11-27 08:00", "2026-11-30 17:30"),
    ],
)
def test_deadlines(limit: str, priority: str, start: str, due_at: str) -> None:
    assert due(Limit.parse(limit), priority, at(start)) == at(due_at)


@pytest.mark.parametrize(
    ("limit", "says"),
    [
        ("–", "No time limit is set."),
        ("agreed", "No time limit: the time is agreed with the reporter."),
        ("by grade", "No time limit here: it depends on the grade of service in the contract."),
    ],
)
def test_no_limit_is_shown_as_such(limit: str, says: str) -> None:
    found = deadline(Limit.parse(limit), priority="P2", start_at=at("2026-11-24 10:00"), calendar=CALENDAR)
    assert (found.due_at, explained(found)) == (None, [says])
    assert shown(limit_in_words(Limit.parse(limit), "P2")) == says


@pytest.mark.parametrize(
    ("limit", "priority", "words"),
    [
        ("at once", "P0", "at once: within 15 minutes, day and night"),
        ("at once", "P3", "at once: within 15 minutes of working time"),
        ("30 min", "P1", "within 30 minutes, day and night"),
        ("30 min", "P2", "within 30 minutes of working time"),
        ("24 h", "P1", "within 24 h, day and night"),
        ("24 h", "P2", "within 24 h of working time"),
        ("3 days", "P0", "by the close of workday 3 after the day it starts"),
    ],
)
def test_limit_in_words(limit: str, priority: str, words: str) -> None:
    assert shown(limit_in_words(Limit.parse(limit), priority)) == words


@pytest.mark.parametrize(
    ("limit", "priority", "start", "steps"),
    [
        (
            "2 h",
            "P2",
            "2026-11-27 16:30",
            [
                "The clock starts 27 Nov 16:30",
                "Fri 27 Nov, 16:30 to 17:30: 60 minutes counted",
                "Sat 28 Nov to Sun 29 Nov: weekend, not counted",
                "Mon 30 Nov, 08:30 to 09:30: 60 minutes counted",
                "Due 30 Nov 09:30",
            ],
        ),
        (
            "24 h",
            "P2",
            "2026-09-30 17:00",
            [
                "The clock starts 30 Sep 17:00",
                "Wed 30 Sep, 17:00 to 17:30: 30 minutes counted",
                "Thu 01 Oct to Wed 07 Oct: National Day, not counted",
                "Thu 08 Oct to Fri 09 Oct: 2 workdays, 900 minutes counted",
                "Sat 10 Oct, make-up workday, 08:30 to 17:30: 450 minutes counted",
                "Sun 11 Oct: weekend, not counted",
                "Mon 12 Oct, 08:30 to 09:30: 60 minutes counted",
                "Due 12 Oct 09:30",
            ],
        ),
        (
            "450 min",
            "P2",
            "2026-12-31 17:45",
            [
                "The clock starts 31 Dec 17:45",
                "Thu 31 Dec: outside working hours, nothing counted",
                "Fri 01 Jan: New Year's Day, not counted",
                "Sat 02 Jan to Sun 03 Jan: weekend, not counted",
                "Mon 04 Jan, 08:30 to 17:30: 450 minutes counted",
                "Due 04 Jan 17:30",
                "The holidays for 2027 are not yet published: this deadline may still move",
            ],
        ),
        (
            "1 h",
            "P2",
            "2026-11-24 17:30",
            [
                "The clock starts 24 Nov 17:30",
                "Tue 24 Nov: outside working hours, nothing counted",
                "Wed 25 Nov, 08:30 to 09:30: 60 minutes counted",
                "Due 25 Nov 09:30",
            ],
        ),
        (
            "24 h",
            "P2",
            "2022-01-28 17:00",
            [
                "The clock starts 28 Jan 17:00",
                "Fri 28 Jan, 17:00 to 17:30: 30 minutes counted",
                "Sat 29 Jan, make-up workday, 08:30 to 17:30: 450 minutes counted",
                "Sun 30 Jan, make-up workday, 08:30 to 17:30: 450 minutes counted",
                "Mon 31 Jan to Sun 06 Feb: Spring Festival, not counted",
                "Mon 07 Feb, 08:30 to 17:30: 450 minutes counted",
                "Tue 08 Feb, 08:30 to 09:30: 60 minutes counted",
                "Due 08 Feb 09:30",
            ],
        ),
        (
            "24 h",
            "P1",
            "2026-12-31 17:00",
            [
                "The clock starts 31 Dec 17:00",
                "1440 minutes counted day and night, workday or not",
                "Due 01 Jan 17:00",
            ],
        ),
        (
            "5 days",
            "P3",
            "2026-09-29 17:00",
            [
                "The clock starts 29 Sep 17:00",
                "Tue 29 Sep: the day it starts is not counted",
                "Wed 30 Sep: workday 1",
                "Thu 01 Oct to Wed 07 Oct: National Day, not counted",
                "Thu 08 Oct to Fri 09 Oct: workdays 2 to 3",
                "Sat 10 Oct, make-up workday: workday 4",
                "Sun 11 Oct: weekend, not counted",
                "Mon 12 Oct: workday 5",
                "Due 12 Oct 17:30",
            ],
        ),
    ],
)
def test_deadline_is_explained_step_by_step(limit: str, priority: str, start: str, steps: list[str]) -> None:
    found = deadline(Limit.parse(limit), priority=priority, start_at=at(start), calendar=CALENDAR)
    assert explained(found) == steps


@pytest.mark.parametrize(
    ("limit", "summary"),
    [
        ("400 h", "Mon 14 Sep to Sun 08 Nov: 36 workdays, 16200 minutes counted; days off: 20"),
        ("60 days", "Sat 19 Sep to Fri 20 Nov: workdays 14 to 54; days off: 22"),
    ],
)
def test_long_explanation_sums_up_its_middle(limit: str, summary: str) -> None:
    found = deadline(Limit.parse(limit), priority="P3", start_at=at("2026-09-01 20:00"), calendar=CALENDAR)
    assert len(found.steps) <= MOST_STEPS + 3
    assert summary in explained(found)


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS)
def test_the_minutes_of_an_explanation_add_up_to_the_limit(limit: Limit, priority: str, start: datetime) -> None:
    found = deadline(limit, priority=priority, start_at=start, calendar=CALENDAR)
    minutes = [step.params["minutes"] for step in found.steps if "minutes" in step.params]
    if limit.span is not None:
        assert timedelta(minutes=sum(n for n in minutes if isinstance(n, int))) == limit.span
    assert all(step.message % step.params for step in found.steps)


def test_deadline_carries_its_calendar_and_the_years_that_may_change() -> None:
    limit = Limit.parse("2 h")
    touching = deadline(limit, priority="P2", start_at=at("2026-12-31 17:00"), calendar=CALENDAR)
    assert (touching.calendar_version, touching.provisional_years) == (CALENDAR.version, (2027,))
    inside = deadline(limit, priority="P2", start_at=at("2026-12-30 17:00"), calendar=CALENDAR)
    assert inside.provisional_years == ()
    round_the_clock = deadline(limit, priority="P0", start_at=at("2026-12-31 23:00"), calendar=CALENDAR)
    assert round_the_clock.provisional_years == ()


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS, later=WAITS)
def test_who_starts_later_is_not_due_earlier(limit: Limit, priority: str, start: datetime, later: timedelta) -> None:
    assert start < due(limit, priority, start) <= due(limit, priority, start + later)


@given(limit=LIMITS, priority=PRIORITIES, start=MOMENTS, more=st.integers(1, 99))
def test_a_longer_limit_is_not_due_earlier(limit: Limit, priority: str, start: datetime, more: int) -> None:
    longer = Limit(limit.kind, limit.number + more)
    if limit.kind is LimitKind.AT_ONCE:
        longer = Limit(LimitKind.MINUTES, 15 + more)
    assert due(limit, priority, start) < due(longer, priority, start)


@given(limit=LIMITS, start=MOMENTS)
def test_running_through_the_night_is_never_due_later(limit: Limit, start: datetime) -> None:
    assert due(limit, Priority.P0, start) == due(limit, Priority.P1, start) <= due(limit, Priority.P2, start)


DUE = at("2026-11-27 12:00")
A_SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("due_at", "stopped_at", "now", "says"),
    [
        (DUE, None, DUE - A_SECOND, Verdict.RUNNING),
        (DUE, None, DUE, Verdict.RUNNING),
        (DUE, None, DUE + A_SECOND, Verdict.LATE),
        (DUE, DUE, DUE + A_SECOND, Verdict.MET),
        (DUE, DUE + A_SECOND, DUE + A_SECOND, Verdict.MISSED),
        (None, None, DUE, Verdict.NO_LIMIT),
        (None, DUE, DUE, Verdict.NO_LIMIT),
    ],
)
def test_verdict(due_at: datetime | None, stopped_at: datetime | None, now: datetime, says: Verdict) -> None:
    assert verdict(due_at, stopped_at, now) is says
