"""When "not reached" may be said, what a result must hold, and which answer counts: tables of cases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from propman.callbacks.rules import Attempt, Given, Result, Source, counted, incomplete, too_early
from propman.tickets.workflow import CallOutcome as Outcome

# 2026-11-24 is a Tuesday; local time is eight hours ahead, so 16:00 in UTC is the next local day
TUESDAY = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tried(*hours: int, last: Outcome = Outcome.NO_ANSWER) -> list[Attempt]:
    """Attempts so many hours after Tuesday 10:00 in Harbin."""
    outcomes = [Outcome.NO_ANSWER] * (len(hours) - 1) + [last]
    return [Attempt(TUESDAY + hour * HOUR, outcome) for hour, outcome in zip(hours, outcomes, strict=True)]


@pytest.mark.parametrize(
    ("attempts", "may"),
    [
        ([], False),
        (tried(0, 24), False),  # two, on two days
        (tried(0, 1, 2), False),  # three, on one day
        (tried(0, 1, 2, 13), False),  # 23:00 is still the same day here
        (tried(0, 1, 14), True),  # past midnight here, and not yet in Greenwich
        (tried(0, 1, 24), True),
        (tried(0, 24, 25, last=Outcome.BUSY), True),
        (tried(0, 24, 25, last=Outcome.WRONG_NUMBER), True),
    ],
)
def test_not_reached_takes_three_attempts_on_two_local_days(attempts: list[Attempt], may: bool) -> None:
    assert (too_early(attempts) is None) is may


def test_who_asked_to_be_called_later_is_called_then_before_it_is_not_reached() -> None:
    later = Attempt(TUESDAY + DAY, Outcome.LATER, later_at=TUESDAY + 2 * DAY)
    before = [*tried(0, 1), later, Attempt(TUESDAY + DAY + HOUR, Outcome.NO_ANSWER)]
    assert "asked to be called at 11-26 10:00" in str(too_early(before))
    assert too_early([*before, Attempt(TUESDAY + 2 * DAY, Outcome.NO_ANSWER)]) is None


@pytest.mark.parametrize(
    ("result", "field"),
    [
        (Result(None), "outcome"),
        (Result(Outcome.NOT_REACHED), "outcome"),
        (Result(Outcome.NO_ANSWER), None),
        (Result(Outcome.NO_ANSWER, solved=True), "outcome"),
        (Result(Outcome.REFUSED, stars=1), "outcome"),
        (Result(Outcome.LATER), "later_on"),
        (Result(Outcome.LATER, later_at=TUESDAY), "later_on"),
        (Result(Outcome.LATER, later_at=TUESDAY + 15 * DAY), "later_on"),
        (Result(Outcome.LATER, later_at=TUESDAY + DAY), None),
        (Result(Outcome.REACHED), "solved"),
        (Result(Outcome.REACHED, contacted_in_time=False), None),
        (Result(Outcome.REACHED, solved=True, stars=4), None),
        (Result(Outcome.REACHED, solved=False, words="  "), "words"),
        (Result(Outcome.REACHED, solved=False, words="还漏"), None),
    ],
)
def test_a_result_that_is_not_whole_names_its_field(result: Result, field: str | None) -> None:
    refused = incomplete(result, TUESDAY)
    assert (refused.field if refused else None) == field


def given(source: Source, hours: int) -> Given:
    return Given(source, TUESDAY + hours * HOUR, None, solved=True, stars=hours % 5 + 1)


@pytest.mark.parametrize(
    ("answers", "which"),
    [
        ([], None),
        ([given(Source.CALL, 1)], 0),
        ([given(Source.CALL, 1), given(Source.REPORTER, 2)], 1),
        ([given(Source.REPORTER, 3), given(Source.REPORTER, 2)], 1),
    ],
)
def test_the_reporters_own_answer_counts_before_that_of_a_call(answers: list[Given], which: int | None) -> None:
    assert counted(answers) == (None if which is None else answers[which])
