"""A change on the eve of a visit, and a pause over its day, take no visit away, where nothing names a greatest gap."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.inspections import operations
from propman.inspections.models import Duty, Pace, Plan, PlanVersion
from propman.inspections.operations import Terms
from propman.inspections.schedule import Season
from tests.inspections.conftest import Planned, noon
from tests.inspections.following import DAY, NOW, TODAY, due, own, recounted
from tests.inspections.test_choosing import Lifts
from tests.inspections.test_duties import days, duties, kept, lay_until, miss_until
from tests.world import World, viewer

FIRST = date(2026, 6, 1)
OCTOBER = "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1"
SEPTEMBER = "FREQ=YEARLY;BYMONTH=9;BYMONTHDAY=30"
SUMMER = Season("04-01", "10-31")


def asked(world: World, plan: Plan, now: date) -> dict[str, Any]:
    return {"plan_id": plan.id, "seen_version": plan.version, "actor_id": world.administrator_guan.id,
            "reason": "商定", "now": noon(now)}  # fmt: skip


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rule", "season", "said_on", "first_on", "anew", "by"),
    [
        (OCTOBER, None, "2027-09-20", "2027-10-01", SEPTEMBER, "2027-10-01"),  # on the eve: next 2028-09-30
        (OCTOBER, None, "2027-09-20", "2027-09-30", SEPTEMBER, None),  # a day sooner
        (OCTOBER, None, "2027-09-20", "2027-10-02", SEPTEMBER, None),  # what is due in October stays
        (OCTOBER, None, "2027-09-20", "2027-10-01", "FREQ=MONTHLY;BYMONTHDAY=15", "2027-10-01"),
        (OCTOBER, None, "2026-09-20", "2026-10-01", SEPTEMBER, "2026-10-01"),  # the first one
        ("FREQ=MONTHLY", None, "2026-07-20", "2026-08-01", "FREQ=MONTHLY;BYMONTHDAY=28", "2026-08-01"),
        ("FREQ=MONTHLY", None, "2026-07-31", "2026-08-01", "FREQ=MONTHLY;BYMONTHDAY=1", None),
        ("FREQ=MONTHLY;BYMONTHDAY=20", None, "2026-07-10", "2026-07-20", "FREQ=MONTHLY;BYMONTHDAY=19", "2026-07-20"),
        ("FREQ=MONTHLY;BYMONTHDAY=20", SUMMER, "2027-06-10", "2027-06-20", "FREQ=MONTHLY;BYMONTHDAY=19", "2027-06-20"),
        ("FREQ=MONTHLY;BYMONTHDAY=20", SUMMER, "2027-04-10", "2027-04-20", "FREQ=MONTHLY;BYMONTHDAY=19", "2027-04-20"),
        ("FREQ=MONTHLY;BYMONTHDAY=20", SUMMER, "2027-04-10", "2027-04-12", "FREQ=MONTHLY;BYMONTHDAY=19", None),
        ("FREQ=DAILY", None, "2026-07-10", "2026-07-13", "FREQ=WEEKLY", None),
    ],
)
def test_a_change_on_the_eve_takes_no_visit_away(
    session: Session, planned: Planned, world: World, rule: str, season: Season | None, said_on: str, first_on: str,
    anew: str, by: str | None,
) -> None:  # fmt: skip
    plan = planned(rule, FIRST, now=noon(FIRST), season=season)
    lay_until(session, day(said_on))
    miss_until(session, day(said_on))
    stood = list(session.scalars(select(Duty.id).where(Duty.superseded_by.is_(None))))
    terms = Terms(anew, day(first_on), season=season)
    if by is None:
        operations.change_plan(session, terms=terms, **asked(world, plan, day(said_on)))
        kept(session, day(said_on))
        return
    with pytest.raises(Refused, match=f"due on {by} would fall out") as refused:
        operations.change_plan(session, terms=terms, **asked(world, plan, day(said_on)))
    assert (refused.value.field, plan.version) == ("first_on", 1)
    assert list(session.scalars(select(Duty.id).where(Duty.superseded_by.is_(None)))) == stood


@pytest.mark.parametrize(
    ("rule", "paused", "again", "anew", "by"),
    [
        (OCTOBER, "2027-10-01", "2027-10-02", OCTOBER, "2027-10-02"),  # one day, over its day
        (OCTOBER, "2027-10-01", "2027-10-02", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=2", None),
        (OCTOBER, "2027-09-02", "2028-03-01", OCTOBER, "2028-03-31"),  # thirty days were left
        (OCTOBER, "2027-09-02", "2028-03-01", "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=31", None),
        (OCTOBER, "2026-10-02", "2027-11-01", OCTOBER, None),  # a year was left
        (OCTOBER, "2027-07-01", "2027-08-01", OCTOBER, None),  # no visit fell into it
        ("FREQ=DAILY", "2026-07-01", "2026-07-05", "FREQ=DAILY", None),
        ("FREQ=DAILY;INTERVAL=14", "2026-06-29", "2026-07-01", "FREQ=DAILY;INTERVAL=14", "2026-07-01"),
    ],
)
def test_a_pause_over_its_day_takes_no_visit_away(
    session: Session, planned: Planned, world: World, rule: str, paused: str, again: str, anew: str, by: str | None
) -> None:
    """What was left of the time when it stood still is left when it goes on."""
    plan, eve = planned(rule, FIRST, now=noon(FIRST)), day(paused) - DAY
    lay_until(session, eve)
    miss_until(session, eve)
    operations.pause_plan(session, first_on=day(paused), **asked(world, plan, eve))
    terms = Terms(anew, day(again))
    if by is None:
        operations.change_plan(session, terms=terms, **asked(world, plan, eve))
        kept(session, eve)
        return
    with pytest.raises(Refused, match=f"the next one is due by {by}"):
        operations.change_plan(session, terms=terms, **asked(world, plan, eve))


def test_what_is_announced_is_no_measure(session: Session, planned: Planned, world: World) -> None:
    """A pause that never began took nothing away, when another change takes it back."""
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))  # on Mondays
    operations.pause_plan(session, first_on=day("2026-06-07"), **asked(world, plan, FIRST))
    terms = Terms("FREQ=WEEKLY;BYDAY=MO,WE,TH", day("2026-06-05"))
    operations.change_plan(session, terms=terms, **asked(world, plan, FIRST))
    assert days(duties(session, plan))[:3] == ["06-01", "06-08", "06-10"]
    kept(session)


def test_a_pause_keeps_what_holds_on_the_day_before_it(session: Session, planned: Planned, world: World) -> None:
    """Also where it takes the place of a change that is only announced."""
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    operations.change_plan(session, terms=Terms("FREQ=MONTHLY", date(2026, 7, 1)), **asked(world, plan, FIRST))
    operations.pause_plan(session, first_on=date(2026, 6, 20), **asked(world, plan, FIRST))
    assert session.get_one(PlanVersion, (plan.id, 3)).rule == "FREQ=WEEKLY"
    operations.pause_plan(session, first_on=date(2026, 6, 25), **asked(world, plan, FIRST))
    assert session.get_one(PlanVersion, (plan.id, 4)).rule == "FREQ=WEEKLY"
    kept(session)


def test_another_plan_takes_no_visit_away(session: Session, world: World) -> None:
    """Whoever ends a plan on the eve of a visit and makes another says from when on: that of the last one."""
    lifts = Lifts(session, world)
    operations.stop_plan(session, viewer=viewer(session, world.manager_han), plan_id=lifts.plan.id, seen_version=1,
                         first_on=TODAY + 10 * DAY, pace=Pace.ENDED, reason="合并计划", now=NOW)  # fmt: skip
    anew = TODAY + 12 * DAY
    with pytest.raises(Refused, match=f"lie 18 days without .* the next one is due by {anew}"):
        lifts.drills(lifts.east, lifts.west, first_on=anew, counted_on=TODAY)
    made = lifts.drills(lifts.east, lifts.west, lifts.north, first_on=anew)
    assert due(session, made, lifts.east.id)[0] == anew
    recounted(session)


def test_whoever_leaves_a_plan_and_joins_again_misses_no_visit(session: Session, world: World) -> None:
    lifts = Lifts(session, world)
    lifts.out(lifts.west, days=10)
    with pytest.raises(Refused, match="where at most 10 may. It can go on from"):
        lifts.add(lifts.west, days=11)
    lifts.add(lifts.west, days=20)  # when it is due by the days of the others
    assert due(session, lifts.plan, lifts.west.id)[:2] == [TODAY, TODAY + 20 * DAY]
    recounted(session)


def test_a_stay_of_no_day_is_none(session: Session, world: World) -> None:
    """Whoever joins on the day on which the other leaves, and leaves at once, was never in the plan."""
    lifts = Lifts(session, world)
    lifts.out(lifts.west, days=10)
    lifts.add(lifts.west, days=10)
    lifts.out(lifts.west, days=10)
    with pytest.raises(Refused, match="where at most 10 may. It can go on from"):
        lifts.add(lifts.west, days=11)
    recounted(session)


@pytest.mark.parametrize("announced", ["change", "pause"])
def test_what_is_announced_far_ahead_opens_no_way_out_before_it(session: Session, world: World, announced: str) -> None:
    """Who joins is judged by what holds on that day."""
    lifts = Lifts(session, world)
    said = {"viewer": viewer(session, world.manager_han), "plan_id": lifts.plan.id, "seen_version": 1, "now": NOW,
            "first_on": TODAY + 200 * DAY}  # fmt: skip
    if announced == "change":
        operations.rebind_plan(session, own=own("FREQ=DAILY;INTERVAL=10", tolerance=9), reason=None, **said)
    else:
        operations.stop_plan(session, pace=Pace.PAUSED, reason="改造", **said)
    lifts.out(lifts.west, days=10)
    with pytest.raises(Refused, match="where at most 10 may. It can go on from"):
        lifts.add(lifts.west, days=11)
    recounted(session)


@pytest.mark.parametrize("paused", [False, True])
def test_a_greatest_gap_of_ones_own_is_no_longer_one_than_that_of_the_rule(
    session: Session, planned: Planned, world: World, paused: bool
) -> None:
    """Else ten years between two days would be the measure of a weekly plan."""
    plan = planned("FREQ=WEEKLY", FIRST, now=noon(FIRST))
    if paused:
        operations.pause_plan(session, first_on=day("2026-06-08"), **asked(world, plan, FIRST))
    terms = Terms("FREQ=WEEKLY;BYDAY=SU", day("2026-06-09" if paused else "2026-06-08"), greatest_gap=3650)
    with pytest.raises(Refused, match="days without those|would fall out"):
        operations.change_plan(session, terms=terms, **asked(world, plan, FIRST))


def test_no_chain_of_changes_puts_off_what_is_due(session: Session, planned: Planned, world: World) -> None:
    """Twice a week on days that lie unevenly: each change by itself would leave no more days than may be."""
    plan = planned("FREQ=WEEKLY;BYDAY=TU,TH", FIRST, now=noon(FIRST))
    for weekdays, first_on in (("SU,TU", "2026-06-03"), ("MO,WE", "2026-06-04")):
        terms = Terms(f"FREQ=WEEKLY;BYDAY={weekdays}", day(first_on))
        with pytest.raises(Refused, match="would fall out"):
            operations.change_plan(session, terms=terms, **asked(world, plan, FIRST))
    operations.change_plan(session, terms=Terms("FREQ=WEEKLY;BYDAY=MO,WE", day("2026-06-05")),
                           **asked(world, plan, FIRST))  # fmt: skip
    assert days(duties(session, plan))[:4] == ["06-02", "06-04", "06-08", "06-10"]
    kept(session)
