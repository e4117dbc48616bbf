"""Where each visit is counted from the one before, as of lifts, a pause puts none off by more than it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections import invariants, operations, recurrence
from propman.inspections.models import Counts, Duty, Plan
from propman.inspections.operations import Terms
from propman.inspections.queries import plan_page
from propman.inspections.schedule import Schedule, Season
from propman.inspections.terms import Term, chained
from tests.inspections.conftest import Planned, noon
from tests.inspections.test_duties import DAY, FIRST, days, duties, kept
from tests.inspections.test_gaps import asked, day
from tests.world import World

FORTNIGHT = "FREQ=DAILY;INTERVAL=14"


def terms(*said: tuple[str, str | None], season: Season | None = None) -> list[Term]:
    """Versions, each with its first day and its rule, None where the plan stands still; counted from 2026-06-01."""
    ends = [day(first_on) for first_on, _rule in said[1:]]
    schedules = [
        Schedule(recurrence.read(rule), FIRST, day(first_on), until, season) if rule else None
        for (first_on, rule), until in zip(said, [*ends, None], strict=True)
    ]
    return [Term(number, schedule, 10, early=False) for number, schedule in enumerate(schedules, start=1)]


@pytest.mark.parametrize(
    ("versions", "expected"),
    [
        ([("2026-05-01", FORTNIGHT)], "06-15 06-29 07-13"),
        ([("2026-05-01", FORTNIGHT), ("2026-06-05", None), ("2026-06-10", FORTNIGHT)], "06-15 06-29"),  # before its day
        ([("2026-05-01", FORTNIGHT), ("2026-06-15", None), ("2026-06-16", FORTNIGHT)], "06-16 06-30"),  # over its day
        ([("2026-05-01", FORTNIGHT), ("2026-06-29", None), ("2026-06-30", FORTNIGHT)], "06-15 06-30 07-14"),
        ([("2026-05-01", FORTNIGHT), ("2026-06-12", None), ("2026-07-12", FORTNIGHT)], "07-13 07-27"),  # its own day
        ([("2026-05-01", FORTNIGHT), ("2026-06-12", None), ("2026-07-14", FORTNIGHT)], "07-17 07-31"),  # 3 days left
        ([("2026-05-01", FORTNIGHT), ("2026-06-12", None), ("2026-07-12", FORTNIGHT), ("2026-07-13", None),
          ("2026-07-20", FORTNIGHT)], "07-22 08-05"),  # of the three days one passed
        ([("2026-05-01", FORTNIGHT), ("2026-06-12", None)], ""),
        ([("2026-05-01", FORTNIGHT), ("2026-06-12", None), ("2026-07-12", "FREQ=DAILY;INTERVAL=20")], "07-21 08-10"),
        ([("2026-05-01", "FREQ=MONTHLY"), ("2026-06-20", FORTNIGHT)], "06-20 07-04"),  # overdue by what holds now
        ([("2026-05-01", FORTNIGHT), ("2026-06-10", "FREQ=MONTHLY")], "07-01 08-01"),
        ([("2026-05-01", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"), ("2026-07-01", None),
          ("2026-08-02", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1")], "08-03 09-07"),  # the same
    ],
)  # fmt: skip
def test_what_was_left_of_the_time_is_left_after_a_pause(
    versions: Sequence[tuple[str, str | None]], expected: str
) -> None:
    found = list(islice(chained(terms(*versions), FIRST + DAY), len(expected.split())))
    assert [f"{due.on:%m-%d}" for due in found] == expected.split()
    assert next(chained(terms(*versions), FIRST + DAY), None) is not None or not expected


def test_what_was_left_is_left_in_the_season() -> None:
    said = ("2026-05-01", FORTNIGHT), ("2026-06-12", None), ("2026-11-01", FORTNIGHT)
    [due] = islice(chained(terms(*said, season=Season("04-01", "10-31")), FIRST + DAY), 1)
    assert due.on == date(2027, 4, 1)  # three days were left, and in November it is over


def test_how_long_it_may_take_is_counted_from_its_own_day() -> None:
    said = ("2026-05-01", FORTNIGHT), ("2026-06-15", None), ("2026-06-17", FORTNIGHT)
    assert [due.interval for due in islice(chained(terms(*said), FIRST + DAY), 2)] == [14, 14]


# --- laid and counted over ---


@pytest.fixture
def lift(planned: Planned) -> Plan:
    """As lifts are looked after (TSG T5002-2017): within fifteen days of the last time."""
    return planned(FORTNIGHT, FIRST, now=noon(FIRST), counts=Counts.COMPLETION, greatest_gap=15, early=True)


def look(session: Session, world: World, on: date) -> None:
    """Do on the day `on` all that is open."""
    still = select(Duty).where(Duty.ended_as.is_(None), Duty.superseded_by.is_(None))
    for duty in session.scalars(still):
        operations.end(session, duty_id=duty.id, done_on=on, actor_id=world.worker_zhao.id, now=noon(on))


def pause(session: Session, world: World, plan: Plan, now: date, first_on: str, again: str) -> None:
    operations.pause_plan(session, first_on=day(first_on), **asked(world, plan, now))
    anew = Terms(FORTNIGHT, day(again), counts=Counts.COMPLETION, greatest_gap=15, early=True)
    operations.change_plan(session, terms=anew, **asked(world, plan, now))


def test_a_pause_over_a_visit_that_is_not_laid_yet_takes_none_away(session: Session, world: World, lift: Plan) -> None:
    look(session, world, day("2026-06-04"))
    pause(session, world, lift, day("2026-06-04"), "2026-07-02", "2026-07-03")
    look(session, world, day("2026-06-18"))
    assert days(duties(session, lift)) == ["06-01", "06-18", "07-03"]
    kept(session)


def test_after_a_pause_what_comes_is_counted_from_the_last_visit(session: Session, world: World, lift: Plan) -> None:
    """Not from the day on which the plan began."""
    look(session, world, day("2026-06-03"))
    pause(session, world, lift, day("2026-06-03"), "2026-06-10", "2026-06-11")
    assert days(duties(session, lift)) == ["06-01", "06-17"]
    kept(session)


def test_by_another_rule_it_is_counted_from_the_last_visit_too(session: Session, world: World, lift: Plan) -> None:
    """Where that makes it overdue, it is due on the day from which the plan says so."""
    look(session, world, day("2026-06-04"))
    anew = Terms("FREQ=DAILY;INTERVAL=10", day("2026-06-16"), counts=Counts.COMPLETION, greatest_gap=15)
    operations.change_plan(session, terms=anew, **asked(world, lift, day("2026-06-05")))
    assert days(duties(session, lift)) == ["06-01", "06-16"]
    look(session, world, day("2026-06-16"))
    assert days(duties(session, lift)) == ["06-01", "06-16", "06-26"]
    kept(session)


def test_before_the_first_visit_it_is_counted_from_the_first_day(session: Session, world: World, lift: Plan) -> None:
    pause(session, world, lift, FIRST, "2026-06-02", "2026-06-03")
    assert days(duties(session, lift)) == ["06-01"]
    kept(session)


def test_the_recount_finds_a_visit_that_a_pause_took_away(session: Session, world: World, lift: Plan) -> None:
    look(session, world, day("2026-06-04"))
    pause(session, world, lift, day("2026-06-04"), "2026-06-18", "2026-06-19")
    late = duties(session, lift)[-1]
    assert late.due_on == day("2026-06-19")
    late.due_on = late.do_on = late.opens_on = late.closes_on = late.cut_off_on = day("2026-07-02")
    session.flush()
    [broken, *_] = invariants.promises(session, now=noon(FIRST))["I06"]().broken
    assert "has a duty on 2026-07-02 that does not follow 2026-06-04" in broken


def test_the_next_days_are_those_that_will_be_laid(session: Session, world: World, lift: Plan) -> None:
    now = day("2026-06-04")
    look(session, world, now)
    pause(session, world, lift, now, "2026-07-02", "2026-07-03")
    told = plan_page.versions_told(session, lift)
    found = plan_page.coming(session, lift, told[-1], told, now, lambda _day: True, number=3)
    assert [f"{on:%m-%d}" for on in found] == ["06-18", "07-03", "07-17"]


@pytest.mark.parametrize(
    ("rule", "done", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO", -1, "06-01 06-08 06-15"),  # on the Sunday before
        ("FREQ=MONTHLY;BYMONTHDAY=1,11,21", -2, "06-01 06-11 06-21"),
        ("FREQ=MONTHLY", 0, "06-01 07-01 08-01"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU", -9, "06-07 06-14 06-21"),  # the last of these is done
    ],
)
def test_what_is_done_early_is_done_once(
    session: Session, world: World, planned: Planned, rule: str, done: int, expected: str
) -> None:
    """By a rule that names its days the next one is another day than the one that has its end."""
    plan = planned(rule, FIRST, now=noon(FIRST), counts=Counts.COMPLETION, early=True)
    look(session, world, duties(session, plan)[0].due_on)
    early = duties(session, plan)[-1]
    look(session, world, max(early.due_on + done * DAY, early.opens_on))
    assert days(duties(session, plan)) == expected.split()
    [still] = [duty for duty in duties(session, plan) if duty.ended_as is None]
    assert still.opens_on > early.done_on
    kept(session)
