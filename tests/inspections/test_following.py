"""Plans follow their template, the parts that come and go, acceptances and warranties; by a job that heals itself."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from threading import Barrier

import pytest
from dateutil.relativedelta import relativedelta
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset, NoProject
from propman.assets.operations import change_part, remove_part, restore_part
from propman.catalogue.models import InspectionSchedule
from propman.communities.operations import close_place, reopen_place
from propman.inspections import operations
from propman.inspections.models import Duty, DutyAct, DutyEvent, Plan, PlanVersion, Target
from propman.inspections.operations import Choice
from propman.inspections.queries import behind, plan_page
from propman.inspections.queries.candidates import key_of
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.inspections.following import DAY, NOW, TODAY, bound, due, follow, own, recounted, targets
from tests.inspections.following import part as another
from tests.world import World, viewer

WARRANTY = timedelta(days=60)


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """A project, its work items, and no part so far."""
    return renovated.furnish(session, world)


def lift(session: Session, works: Works, **more: object) -> Asset:
    """A lift that no project made."""
    more = {"type_code": "I01", "name": "3号楼电梯", **more}
    return renovated.old_part(session, works, **more)


def at(days: int) -> datetime:
    return clock.at_local(TODAY + days * DAY, datetime(2026, 1, 1, 12).time())  # noqa: DTZ001


def taken_down(session: Session, part: Asset, days: int, now: datetime = NOW) -> None:
    on = TODAY + days * DAY
    remove_part(session, asset_id=part.id, on=on, seen_version=part.version, actor_id=None, now=now)


def test_a_part_that_is_added_has_a_duty_and_one_taken_down_has_none_any_more(session: Session, works: Works) -> None:
    first = lift(session, works)
    plan = bound(session, works.world.manager_han, works.world.community.id, "T04", "drill")
    assert [(one.asset_id, one.anchor_on) for one in targets(session, plan)] == [(first.id, TODAY)]
    second = lift(session, works)
    renovated.old_part(session, works, type_code="I04", name="充电棚")
    assert (follow(session), follow(session)) == (1, 0)
    assert due(session, plan, second.id) == [TODAY]
    for days in (1, 2):
        taken_down(session, second, days)
    assert follow(session) == 0  # tomorrow is another day
    assert follow(session, at(2)) == 1
    assert targets(session, plan)[1].ends_on == TODAY + 2 * DAY
    assert due(session, plan, second.id) == [TODAY]  # what was due before stays due
    restore_part(session, asset_id=second.id, seen_version=second.version, actor_id=None, now=at(3))
    assert follow(session, at(3)) == 1
    again = targets(session, plan)[2]
    assert (again.asset_id, again.starts_on) == (second.id, TODAY + 3 * DAY)
    recounted(session)


def test_what_is_laid_beyond_the_end_of_a_part_is_superseded_by_an_event(session: Session, works: Works) -> None:
    part = renovated.part(session, works, type_code="B21", name="消防车通道")
    plan = bound(session, works.world.manager_han, works.world.community.id, "T08", "weekend")
    before = due(session, plan)
    taken_down(session, part, 0)
    assert follow(session) == 1
    assert due(session, plan) == []
    told = select(func.count()).select_from(DutyEvent).where(DutyEvent.act == DutyAct.SUPERSEDE)
    assert session.scalar(told) == len(before) >= 16
    assert why_gone(session) == {"部位已拆除"}
    recounted(session)


def test_it_counts_from_the_last_completion_by_whichever_plan(session: Session, works: Works) -> None:
    part = lift(session, works)
    who, where = works.world.clerk_jie, works.world.community.id
    plan = bound(session, who, where, "T01", "half_month")
    [duty] = session.scalars(select(Duty).join(Duty.target).where(Target.plan_id == plan.id))
    operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=None, now=NOW)
    ended = {"plan_id": plan.id, "seen_version": 1, "first_on": TODAY + DAY, "reason": "换维保单位"}
    operations.end_plan(session, actor_id=who.id, now=NOW, **ended)
    anew = bound(session, who, where, "T01", "half_month", first_on=TODAY + DAY)
    assert due(session, anew) == [TODAY + 14 * DAY]
    assert targets(session, anew)[0].anchor_on == TODAY
    taken_down(session, part, 1)
    follow(session, at(1))
    assert due(session, anew) == []
    recounted(session)


def test_a_plan_says_what_its_template_says_from_the_day_on_which_that_changes(session: Session, works: Works) -> None:
    renovated.old_part(session, works, type_code="I02", name="坡道")
    who, where = works.world.official_qian, works.world.community.id
    plan = bound(session, who, where, "T22", "month")
    row = session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one()
    said = {one.key: getattr(row, one.key) for one in InspectionSchedule.__table__.columns if one.key != "id"}
    session.add(InspectionSchedule(**said | {"rule": "FREQ=WEEKLY", "valid_from": TODAY + 20 * DAY}))
    session.flush()
    assert follow(session) == 0
    assert follow(session, at(19)) == 1
    assert follow(session, at(19)) == 0
    versions = session.scalars(select(PlanVersion).order_by(PlanVersion.number)).all()
    assert [(one.number, one.rule, one.first_on, one.actor_id) for one in versions[-2:]] == [
        (1, "FREQ=MONTHLY", TODAY, who.id), (2, "FREQ=WEEKLY", TODAY + 20 * DAY, None),
    ]  # fmt: skip
    assert due(session, plan)[:3] == [TODAY, TODAY + 21 * DAY, TODAY + 28 * DAY]
    recounted(session)


@pytest.mark.parametrize(
    ("day", "valid", "holds", "stands"),
    [(8, 9, 11, [10]), (8, 7, 7, [8]), (12, 9, 9, [12]), (12, 11, 11, [10, 12])],
)
def test_a_row_of_the_library_takes_no_visit_away(
    session: Session, works: Works, day: int, valid: int, holds: int, stands: list[int]
) -> None:
    """Due in ten days, each year; from the day `valid` on it is the `day` of the year: what would fall out stays."""
    renovated.old_part(session, works, type_code="I02", name="坡道")
    row = session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one()
    row.rule = yearly_on(10)
    session.flush()
    plan = bound(session, works.world.official_qian, works.world.community.id, "T22", "month")
    said = {one.key: getattr(row, one.key) for one in InspectionSchedule.__table__.columns if one.key != "id"}
    session.add(InspectionSchedule(**said | {"rule": yearly_on(day), "valid_from": TODAY + valid * DAY}))
    session.flush()
    assert (follow(session, at(valid - 1)), follow(session, at(valid - 1))) == (1, 0)
    last = session.scalars(select(PlanVersion).order_by(PlanVersion.number.desc())).first()
    assert (last.first_on, last.by_template) == (TODAY + holds * DAY, True)
    assert due(session, plan) == [TODAY + number * DAY for number in stands]
    recounted(session)


def yearly_on(days: int) -> str:
    on = TODAY + days * DAY
    return f"FREQ=YEARLY;BYMONTH={on.month};BYMONTHDAY={on.day}"


def test_what_the_jobs_had_not_laid_yet_is_laid_as_it_was_when_the_plan_changes(session: Session, works: Works) -> None:
    renovated.old_part(session, works, type_code="I02", name="坡道")
    plan = bound(session, works.world.official_qian, works.world.community.id, "T22", "month")
    months = [TODAY + relativedelta(months=number) for number in range(7)]
    row = session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one()
    row.rule = "FREQ=MONTHLY;INTERVAL=3"
    session.flush()
    stood_still = (months[5] - TODAY).days
    assert follow(session, at(stood_still)) == 1
    assert due(session, plan) == [*months[:6], months[6]]
    while operations.end_missed(session, now=at(stood_still)):
        pass
    recounted(session, months[5])


def test_a_plan_with_terms_of_its_own_does_not_follow(session: Session, works: Works) -> None:
    renovated.old_part(session, works, type_code="I02", name="坡道")
    who, where = works.world.manager_han, works.world.community.id
    bound(session, who, where, "T22", "month", own=own("FREQ=DAILY;INTERVAL=10"))
    row = session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one()
    row.rule = "FREQ=WEEKLY"
    session.flush()
    assert follow(session) == 0


def test_one_that_cannot_be_brought_in_line_is_not_in_the_way_of_the_others(session: Session, works: Works) -> None:
    renovated.old_part(session, works, type_code="I02", name="坡道")
    lift(session, works)
    stuck, other = (
        bound(session, works.world.manager_han, works.world.community.id, *said)
        for said in (("T22", "month"), ("T04", "drill"))
    )
    session.scalars(select(InspectionSchedule).where(InspectionSchedule.template == "T22")).one().rule = "FREQ=SECONDLY"
    second = lift(session, works)
    turns = (operations.follow(session, now=NOW, most=1) for _turn in range(64))
    assert any(turns)  # it is a matter of luck when
    assert (due(session, other, second.id), stuck.version) == ([TODAY], 1)
    recounted(session)


def test_an_accepted_project_is_looked_back_at_three_times(session: Session, works: Works) -> None:
    works.project.accepted_on = TODAY - relativedelta(months=11)
    works.far_project.accepted_on = TODAY - relativedelta(months=30)
    session.flush()
    assert (follow(session), follow(session)) == (1, 0)
    [plan] = session.scalars(select(Plan)).all()
    assert (plan.schedule, plan.project_id, plan.arose) == ("after_acceptance", works.project.id, True)
    assert due(session, plan) == [works.project.accepted_on + relativedelta(months=12)]
    works.project.accepted_on += 3 * DAY
    session.flush()
    assert (follow(session), follow(session)) == (1, 0)
    assert due(session, plan) == [works.project.accepted_on + relativedelta(months=12)]
    assert [one.ends_on for one in targets(session, plan)] == [TODAY + DAY, None]
    recounted(session)


def test_a_part_is_looked_at_sixty_days_before_its_warranty_ends(session: Session, works: Works) -> None:
    part = renovated.part(session, works)
    near = TODAY + WARRANTY + 20 * DAY
    part.warranty_last_on = near
    other = renovated.part(session, works)
    other.warranty_last_on = TODAY + 3 * WARRANTY
    session.flush()
    assert (follow(session), follow(session)) == (1, 0)
    plan = session.scalars(select(Plan).where(Plan.schedule == "before_warranty_ends")).one()
    assert due(session, plan) == [near - WARRANTY]  # the other one is too far away
    assert targets(session, plan)[0].asset_id == part.id
    part.warranty_last_on = near + 30 * DAY
    session.flush()
    assert (follow(session), follow(session)) == (1, 0)
    assert due(session, plan) == [near + 30 * DAY - WARRANTY]
    part.warranty_last_on = TODAY + WARRANTY - 5 * DAY  # it has passed: nobody was told of it
    session.flush()
    assert (follow(session), follow(session)) == (1, 0)
    assert due(session, plan) == []
    recounted(session)


def test_a_plan_that_arose_and_was_ended_does_not_arise_again(session: Session, works: Works) -> None:
    works.project.accepted_on = TODAY
    session.flush()
    follow(session)
    [plan] = session.scalars(select(Plan)).all()
    operations.end_plan(session, plan_id=plan.id, seen_version=1, first_on=TODAY + DAY, reason="拆除",
                        actor_id=works.world.official_qian.id, now=NOW)  # fmt: skip
    assert follow(session) == 0


USED = TODAY + 40 * DAY - relativedelta(years=9)  # first use, in the years 1, 4, 7, 9 … after which a lift is tested


def enter(session: Session, works: Works, part: Asset, **more: object) -> None:
    """Somebody corrects what the papers of a lift say; nothing else of it changes."""
    of = {"work_item_id": part.work_item_id} if part.work_item_id else {"no_project": part.no_project}
    told = renovated.said(works, code=part.code, type_code="I01", name=part.name, **of, **more)
    change_part(session, asset_id=part.id, part=told, seen_version=part.version, actor_id=None, now=NOW)


def without_a_day(session: Session, plan: Plan) -> Sequence[int]:
    last = plan_page.versions_told(session, plan)[-1]
    parts, number = plan_page.without_a_day(session, plan, last, TODAY)
    assert len(parts) == number
    return [part.id for part in parts]


def test_a_lift_is_counted_from_its_first_use_or_else_from_its_acceptance(session: Session, works: Works) -> None:
    added, later = partial(renovated.part, session, works, type_code="I01"), date(2025, 6, 1)
    cases = [
        (lift(session, works, in_use_since=USED), USED),
        (added(in_use_since=USED), USED),
        (added(in_use_since=USED, accepted_on=later), USED),
        (added(accepted_on=later), later),
        (added(), renovated.ACCEPTED),
        (added(work_item_id=works.pending.id), None),
        (lift(session, works), None),
    ]
    follow(session)  # what arises from warranties
    plan = bound(session, works.world.clerk_jie, works.world.community.id, "T03", "statutory")
    counted = {one.asset_id: one.anchor_on for one in targets(session, plan)}
    assert counted == {part.id: anchor for part, anchor in cases if anchor}
    assert without_a_day(session, plan) == [part.id for part, anchor in cases if not anchor]
    assert follow(session) == 0
    recounted(session)


def test_a_lift_whose_first_use_is_entered_or_corrected_later_is_counted_anew(session: Session, works: Works) -> None:
    year_ago = TODAY - relativedelta(years=1)
    old, new = lift(session, works), renovated.part(session, works, type_code="I01", accepted_on=year_ago)
    follow(session)  # what arises from warranties
    plan = bound(session, works.world.clerk_jie, works.world.community.id, "T03", "statutory")
    assert (due(session, plan), without_a_day(session, plan)) == ([TODAY], [old.id])
    enter(session, works, old, in_use_since=USED)
    enter(session, works, new, in_use_since=USED, accepted_on=year_ago)
    assert (follow(session), follow(session), without_a_day(session, plan)) == (1, 0, [])
    assert due(session, plan, new.id) == [TODAY, TODAY + 40 * DAY]  # what was due stays due
    assert due(session, plan, old.id) == [TODAY + 40 * DAY]
    enter(session, works, old, in_use_since=USED - 5 * DAY)
    assert (follow(session), follow(session)) == (1, 0)
    assert due(session, plan, old.id) == [TODAY + 35 * DAY]
    assert why_gone(session) == {"起算日期有变"}
    enter(session, works, old)
    assert (follow(session), due(session, plan, old.id), without_a_day(session, plan)) == (1, [], [old.id])
    recounted(session)


def test_a_corrected_day_takes_away_no_test_that_is_still_to_come(session: Session, works: Works) -> None:
    """Twenty days earlier, this year's test would have been before anybody knew: it stays on the day it had."""
    later = TODAY + 10 * DAY
    parts = [lift(session, works, in_use_since=later - relativedelta(years=9)) for _number in range(3)]
    kept, back, gone = (part.id for part in parts)
    follow(session)  # what arises from warranties
    plan = bound(session, works.world.clerk_jie, works.world.community.id, "T03", "statutory")
    for part in parts:
        enter(session, works, part, in_use_since=later - 20 * DAY - relativedelta(years=9))
    assert (follow(session), follow(session)) == (1, 0)
    assert [due(session, plan, one) for one in (kept, back, gone)] == [[later]] * 3
    assert why_gone(session) == set()
    last = plan_page.versions_told(session, plan)[-1]
    assert [one.on for one in plan_page.targets(session, plan, last, TODAY)[0]] == [later] * 3  # each part once
    recounted(session)
    enter(session, works, parts[1], in_use_since=later - relativedelta(years=9))
    taken_down(session, parts[2], 1)
    assert (follow(session), follow(session, at(2)), follow(session, at(2))) == (1, 1, 0)
    assert [due(session, plan, one) for one in (kept, back, gone)] == [[later], [later], []]
    in_two_years = later - 20 * DAY + relativedelta(years=2)  # after nine years comes the eleventh
    soon = (in_two_years - 30 * DAY - TODAY).days
    for act in (operations.lay_due, operations.end_missed):
        while act(session, now=at(soon)):
            pass
    assert due(session, plan, kept) == [later, in_two_years]
    assert due(session, plan, back) == [later, later + relativedelta(years=2)]
    recounted(session, TODAY + soon * DAY)


def test_what_is_taken_out_by_hand_goes_with_what_it_still_had_to_come(session: Session, works: Works) -> None:
    later = TODAY + 10 * DAY
    first, second = (lift(session, works, in_use_since=later - relativedelta(years=9)) for _number in range(2))
    keys = [key_of(one.place_id, one.id) for one in (first, second)]
    chosen = Choice(whole=False, things=frozenset(keys))
    plan = bound(session, works.world.clerk_jie, works.world.community.id, "T03", "statutory", choice=chosen)
    enter(session, works, first, in_use_since=later - 20 * DAY - relativedelta(years=9))
    assert (follow(session), due(session, plan, first.id)) == (1, [later])
    who = viewer(session, works.world.clerk_jie)
    operations.take_out(session, viewer=who, plan_id=plan.id, things=keys[:1], first_on=TODAY + DAY, reason="停用",
                        now=NOW)  # fmt: skip
    assert (due(session, plan, first.id), due(session, plan, second.id)) == ([], [later])
    recounted(session)


def test_a_part_of_another_type_leaves_and_what_was_chosen_stays(session: Session, works: Works) -> None:
    part = renovated.old_part(session, works, type_code="I02", name="坡道")
    who, where = works.world.manager_han, works.world.community.id
    whole = bound(session, who, where, "T22", "month")
    said = renovated.said(works, code=part.code, type_code="I06", name="健身器材", no_project=NoProject.EARLIER)
    change_part(session, asset_id=part.id, part=said, seen_version=part.version, actor_id=None, now=NOW)
    assert (follow(session), follow(session)) == (1, 0)
    assert targets(session, whole)[0].ends_on == TODAY + DAY
    choice = operations.Choice(whole=False, things=frozenset({f"part-{part.id}"}))
    chosen = bound(session, who, where, "T17", "month", choice=choice)
    renovated.old_part(session, works, type_code="I06", name="另一件")
    assert follow(session) == 0
    assert len(targets(session, chosen)) == 1


def test_what_lies_in_a_place_that_closed_is_inspected_no_more_and_says_why(session: Session, works: Works) -> None:
    where, who, tomorrow = works.world.unmanaged.id, works.world.official_qian, TODAY + DAY
    lane = another(session, where, where, "B21", "消防车通道")
    chosen = Choice(whole=False, things=frozenset({f"part-{another(session, where, where, 'I02', '坡道').id}"}))
    plans = [bound(session, who, where, "T08", "weekend"), bound(session, who, where, "T20", "week"),
             bound(session, who, where, "T22", "month", choice=chosen)]  # fmt: skip
    before = [[day for day in due(session, plan) if day < tomorrow] for plan in plans]
    assert before[1:] == [[TODAY], [TODAY]]
    close_place(session, place_id=where, on=tomorrow, actor_id=None, now=NOW)
    assert follow(session) == 0  # tomorrow is another day
    assert (follow(session, at(1)), follow(session, at(1))) == (3, 0)
    assert [due(session, plan) for plan in plans] == before  # what was due stays due
    assert {one.ends_on for plan in plans for one in targets(session, plan)} == {tomorrow}
    assert why_gone(session) == {"所在地点已停用"}
    recounted(session)
    reopen_place(session, place_id=where, actor_id=None, now=at(2))
    assert follow(session, at(2)) == 2  # what was chosen is chosen anew
    assert targets(session, plans[0])[1].asset_id == lane.id
    recounted(session)


def why_gone(session: Session) -> set[str | None]:
    """What stands with everything that was superseded."""
    events = session.scalars(select(DutyEvent).where(DutyEvent.act == DutyAct.SUPERSEDE))
    return {event.note.body if event.note else None for event in events}


# --- rivals ---


def test_of_two_processes_that_follow_the_same_part_each_adds_no_second_target(
    session: Session, works: Works, engine: Engine
) -> None:
    lift(session, works)
    plan = bound(session, works.world.manager_han, works.world.community.id, "T04", "drill")
    lift(session, works)
    works.project.accepted_on, plan_id = TODAY, plan.id
    session.commit()
    barrier = Barrier(2)

    def run() -> None:
        with Session(engine) as mine, mine.begin():
            late = behind(mine, TODAY, most=9)
            assert late == [plan_id]
        barrier.wait(timeout=30)
        with Session(engine) as mine, mine.begin():
            operations.arise(mine, now=NOW)
        with Session(engine) as mine, mine.begin():
            operations.bring_in_line(mine, plan_id=plan_id, now=NOW)

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(run) for _ in range(2)]:
            one.result()
    assert len(targets(session, plan)) == 2
    assert session.scalar(select(func.count()).select_from(Plan)) == 2
    recounted(session)
