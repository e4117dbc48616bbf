"""Where each visit is counted from the one before, as of lifts, a pause puts none off by more than it lasts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.assets.models import Asset
from propman.assets.operations import remove_part, restore_part
from propman.inspections import invariants, operations, recurrence
from propman.inspections.models import Counts, Duty, Pace, Plan, Target
from propman.inspections.operations import Terms
from propman.inspections.queries import plan_page
from propman.inspections.queries.unplanned import unplanned
from propman.inspections.schedule import End, Schedule, Season
from propman.inspections.terms import Term, chained
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.inspections.conftest import Planned, noon
from tests.inspections.following import NOW, TODAY, bound, follow, recounted
from tests.inspections.test_choosing import Lifts
from tests.inspections.test_duties import DAY, FIRST, days, duties, kept
from tests.inspections.test_gaps import asked, day
from tests.world import World, viewer

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


# --- of a thing, in whichever plan it is ---


def stop(session: Session, world: World, plan: Plan, days: int) -> None:
    """The manager ends a plan in so many days from today."""
    operations.stop_plan(session, viewer=viewer(session, world.manager_han), plan_id=plan.id, seen_version=plan.version,
                         first_on=TODAY + days * DAY, pace=Pace.ENDED, reason="合并计划", now=NOW)  # fmt: skip


@pytest.fixture
def lifts(session: Session, world: World) -> Lifts:
    """Three lifts in a plan of chosen ones, all seen today: the next time in fourteen days."""
    lifts = Lifts(session, world)
    lifts.plan = lifts.drills(lifts.east, lifts.west, lifts.north, template="T01", schedule="half_month", own=None,
                              first_on=TODAY)  # fmt: skip
    for part in (lifts.east, lifts.west, lifts.north):
        see(session, world, part, 0)
    return lifts


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A project, its work items, and no part so far."""
    return renovated.furnish(session, world)


def laid(session: Session, part: Asset) -> list[tuple[int, End | None]]:
    """What stands of a lift in any plan of the half-monthly care, as it was laid: due in so many days from today."""
    stands = select(Duty).join(Duty.target).join(Target.plan).where(
        Target.asset_id == part.id, Plan.template == "T01", Duty.superseded_by.is_(None)
    )  # fmt: skip
    return [((duty.due_on - TODAY).days, duty.ended_as) for duty in session.scalars(stands.order_by(Duty.id))]


def see(session: Session, world: World, part: Asset, days: int) -> None:
    """Do what is open of a lift in so many days from today."""
    still = select(Duty).join(Duty.target).join(Target.plan).where(
        Target.asset_id == part.id, Plan.template == "T01", Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    [duty], on = session.scalars(still).all(), TODAY + days * DAY
    operations.end(session, duty_id=duty.id, done_on=on, actor_id=world.worker_zhao.id, now=noon(on))


def lacking(session: Session, world: World, days: int) -> list[int]:
    """How many lifts will be in no plan of the half-monthly care in so many days from today."""
    found = unplanned(session, viewer(session, world.manager_han), TODAY + days * DAY)
    return [one.number for one in found if one.template.code == "T01"]


def test_whoever_leaves_and_joins_on_the_eve_of_each_visit_is_seen_all_the_same(
    session: Session, world: World, lifts: Lifts
) -> None:
    """All of it said on one day, while a visit is open."""
    for passed in (15, 28, 42, 56, 70):
        lifts.out(lifts.west, days=passed)
        lifts.add(lifts.west, days=passed + (passed > 15))
    see(session, world, lifts.west, 1)
    assert laid(session, lifts.west) == [(0, End.DONE), (14, End.DONE), (15, None)]
    see(session, world, lifts.west, 16)
    assert laid(session, lifts.west)[-1] == (30, None)
    recounted(session)


def test_a_new_plan_goes_on_where_the_old_one_ended(session: Session, world: World, lifts: Lifts) -> None:
    """One is open of each lift, and what comes after it is in the new plan."""
    stop(session, world, lifts.plan, 15)
    made = lifts.drills(lifts.east, lifts.west, template="T01", schedule="half_month", own=None,
                        first_on=TODAY + 15 * DAY)  # fmt: skip
    assert laid(session, lifts.west) == [(0, End.DONE), (14, None)]
    see(session, world, lifts.west, 1)
    assert laid(session, lifts.west)[-1] == (15, None)
    assert session.scalars(select(Duty).order_by(Duty.id.desc()).limit(1)).one().target.plan_id == made.id
    assert lacking(session, world, 16) == [1]  # the third one; the first waits for the old plan's visit
    operations.end_missed(session, now=noon(TODAY + 30 * DAY))
    assert laid(session, lifts.east)[-2:] == [(14, End.MISSED), (28, None)]
    assert [since for since, _how in laid(session, lifts.north)] == [0, 14]  # it is in no plan any more
    recounted(session)


def test_a_visit_of_the_plan_before_is_the_last_one(session: Session, world: World, lifts: Lifts) -> None:
    """Thirty days later it is late, whichever plan it is in by then."""
    stop(session, world, lifts.plan, 2)
    lifts.drills(lifts.west, template="T01", schedule="half_month", own=None, first_on=TODAY + 10 * DAY)
    assert laid(session, lifts.west)[-1] == (14, None)
    see(session, world, lifts.west, 17)
    assert laid(session, lifts.west)[-2:] == [(14, End.LATE), (31, None)]
    recounted(session)


@pytest.mark.parametrize(("on", "back", "expected"), [(15, 18, 15), (14, 16, 14), (10, 16, 14)])
def test_a_removal_that_is_undone_takes_nothing_away(
    session: Session, works: Works, on: int, back: int, expected: int
) -> None:
    """Backdated or said ahead: what was due meanwhile is due again."""
    part = renovated.part(session, works, type_code="I01", name="电梯")
    plan = bound(session, works.world.manager_han, works.world.community.id, "T01", "half_month")
    look(session, works.world, TODAY + (expected - 14) * DAY)
    assert laid(session, part)[-1] == (expected, None)
    remove_part(session, asset_id=part.id, on=TODAY + on * DAY, seen_version=part.version, actor_id=None,
                now=noon(TODAY + (back - 1) * DAY))  # fmt: skip
    follow(session, noon(TODAY + (back - 1) * DAY))
    assert laid(session, part)[1:] in ([], [(expected, None)])
    restore_part(session, asset_id=part.id, seen_version=part.version, actor_id=None, now=noon(TODAY + back * DAY))
    follow(session, noon(TODAY + back * DAY))
    assert (laid(session, part)[-1], plan.version) == ((expected, None), 1)
    recounted(session)


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
