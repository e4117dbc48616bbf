"""The shipped schedules: each is read, fires, and keeps its gap."""

from __future__ import annotations

from datetime import date

import pytest

from propman.data.inspections import CountsFrom, ScheduleRow, read_schedules
from propman.inspections import recurrence
from propman.inspections.schedule import Schedule, Season, judge, next_days
from propman.inspections.upon import TEMPLATES, Kind, brings

FIRST = date(2026, 1, 31)


@pytest.mark.parametrize("row", read_schedules(), ids=lambda row: f"{row.template}-{row.code}")
def test_every_shipped_schedule_reads_fires_and_keeps_its_gap(row: ScheduleRow) -> None:
    rule = recurrence.read(row.rule)
    assert rule.text == row.rule
    if row.counts_from is CountsFrom.EVENT:
        assert list(rule.days(FIRST, FIRST)) == []
        assert [kind for kind in Kind if brings(kind, row.code) and TEMPLATES[kind] == row.template]
        return
    season = Season(row.season_from, row.season_to) if row.season_from and row.season_to else None
    first_on = FIRST if not row.rule.startswith("BEFORE") else date(2025, 1, 31)
    schedule = Schedule(rule, FIRST, first_on, None, season, row.greatest_gap)
    judge(schedule)
    days = next_days(schedule, first_on)
    assert len(days) == {"AFTER=6,12,24": 3, "BEFORE=60": 1}.get(row.rule, 10)
