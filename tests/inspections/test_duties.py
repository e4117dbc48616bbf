"""Duties in the database: laid ahead and once, ended once, superseded by a change, counted from completion."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.communities.queries import holder_on
from propman.errors import NotFound, Refused, Stale
from propman.inspections import invariants, operations
from propman.inspections.models import Counts, Duty, DutyAct, DutyEvent, Plan, Target
from propman.inspections.operations import Terms
from propman.inspections.queries import plan_page, taken_back, version_on
from propman.inspections.schedule import End, OnHolidays
from tests.inspections.conftest import Planned, noon
from tests.world import World, viewer

DAY = timedelta(days=1)
FIRST = date(2026, 6, 1)  # a Monday


def duties(session: Session, plan: Plan, *, standing: bool = True) -> list[Duty]:
    """Of the first target of `plan`, by due day."""
    target = session.scalars(select(Target.id).where(Target.plan_id == plan.id).order_by(Target.id)).first()
    query = select(Duty).where(Duty.target_id == target).order_by(Duty.due_on, Duty.id)
    return list(session.scalars(query.where(Duty.superseded_by.is_(None)) if standing else query))


def days(found: list[Duty]) -> list[str]:
    return [f"{duty.due_on:%m-%d}" for duty in found]


def lay_until(session: Session, day: date) -> int:
    """Lay as the job does on `day`; how many targets it dealt with."""
    done = 0
    while found := operations.lay_due(session, now=noon(day), most=3):
        done += found
    return done


def miss_until(session: Session, day: date) -> int:
    """End what is past its cut-off as the job does on `day`; how many."""
    done = 0
    while found := operations.end_missed(session, now=noon(day), most=7):
        done += found
    return done


def kept(session: Session, on: date = FIRST) -> None:
    """The recount finds nothing on the day `on`."""
    for name, recount in invariants.promises(session, now=noon(on)).items():
        assert recount().broken == (), name


def test_what_is_due_in_sixty_days_is_a_row_for_each_target(session: Session, planned: Planned) -> None:
    plan = planned("FREQ=MONTHLY", FIRST, now=noon(FIRST), anchor=date(2026, 1, 31))
    assert days(duties(session, plan)) == ["06-30", "07-31"]
    assert session.scalar(select(func.count()).select_from(Duty)) == 4
    assert lay_until(session, FIRST) == 0
    assert lay_until(session, date(2026, 7, 2)) == 2
    assert lay_until(session, date(2026, 7, 2)) == 0
    assert days(duties(session, plan)) == ["06-30", "07-31", "08-31"]
    [first, *_rest] = duties(session, plan)
    assert (first.opens_on, first.closes_on, first.cut_off_on) == (
        date(2026, 6, 27), date(2026, 7, 3), date(2026, 7, 15),
    )  # fmt: skip
    kept(session)


def test_after_a_long_silence_everything_is_laid_and_what_nobody_did_is_missed(
    session: Session, planned: Planned, world: World
) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    late = date(2027, 3, 1)
    lay_until(session, late)
    assert miss_until(session, late) == 39 * 2
    found = duties(session, plan)
    assert len(found) == (late + timedelta(days=60) - FIRST).days // 7 + 1
    assert {duty.ended_as for duty in found if duty.cut_off_on < late} == {End.MISSED}
    assert {duty.ended_as for duty in found if duty.cut_off_on >= late} == {None}
    office, company = world.street_office.id, world.company.id  # nobody managed it at first
    answered = [duty.organisation_id for duty in found if duty.ended_as]
    assert answered == [holder_on(session, plan.community_id, duty.cut_off_on).id for duty in found if duty.ended_as]
    assert {office, company} == set(answered)
    assert operations.end_missed(session, now=noon(late)) == 0


@pytest.mark.parametrize(
    ("after", "how"), [(-2, None), (-1, End.DONE), (1, End.DONE), (2, End.LATE), (7, End.LATE), (8, None)]
)
def test_work_ends_a_duty_by_its_day(
    session: Session, planned: Planned, world: World, after: int, how: End | None
) -> None:
    plan = planned("FREQ=DAILY;INTERVAL=14", FIRST, now=noon(FIRST))
    [_first, duty, *_rest] = duties(session, plan)
    done_on = duty.due_on + after * DAY
    asked = {"duty_id": duty.id, "done_on": done_on, "actor_id": world.worker_zhao.id, "now": noon(done_on)}
    if how is None:
        with pytest.raises(Refused, match="too early" if after < 0 else "too late"):
            operations.end(session, **asked)
        assert duty.ended_as is None
        return
    event = operations.end(session, **asked)
    assert (event.act, event.ended_as, duty.ended_as, duty.done_on) == (DutyAct.END, how, how, done_on)
    with pytest.raises(Stale):
        operations.end(session, **asked)
    kept(session)


def test_two_visits_too_far_apart_are_late_though_each_is_near_its_day(
    session: Session, planned: Planned, world: World
) -> None:
    plan = planned("FREQ=DAILY;INTERVAL=14", FIRST, now=noon(FIRST), greatest_gap=15)
    [first, second, *_rest] = duties(session, plan)
    for duty, after in ((first, -1), (second, 1)):
        day = duty.due_on + after * DAY
        done = {
            "duty_id": duty.id,
            "done_on": max(day, FIRST),
            "actor_id": world.worker_zhao.id,
            "now": noon(max(day, FIRST)),
        }
        operations.end(session, **done)
    assert (first.ended_as, second.ended_as) == (End.DONE, End.DONE)
    third = duties(session, plan)[2]
    late = second.done_on + 16 * DAY if second.done_on else FIRST
    third.closes_on = max(third.closes_on, late)  # however wide its window
    third.cut_off_on = max(third.cut_off_on, late)
    operations.end(session, duty_id=third.id, done_on=late, actor_id=world.worker_zhao.id, now=noon(late))
    assert third.ended_as is End.LATE


def test_a_change_speaks_of_its_first_day_on_and_what_was_due_before_stays(
    session: Session, planned: Planned, world: World
) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    change = Terms("FREQ=DAILY;INTERVAL=10", date(2026, 6, 20))
    asked = {"plan_id": plan.id, "actor_id": world.administrator_guan.id, "now": noon(FIRST)}
    operations.change_plan(session, seen_version=1, terms=change, **asked)
    assert days(duties(session, plan)) == ["06-01", "06-08", "06-15", "06-21", "07-01", "07-11", "07-21", "07-31"]
    gone = [duty for duty in duties(session, plan, standing=False) if duty.superseded_by]
    assert days(gone) == ["06-22", "06-29", "07-06", "07-13", "07-20", "07-27"]
    assert {duty.superseded_by for duty in gone} == {2}
    with pytest.raises(Stale):
        operations.change_plan(session, seen_version=1, terms=change, **asked)
    with pytest.raises(Refused, match="from tomorrow on"):
        operations.change_plan(session, seen_version=2, terms=Terms("FREQ=DAILY", FIRST), **asked)
    kept(session)


def test_a_change_that_has_not_begun_is_taken_back_by_one_that_begins_no_later(
    session: Session, planned: Planned, world: World
) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    asked = {"plan_id": plan.id, "actor_id": world.administrator_guan.id, "now": noon(FIRST)}
    every_ten = Terms("FREQ=DAILY;INTERVAL=10", date(2026, 7, 10))
    operations.change_plan(session, seen_version=1, terms=every_ten, **asked)
    assert days(duties(session, plan)) == [
        "06-01", "06-08", "06-15", "06-22", "06-29", "07-06", "07-11", "07-21", "07-31",
    ]  # fmt: skip
    operations.change_plan(session, seen_version=2, terms=Terms("FREQ=DAILY;INTERVAL=20", every_ten.first_on), **asked)
    assert days(duties(session, plan))[-3:] == ["07-06", "07-11", "07-31"]
    operations.change_plan(session, seen_version=3, terms=Terms("FREQ=MONTHLY", date(2026, 6, 20)), **asked)
    assert days(duties(session, plan)) == ["06-01", "06-08", "06-15", "07-01"]
    told = plan_page.versions_told(session, plan)
    assert taken_back(told) == {2, 3}
    assert [version_on(told, date(2026, month, 15)).number for month in (6, 7, 8)] == [1, 4, 4]
    operations.pause_plan(session, seen_version=4, first_on=date(2026, 6, 10), reason="楼顶施工", **asked)
    assert days(duties(session, plan)) == ["06-01", "06-08"]
    lay_until(session, date(2026, 8, 1))
    assert days(duties(session, plan)) == ["06-01", "06-08"]
    kept(session)


def test_a_plan_stands_still_for_a_reason_and_goes_on(session: Session, planned: Planned, world: World) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    asked = {"plan_id": plan.id, "actor_id": world.administrator_guan.id, "now": noon(FIRST)}
    with pytest.raises(Refused, match="say why"):
        operations.pause_plan(session, seen_version=1, first_on=date(2026, 6, 9), reason=" ", **asked)
    operations.pause_plan(session, seen_version=1, first_on=date(2026, 6, 9), reason="楼顶施工", **asked)
    assert days(duties(session, plan)) == ["06-01", "06-08"]
    lay_until(session, date(2026, 8, 1))
    assert days(duties(session, plan)) == ["06-01", "06-08"]
    again = Terms("FREQ=WEEKLY", date(2026, 9, 1))
    operations.change_plan(session, seen_version=2, terms=again, **{**asked, "now": noon(date(2026, 8, 1))})
    assert days(duties(session, plan)) == ["06-01", "06-08", "09-07", "09-14", "09-21", "09-28"]
    operations.end_plan(session, seen_version=3, first_on=date(2026, 9, 10), reason="拆除",
                        **{**asked, "now": noon(date(2026, 8, 1))})  # fmt: skip
    assert days(duties(session, plan)) == ["06-01", "06-08", "09-07"]
    with pytest.raises(Refused, match="ended for good"):
        operations.change_plan(session, seen_version=4, terms=again, **asked)
    kept(session)


def test_counted_from_completion_one_is_open_always(session: Session, planned: Planned, world: World) -> None:
    plan = planned("FREQ=MONTHLY;INTERVAL=6", FIRST, now=noon(FIRST), counts=Counts.COMPLETION)
    [duty] = duties(session, plan)
    assert duty.due_on == FIRST
    assert lay_until(session, date(2026, 12, 31)) == 0
    done = date(2026, 6, 10)
    operations.end(session, duty_id=duty.id, done_on=done, actor_id=world.worker_zhao.id, now=noon(done))
    assert days(duties(session, plan)) == ["06-01", "12-10"]
    missed = date(2027, 2, 1)
    assert miss_until(session, missed) == 3  # and both of the other target
    assert [duty.ended_as for duty in duties(session, plan)] == [End.DONE, End.MISSED, None]
    assert duties(session, plan)[-1].due_on == date(2027, 6, 10)
    kept(session)


def test_what_is_left_out_for_a_holiday_is_recorded_and_counts(session: Session, planned: Planned) -> None:
    national = date(2026, 10, 1)
    plan = planned("FREQ=YEARLY", national, now=noon(date(2026, 9, 1)), on_holidays=OnHolidays.SKIP)
    [duty] = duties(session, plan)
    assert (duty.skips, duty.do_on) == (True, national)
    moved = planned("FREQ=YEARLY", national, now=noon(date(2026, 9, 1)), on_holidays=OnHolidays.AFTER)
    [after] = duties(session, moved)
    assert (after.skips, after.due_on, after.do_on) == (False, national, date(2026, 10, 8))
    operations.end_missed(session, now=noon(date(2027, 2, 1)))
    assert (duty.ended_as, after.ended_as) == (End.SKIPPED, End.MISSED)


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        ({"rule": "FREQ=DAILY", "first_on": FIRST - DAY}, "begins today at the earliest"),
        ({"rule": "FREQ=DAILY;INTERVAL=16", "first_on": FIRST, "greatest_gap": 15}, "at most 15 may"),
        ({"rule": "FREQ=SECONDLY", "first_on": FIRST}, "once a day at most"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(
    session: Session, planned: Planned, terms: dict[str, object], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        planned(now=noon(FIRST), **terms)
    assert session.scalar(select(func.count()).select_from(Plan)) == 0


def test_nothing_ends_twice_and_only_what_was_missed_is_made_up_for(
    session: Session, planned: Planned, world: World
) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    [duty, other, *_rest] = duties(session, plan)
    zhao, later = world.worker_zhao.id, noon(FIRST + 5 * DAY)
    with pytest.raises(Refused, match="Only what was missed"):
        operations.make_up(session, duty_id=duty.id, actor_id=zhao, note=None, now=later)
    operations.end_missed(session, now=later)
    operations.make_up(session, duty_id=duty.id, actor_id=zhao, note="补查", now=later)
    with pytest.raises(Refused, match="made up for already"):
        operations.make_up(session, duty_id=duty.id, actor_id=world.worker_sun.id, note=None, now=later)
    assert duty.ended_as is End.MISSED
    acts = select(DutyEvent.act).where(DutyEvent.duty_id == duty.id).order_by(DutyEvent.number)
    assert list(session.scalars(acts)) == [DutyAct.END, DutyAct.MAKE_UP]
    asked = operations.ask_excuse(session, duty_id=other.id, viewer=viewer(session, world.clerk_jie), reason="停电",
                                  now=later)  # fmt: skip
    qian = viewer(session, world.official_qian)
    operations.grant_excuse(session, excuse_id=asked.id, viewer=qian, words=None, now=later)
    assert other.ended_as is End.EXCUSED
    with pytest.raises(NotFound):
        operations.end(session, duty_id=999_999, done_on=FIRST, actor_id=zhao, now=later)
    kept_events = session.scalar(select(func.count()).select_from(DutyEvent).where(DutyEvent.act == DutyAct.END))
    assert kept_events == 3  # of both targets the first, and the one that was excused


def test_the_recount_names_what_is_missing_doubled_or_untold(session: Session, planned: Planned) -> None:
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    [first, second, *_rest] = duties(session, plan)
    second.due_on += DAY
    session.flush()
    first.ended_as = None
    broken = invariants.promises(session, now=noon(FIRST))["I06"]().broken
    assert [line.split(" ", 2)[2] for line in broken] == [
        "has no duty on 2026-06-08",
        "has a duty on 2026-06-09 that nothing says",
    ]
