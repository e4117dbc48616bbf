"""A plan made of a template: who may, from which rows its terms come, and what the law does not allow."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.errors import NotFound, Refused, Stale
from propman.inspections import operations
from propman.inspections.models import Duty, Pace, Plan, PlanVersion
from propman.inspections.operations import Choice, OwnTerms, Wish
from propman.inspections.schedule import OnHolidays
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.inspections.following import DAY, NOW, TODAY, WHOLE, bound, due, own, recounted, targets
from tests.world import World, viewer


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A lift, a ramp whose papers are lost, and a road that no project made."""
    works = renovated.furnish(session, world)
    renovated.old_part(session, works, code="I01-1", type_code="I01", name="电梯")
    renovated.old_part(session, works, code="I02-1", type_code="I02", name="坡道")
    return works


def said(session: Session) -> PlanVersion:
    return session.scalars(select(PlanVersion).order_by(PlanVersion.plan_id.desc(), PlanVersion.number.desc())).all()[0]


def test_a_plan_takes_everything_from_the_row_of_its_template(session: Session, works: Works) -> None:
    plan = bound(session, works.world.manager_han, works.world.community.id, "T01", "half_month")
    version = said(session)
    assert (version.rule, version.counts, version.tolerance) == ("FREQ=DAILY;INTERVAL=14", "completion", 10)
    assert (version.early, version.greatest_gap, version.by_template) == (True, 15, True)
    winter = bound(session, works.world.clerk_jie, works.world.community.id, "T26", "winter_week")
    assert (said(session).season_starts, said(session).season_ends) == ("11-01", "04-30")
    assert [one.place_id for one in targets(session, winter)] == [works.world.building.id]
    assert (plan.whole, due(session, plan)) == (True, [TODAY])
    recounted(session)


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"own": own("FREQ=DAILY;INTERVAL=20")}, "lie 20 days: at most 15 may"),
        ({"own": own("FREQ=DAILY;INTERVAL=14", greatest_gap=16)}, "At most 15 days may lie between two visits"),
        ({"own": own("FREQ=DAILY;INTERVAL=14", season=("05-01", "09-30"))}, "at most 15 may"),
        ({"own": own("FREQ=DAILY;INTERVAL=7", on_holidays=OnHolidays.SKIP)}, "none is left out for a holiday"),
        ({"own": own("FREQ=HOURLY")}, "once a day at most"),
        ({"own": own("YEARS=1,2")}, "counts from another day than this rule"),
        ({"own": own("FREQ=DAILY", tolerance=51)}, "a number from 0 to 50"),
        ({"own": own("FREQ=YEARLY;BYMONTH=7", season=("11-01", "12-31"))}, "no inspection ever comes round"),
        ({"first_on": TODAY - DAY}, "begins today at the earliest"),
        ({"first_on": TODAY + timedelta(days=6000)}, "Look at the year"),
        ({"first_on": TODAY + timedelta(days=367)}, "within a year"),  # else the place is taken, and nothing comes due
        ({"counted_on": TODAY + DAY}, "cannot be later than today"),
        ({"choice": Choice(whole=False)}, "choose what is inspected"),
        ({"choice": Choice(whole=False, things=frozenset({"part-99999"}))}, "of this community"),
        ({"choice": Choice(whole=True, types=frozenset({"B01"}))}, "types of parts that this inspection is about"),
        ({"template": "T22", "schedule": "week"}, "not in the library"),
        ({"template": "T28", "schedule": "after_acceptance"}, "arises by itself"),
        ({"template": "T29", "schedule": "light_lane"}, "arises by itself"),
        ({"template": "T15", "schedule": "year"}, "nothing here"),
        ({"template": "T03", "schedule": "statutory"}, "do not say from which day"),
    ],
)
def test_what_cannot_be_or_is_against_the_law_is_refused_by_name(
    session: Session, works: Works, more: dict[str, Any], sentence: str
) -> None:
    asked = {"template": "T01", "schedule": "half_month"} | more
    with pytest.raises(Refused, match=sentence):
        bound(session, works.world.manager_han, works.world.community.id, **asked)
    assert session.scalar(select(func.count()).select_from(Plan)) == 0


@pytest.mark.parametrize(
    ("template", "schedule", "rule"),
    [("T07", "year", "FREQ=YEARLY;INTERVAL=5"), ("T11", "pre_flood", "FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=10"),
     ("T11", "pre_flood", "FREQ=YEARLY;INTERVAL=2;BYMONTH=5"), ("T04", "drill", "FREQ=YEARLY")],
)  # fmt: skip
def test_where_the_law_says_how_often_nobody_says_less(
    session: Session, works: Works, template: str, schedule: str, rule: str
) -> None:
    """A fire system is tested each year, drains are dredged before each flood season, whatever the reason."""
    world = works.world
    with pytest.raises(Refused, match="The law or standard of this inspection says how often") as refused:
        bound(session, world.manager_han, world.community.id, template, schedule, own=own(rule), reason="人手不足")
    assert (refused.value.field, refused.value.status) == ("rule", 422)
    bound(session, world.manager_han, world.community.id, template, schedule, own=own("FREQ=WEEKLY"))
    assert said(session).falls_short is False


@pytest.mark.parametrize(
    ("more", "field"), [({"on_holidays": OnHolidays.SKIP}, "on_holidays"), ({"tolerance": 11}, "tolerance"),
                        ({"early": True}, "early")],
)  # fmt: skip
def test_days_left_out_and_more_time_ask_for_less_as_well(
    session: Session, works: Works, more: dict[str, Any], field: str
) -> None:
    """Else every visit is on a holiday, or one walk is in time for two."""
    world, yearly = works.world, own("FREQ=YEARLY", **more)
    with pytest.raises(Refused, match="The law or standard of this inspection says how often") as refused:
        bound(session, world.manager_han, world.community.id, "T07", "year", own=yearly, reason="忙")
    assert refused.value.field == field
    asked: dict[str, Any] = {"template": "T06", "schedule": "month", "own": own("FREQ=MONTHLY", **more)}
    with pytest.raises(Refused, match="please say why"):
        bound(session, world.manager_han, world.community.id, **asked)
    session.rollback()
    bound(session, world.manager_han, world.community.id, **asked, reason="与消防站同查")
    assert said(session).falls_short is True


def test_more_time_than_the_law_gives_is_refused_where_it_names_a_greatest_gap_too(
    session: Session, works: Works
) -> None:
    """A lift that is due within fifteen days is not in time for half of them more."""
    world, wide = works.world, own("FREQ=DAILY;INTERVAL=14", tolerance=50, greatest_gap=15)
    with pytest.raises(Refused, match="The law or standard of this inspection says how often") as refused:
        bound(session, world.manager_han, world.community.id, "T01", "half_month", own=wide, reason="忙")
    assert refused.value.field == "tolerance"


@pytest.mark.parametrize(("counted", "short"), [(date(2026, 5, 20), False), (date(2025, 11, 20), True)])
def test_days_are_judged_as_they_are_counted(session: Session, works: Works, counted: date, short: bool) -> None:
    """A yearly rule that names no day says each May of what was last seen in May, else each November."""
    wish = Wish(works.world.community.id, "T11", "pre_flood", WHOLE, TODAY, own("FREQ=YEARLY"), counted)
    asked: dict[str, Any] = {"viewer": viewer(session, works.world.manager_han), "wish": wish, "now": NOW}
    if not short:
        assert operations.draft(session, **asked).terms.falls_short is False
        return
    with pytest.raises(Refused, match="for other parts of the year"):
        operations.draft(session, **asked)


@pytest.mark.parametrize(
    ("template", "schedule", "on_holidays", "short"),
    [("T05", "multi_storey", "after", True), ("T05", "multi_storey", "before", True),
     ("T05", "multi_storey", "as_is", False), ("T06", "month", "before", False), ("T06", "month", "as_is", False),
     ("T06", "month", "skip", True)],
)  # fmt: skip
def test_one_walk_after_the_holidays_is_less_than_one_on_each_day(
    session: Session, works: Works, template: str, schedule: str, on_holidays: str, short: bool
) -> None:
    world, rule = works.world, "FREQ=WEEKLY" if template == "T05" else "FREQ=MONTHLY"
    said_so = own(rule, on_holidays=OnHolidays(on_holidays))
    bound(session, world.manager_han, world.community.id, template, schedule, own=said_so, reason="人少")
    assert said(session).falls_short is short


def test_less_than_the_template_asks_for_wants_a_reason(session: Session, works: Works) -> None:
    world, rare = works.world, own("FREQ=MONTHLY;INTERVAL=3")
    asked: dict[str, Any] = {"template": "T06", "schedule": "month", "own": rare}
    for nothing in (None, "", "   "):
        with pytest.raises(Refused, match="please say why") as refused:
            bound(session, world.manager_han, world.community.id, **asked, reason=nothing)
        assert refused.value.field == "reason"
        session.rollback()
    plan = bound(session, world.manager_han, world.community.id, **asked, reason="楼里没有消防设施")
    why = said(session).reason
    assert (said(session).falls_short, why.body if why else None) == (True, "楼里没有消防设施")
    change: dict[str, Any] = {"viewer": viewer(session, world.manager_han), "plan_id": plan.id, "now": NOW}
    operations.rebind_plan(session, seen_version=1, own=own("FREQ=WEEKLY"), reason=None, first_on=TODAY + DAY, **change)
    assert said(session).falls_short is False
    asked = {"seen_version": 2, "own": rare, "first_on": TODAY + 2 * DAY, **change}
    with pytest.raises(Refused, match="please say why"):
        operations.rebind_plan(session, reason=None, **asked)
    operations.rebind_plan(session, reason="又改回", **asked)
    operations.stop_plan(session, seen_version=3, first_on=TODAY + 3 * DAY, pace=Pace.PAUSED, reason="停一停", **change)
    assert (said(session).falls_short, said(session).pace) == (True, Pace.PAUSED)
    recounted(session)


def test_a_change_that_changes_nothing_is_refused(session: Session, works: Works) -> None:
    """Unless it takes back what is announced."""
    world = works.world
    plan = bound(session, world.manager_han, world.community.id, "T06", "month")
    asked: dict[str, Any] = {"viewer": viewer(session, world.manager_han), "plan_id": plan.id, "now": NOW,
                             "reason": "照旧"}  # fmt: skip
    with pytest.raises(Refused, match="nothing would change"):
        operations.rebind_plan(session, seen_version=1, own=None, first_on=TODAY + DAY, **asked)
    weekly = own("FREQ=WEEKLY")
    operations.rebind_plan(session, seen_version=1, own=weekly, first_on=TODAY + 9 * DAY, **asked)
    with pytest.raises(Refused, match="nothing would change"):
        operations.rebind_plan(session, seen_version=2, own=weekly, first_on=TODAY + 10 * DAY, **asked)
    operations.rebind_plan(session, seen_version=2, own=None, first_on=TODAY + DAY, **asked)
    assert (said(session).number, said(session).by_template) == (3, True)
    recounted(session)


def test_the_database_keeps_no_version_that_falls_short_without_a_reason(session: Session, works: Works) -> None:
    bound(session, works.world.manager_han, works.world.community.id, "T06", "month", own=own("FREQ=MONTHLY"))
    with pytest.raises(IntegrityError, match="why_it_falls_short"):
        session.execute(update(PlanVersion).values(falls_short=True))


def test_nobody_says_today_what_holds_in_years(session: Session, works: Works) -> None:
    """Until then nobody could say otherwise, and a plan that is paused would stay so."""
    world = works.world
    plan = bound(session, world.manager_han, world.community.id, "T06", "month")
    asked: dict[str, Any] = {"viewer": viewer(session, world.manager_han), "plan_id": plan.id, "reason": "停一停",
                             "seen_version": 1, "now": NOW, "first_on": TODAY + timedelta(days=367)}  # fmt: skip
    for act, more in ((operations.rebind_plan, {"own": None}), (operations.stop_plan, {"pace": Pace.PAUSED})):
        with pytest.raises(Refused, match="within a year") as refused:
            act(session, **asked | more)
        assert refused.value.field == "first_on"


def test_own_terms_within_the_law_keep_its_greatest_gap(session: Session, works: Works) -> None:
    bound(session, works.world.manager_han, works.world.community.id, "T01", "half_month",
          own=own("FREQ=WEEKLY", greatest_gap=None))  # fmt: skip
    assert (said(session).rule, said(session).greatest_gap, said(session).by_template) == ("FREQ=WEEKLY", 15, False)


@pytest.mark.parametrize(
    ("template", "schedule", "before", "rule", "first", "sentence"),
    [
        ("T06", "month", own("FREQ=WEEKLY", greatest_gap=10), "FREQ=DAILY;INTERVAL=6", 7, "would fall out"),
        ("T06", "month", own("FREQ=WEEKLY", greatest_gap=10), "FREQ=DAILY;INTERVAL=6", 8, None),
    ],
)
def test_a_change_leaves_no_greater_gap_than_may_be_between_what_was_due_and_what_is(
    session: Session, works: Works, template: str, schedule: str, before: OwnTerms, rule: str, first: int,
    sentence: str | None,
) -> None:  # fmt: skip
    """Else whoever changes a plan on the eve of each visit has none to make for ever."""
    world = works.world
    plan = bound(session, world.manager_han, world.community.id, template, schedule, own=before)
    for duty in session.scalars(select(Duty).where(Duty.due_on == TODAY)):
        operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=NOW)
    stood = due(session, plan)
    asked: dict[str, Any] = {
        "viewer": viewer(session, world.manager_han), "plan_id": plan.id, "seen_version": 1, "reason": "改期",
        "own": own(rule, greatest_gap=10), "now": NOW, "first_on": TODAY + first * DAY,
    }  # fmt: skip
    if sentence is None:
        operations.rebind_plan(session, **asked)
        recounted(session)
        return
    with pytest.raises(Refused, match=sentence):
        operations.rebind_plan(session, **asked)
    assert due(session, plan) == stood


@pytest.mark.parametrize(
    ("again", "every", "expected"),
    [(9, 15, 15), (9, 8, 15), (3, 13, 13), (14, 13, 15), (16, 15, 16), (30, 14, 30)],  # never later than the law allows
)
def test_a_pause_takes_no_visit_away(session: Session, works: Works, again: int, every: int, expected: int) -> None:
    """A lift that was seen today stands still from tomorrow on; it goes on in so many days, counted from today."""
    world = works.world
    plan = bound(session, world.manager_han, world.community.id, "T01", "half_month")
    [duty] = session.scalars(select(Duty).where(Duty.due_on == TODAY))
    operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=NOW)
    asked: dict[str, Any] = {"viewer": viewer(session, world.manager_han), "plan_id": plan.id, "now": NOW}
    operations.stop_plan(session, seen_version=1, pace=Pace.PAUSED, first_on=TODAY + DAY, reason="停梯", **asked)
    asked |= {"seen_version": 2, "first_on": TODAY + again * DAY, "reason": "恢复",
              "own": own(f"FREQ=DAILY;INTERVAL={every}", greatest_gap=15)}  # fmt: skip
    operations.rebind_plan(session, **asked)
    assert due(session, plan)[1:] == [TODAY + expected * DAY]
    recounted(session)


def test_the_same_is_not_planned_twice(session: Session, works: Works) -> None:
    where = works.world.community.id
    first = bound(session, works.world.manager_han, where, "T05", "multi_storey")
    for schedule in ("multi_storey", "high_rise"):  # one of them is taken
        with pytest.raises(Refused, match="3号楼 has such a plan already") as refused:
            bound(session, works.world.official_qian, where, "T05", schedule)
        assert refused.value.status == 409
    bound(session, works.world.manager_han, where, "T02", "quarter")
    bound(session, works.world.manager_han, where, "T02", "year")  # all of these are
    asked = {"viewer": viewer(session, works.world.manager_han), "plan_id": first.id, "now": NOW}
    operations.stop_plan(session, seen_version=1, first_on=TODAY + 2 * DAY, pace=Pace.ENDED, reason="高层改造", **asked)
    for first_on in (TODAY, TODAY + DAY):  # until then it goes on
        with pytest.raises(Refused, match="3号楼 has such a plan already"):
            bound(session, works.world.manager_han, where, "T05", "high_rise", first_on=first_on)
    bound(session, works.world.manager_han, where, "T05", "high_rise", first_on=TODAY + 2 * DAY)
    recounted(session)


def test_only_who_keeps_the_plans_of_a_community_makes_and_changes_them(session: Session, works: Works) -> None:
    world = works.world
    for person in (world.far_official, world.far_clerk, world.dispatcher_mei, world.worker_zhao, world.auditor_shen):
        with pytest.raises(NotFound):
            bound(session, person, world.community.id, "T06", "month")
    with pytest.raises(NotFound):
        bound(session, world.manager_han, world.unmanaged.id, "T06", "month")
    plan = bound(session, world.clerk_jie, world.unmanaged.id, "T06", "month")  # nobody manages it
    asked: dict[str, Any] = {"plan_id": plan.id, "seen_version": 1, "first_on": TODAY + DAY, "now": NOW}
    with pytest.raises(NotFound):
        operations.rebind_plan(session, viewer=viewer(session, world.manager_han), own=own("FREQ=WEEKLY"), reason=None,
                               **asked)  # fmt: skip
    for person in (world.official_qian, world.administrator_guan):
        every = own(f"FREQ=DAILY;INTERVAL={10 - asked['seen_version']}")
        operations.rebind_plan(session, viewer=viewer(session, person), own=every, reason="加密", **asked)
        asked |= {"seen_version": asked["seen_version"] + 1, "first_on": asked["first_on"] + DAY}
    assert said(session).by_template is False
    operations.rebind_plan(session, viewer=viewer(session, world.clerk_jie), own=None, reason="恢复", **asked)
    assert (said(session).rule, said(session).by_template, said(session).number) == ("FREQ=MONTHLY", True, 4)
    with pytest.raises(Stale):
        operations.stop_plan(session, viewer=viewer(session, world.clerk_jie), pace=Pace.PAUSED, reason="施工",
                             **asked | {"first_on": TODAY + 9 * DAY})  # fmt: skip
    recounted(session)


def test_a_draft_writes_nothing(session: Session, works: Works) -> None:
    wish = Wish(works.world.community.id, "T22", "month", WHOLE, TODAY, counted_on=TODAY - 5 * DAY)
    drawn = operations.draft(session, viewer=viewer(session, works.world.manager_han), wish=wish, now=NOW)
    assert [aim.anchor_on for aim in drawn.aims] == [TODAY - 5 * DAY]
    assert session.scalar(select(func.count()).select_from(Plan)) == 0
