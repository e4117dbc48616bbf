"""How an outage stands, which times make sense, what it explains: tables of cases around one day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from propman.data.outages import OutageRow, explained, read_outages
from propman.data.reading import Trade
from propman.errors import Refused
from propman.outages import rules
from propman.outages.rules import ALLOWED, Move, Standing, Times

GRACE, HOUR = timedelta(hours=2), timedelta(hours=1)
NINE = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)  # nine o'clock there
FIVE = NINE + 8 * HOUR
PLANNED = Times(NINE, FIVE)


@pytest.mark.parametrize(
    ("times", "after", "stands"),
    [
        (PLANNED, -HOUR, Standing.COMING),
        (PLANNED, 0 * HOUR, Standing.RUNNING),
        (PLANNED, 7 * HOUR, Standing.RUNNING),
        (PLANNED, 8 * HOUR, Standing.LATE),
        (PLANNED, 10 * HOUR, Standing.LATE),
        (PLANNED, 10 * HOUR + timedelta(seconds=1), Standing.OVER),
        (Times(NINE, FIVE, ended_at=NINE + HOUR), 2 * HOUR, Standing.OVER),
        (Times(NINE, FIVE, called_off=True), 2 * HOUR, Standing.CALLED_OFF),
    ],
)
def test_how_an_outage_stands(times: Times, after: timedelta, stands: Standing) -> None:
    assert rules.standing(times, NINE + after, GRACE) is stands


def test_what_has_begun_is_ended_and_what_has_not_is_called_off() -> None:
    assert {standing for standing, moves in ALLOWED.items() if Move.ENDED in moves} == {
        Standing.RUNNING,
        Standing.LATE,
    }
    assert {standing for standing, moves in ALLOWED.items() if Move.CALLED_OFF in moves} == {Standing.COMING}


@pytest.mark.parametrize(
    ("times", "after", "explained"),
    [
        (PLANNED, -timedelta(seconds=1), False),
        (PLANNED, 0 * HOUR, True),
        (PLANNED, 10 * HOUR, True),
        (PLANNED, 10 * HOUR + timedelta(seconds=1), False),
        (Times(NINE, FIVE, ended_at=NINE + HOUR), 3 * HOUR, True),
        (Times(NINE, FIVE, ended_at=NINE + HOUR), 4 * HOUR, False),
        (Times(NINE, FIVE, called_off=True), HOUR, False),
    ],
)
def test_what_is_reported_until_a_while_after_the_end_is_explained(
    times: Times, after: timedelta, explained: bool
) -> None:
    assert rules.explains(times, NINE + after, GRACE) is explained


NOW = NINE - 24 * HOUR
DAYS = timedelta(days=30)


@pytest.mark.parametrize(
    ("starts", "ends", "now", "before", "field"),
    [
        (NINE, FIVE, NOW, None, None),
        (NINE, NINE, NOW, None, "ends"),
        (FIVE, NINE, NOW, None, "ends"),
        (NINE, FIVE, FIVE, None, "ends_on"),
        (NINE, FIVE, NINE + HOUR, None, None),
        (NINE, NINE + DAYS, NOW, None, None),
        (NINE, NINE + DAYS + HOUR, NOW, None, "ends_on"),
        (NINE, FIVE + 48 * HOUR, NINE + 25 * HOUR, None, "starts_on"),
        (NINE + timedelta(days=366), FIVE + timedelta(days=366), NOW, None, "starts_on"),
        (NINE + HOUR, FIVE, NOW, PLANNED, None),
        (NINE + HOUR, FIVE, NINE + HOUR / 2, PLANNED, "starts_on"),
        (NINE, FIVE + HOUR, NINE + HOUR, PLANNED, None),
        (NINE, FIVE + 96 * HOUR, NINE + 48 * HOUR, PLANNED, None),
    ],
)
def test_which_times_make_sense(
    starts: datetime, ends: datetime, now: datetime, before: Times | None, field: str | None
) -> None:
    if field is None:
        rules.check(Times(starts, ends), now, DAYS, before)
    else:
        with pytest.raises(Refused) as refused:
            rules.check(Times(starts, ends), now, DAYS, before)
        assert refused.value.field == field


def test_places_meet_where_one_lies_in_the_other() -> None:
    assert rules.inside("/1/2/3/", ["/1/2/"])
    assert not rules.inside("/1/2/", ["/1/2/3/"])
    assert rules.touches("/1/2/", ["/1/2/3/"])
    assert not rules.touches("/1/2/31/", ["/1/2/3/"])


def test_times_meet_where_both_are_off_at_some_moment() -> None:
    assert rules.meets(PLANNED, Times(FIVE - HOUR, FIVE + HOUR))
    assert not rules.meets(PLANNED, Times(FIVE, FIVE + HOUR))
    assert not rules.meets(Times(NINE, FIVE, ended_at=NINE + HOUR), Times(NINE + 2 * HOUR, FIVE))


def test_an_outage_explains_what_the_shipped_table_says_and_never_an_emergency() -> None:
    today = NINE.date()
    assert explained(Trade.POWER, today) == {"power", "lights", "lift_fault", "door_camera"}
    assert explained(Trade.GAS, today) == set()
    assert all(isinstance(row, OutageRow) for row in read_outages())
    assert not {"gas_leak", "lift_trapped"} & {code for row in read_outages() for code in row.categories}
