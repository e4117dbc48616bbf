"""What is counted from the one before is asked of the thing, in whichever plan it is: of each lift one is open."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from propman.assets.models import Asset
from propman.assets.operations import remove_part, restore_part
from propman.inspections import operations
from propman.inspections.models import Duty, Pace, Plan, Target
from propman.inspections.operations import Choice, Wish
from propman.inspections.operations.versions import targets_of
from propman.inspections.queries import plan_page
from propman.inspections.queries.unplanned import unplanned
from propman.inspections.schedule import End
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.inspections.conftest import noon
from tests.inspections.following import DAY, NOW, TODAY, bound, follow, own, part, recounted
from tests.inspections.test_chained import look
from tests.inspections.test_choosing import Lifts
from tests.world import World, viewer


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
    for each in (lifts.east, lifts.west, lifts.north):
        see(session, world, each, 0)
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


# --- slips ---


@pytest.fixture
def anew(session: Session, world: World) -> tuple[Lifts, Plan]:
    """Lifts in a plan that was to begin in two weeks, was ended as a slip, and made anew from tomorrow on."""
    lifts = Lifts(session, world)
    wrong = care(lifts, lifts.east, lifts.west, days=14)
    stop(session, world, wrong, 1)
    return lifts, care(lifts, lifts.east, lifts.west, days=1)


def care(lifts: Lifts, *parts: Asset, days: int) -> Plan:
    """A plan of the half-monthly care, from so many days from today on."""
    return lifts.drills(*parts, template="T01", schedule="half_month", own=None, first_on=TODAY + days * DAY)


def changes(session: Session, world: World, plan: Plan, days: int, every: int) -> None:
    """The manager says from so many days from today on another rule."""
    terms = own(f"FREQ=DAILY;INTERVAL={every}")
    operations.rebind_plan(session, viewer=viewer(session, world.manager_han), plan_id=plan.id,
                           seen_version=plan.version, first_on=TODAY + days * DAY, own=terms, reason="改期",
                           now=NOW)  # fmt: skip


def test_visits_are_laid_in_the_plan_that_runs(session: Session, world: World, anew: tuple[Lifts, Plan]) -> None:
    lifts, right = anew
    for days, every in ((2, 13), (3, 12)):  # versions that the other plan has not
        changes(session, world, right, days, every)
    see(session, world, lifts.west, 1)
    [still] = session.scalars(select(Duty).join(Duty.target).where(
        Target.asset_id == lifts.west.id, Duty.plan_version == 3, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    ).join(Target.plan).where(Plan.template == "T01"))  # fmt: skip
    assert (still.target.plan_id, (still.due_on - TODAY).days) == (right.id, 13)
    assert operations.end_missed(session, now=noon(TODAY + 12 * DAY)) > 0  # of the other lift, too
    assert laid(session, lifts.east) == [(1, End.MISSED), (13, None)]
    recounted(session)
    stop(session, world, right, 5)
    assert laid(session, lifts.west) == [(1, End.DONE)]
    recounted(session)


def test_a_plan_page_names_the_days_of_its_own_plan(session: Session, world: World, lifts: Lifts) -> None:
    """While a visit of the plan before is open, by a version of which it knows nothing."""
    changes(session, world, lifts.plan, 2, 13)
    changes(session, world, lifts.plan, 3, 12)
    stop(session, world, lifts.plan, 15)
    made = care(lifts, lifts.east, lifts.west, days=15)
    told = plan_page.versions_told(session, made)
    found = plan_page.coming(session, made, told[-1], told, TODAY, lambda _day: True, number=3)
    assert [(day - TODAY).days for day in found] == [26, 40, 54]  # twelve days after today the last one of the old plan
    old = plan_page.versions_told(session, lifts.plan)
    found = plan_page.coming(session, lifts.plan, old[-1], old, TODAY, lambda _day: True, number=3)
    assert [(day - TODAY).days for day in found] == [12]


def test_what_stands_still_for_long_is_without_a_plan_until_it_goes_on(
    session: Session, world: World, lifts: Lifts
) -> None:
    who = viewer(session, world.manager_han)
    operations.stop_plan(session, viewer=who, plan_id=lifts.plan.id, seen_version=1, first_on=TODAY + DAY,
                         pace=Pace.PAUSED, reason="改造", now=NOW)  # fmt: skip
    changes(session, world, lifts.plan, 300, 14)
    assert [lacking(session, world, days) for days in (1, 30, 200)] == [[3]] * 3


@pytest.mark.parametrize("back", [60, 61, 75])
def test_a_removal_that_was_written_down_long_ago_and_is_undone_takes_nothing_away(
    session: Session, works: Works, back: int
) -> None:
    """A slip of the day, over a drill that is overdue."""
    part = renovated.part(session, works, type_code="I01", name="电梯")
    bound(session, works.world.manager_han, works.world.community.id, "T04", "drill",
          counted_on=TODAY - DAY - 182 * DAY)  # fmt: skip
    [due, *_later] = session.scalars(select(Duty).where(Duty.superseded_by.is_(None)).order_by(Duty.due_on))
    on = due.due_on + 20 * DAY
    follow(session, noon(on))
    remove_part(session, asset_id=part.id, on=on - back * DAY, seen_version=part.version, actor_id=None, now=noon(on))
    follow(session, noon(on))
    assert session.scalars(select(Duty).where(Duty.superseded_by.is_(None), Duty.due_on <= on)).all() == []
    restore_part(session, asset_id=part.id, seen_version=part.version, actor_id=None, now=noon(on))
    follow(session, noon(on))
    [again] = session.scalars(select(Duty).where(Duty.superseded_by.is_(None), Duty.due_on <= on))
    assert again.due_on == due.due_on
    recounted(session)


def test_of_two_plans_of_one_thing_the_sooner_day_counts(session: Session, world: World) -> None:
    """It was chosen for a plan of its own before the job let it join that of all there is."""
    lifts = Lifts(session, world)
    whole = bound(session, world.manager_han, world.community.id, "T01", "half_month")
    added = part(session, world.community.id, world.building.id, "I01", "新梯")
    who, own_terms = viewer(session, world.manager_han), own("FREQ=DAILY;INTERVAL=5", early=True)
    choice = Choice(whole=False, things=frozenset({lifts.key(added)}))
    wish = Wish(world.community.id, "T01", "half_month", choice, TODAY, own_terms)
    operations.bind_plan(session, viewer=who, wish=wish, now=NOW)
    follow(session)
    assert session.scalars(select(Target.plan_id).where(Target.asset_id == added.id)).all()[-1] == whole.id
    see(session, world, added, 0)
    assert laid(session, added) == [(0, End.DONE), (5, None)]
    recounted(session)


# --- rivals ---


def at_once(engine: Engine, *acts: Callable[[Session], object]) -> None:
    """Each in a transaction of its own, all at the same time."""
    barrier = Barrier(len(acts))

    def run(act: Callable[[Session], object]) -> None:
        with Session(engine, expire_on_commit=False) as mine, mine.begin():
            barrier.wait(timeout=30)
            act(mine)

    with ThreadPoolExecutor(len(acts)) as pool:
        for one in [pool.submit(run, act) for act in acts]:
            one.result()


@pytest.mark.parametrize("turn", range(3))
def test_the_last_visit_of_the_old_plan_ends_while_the_new_one_is_made(
    session: Session, world: World, lifts: Lifts, engine: Engine, turn: int
) -> None:
    """One of both lays what follows, whichever is first."""
    stop(session, world, lifts.plan, 15)
    [open_id] = session.scalars(select(Duty.id).join(Duty.target).join(Target.plan).where(
        Target.asset_id == lifts.west.id, Plan.template == "T01", Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    ))  # fmt: skip
    who, zhao = viewer(session, world.manager_han), world.worker_zhao.id
    things = frozenset({lifts.key(lifts.west)})
    wish = Wish(world.community.id, "T01", "half_month", Choice(whole=False, things=things), TODAY + 15 * DAY)
    on = TODAY + (1 + turn) * DAY
    session.commit()
    at_once(
        engine,
        lambda mine: operations.bind_plan(mine, viewer=who, wish=wish, now=NOW),
        lambda mine: operations.end(mine, duty_id=open_id, done_on=on, actor_id=zhao, now=noon(on)),
    )
    session.expire_all()
    assert laid(session, lifts.west) == [(0, End.DONE), (14, End.DONE), (15 + turn, None)]
    recounted(session)


def test_two_plans_that_share_things_are_changed_at_once(
    session: Session, world: World, lifts: Lifts, engine: Engine
) -> None:
    """One lift goes from the first to the second, another from the second to the first."""
    lifts.out(lifts.north, days=15)
    first, second = lifts.plan, care(lifts, lifts.north, days=15)
    lifts.out(lifts.west, days=28)
    lifts.plan = second
    lifts.add(lifts.west, days=28)
    who = viewer(session, world.manager_han)
    plans, both = [(plan.id, plan.version) for plan in (first, second)], Barrier(2)
    session.commit()

    def pauses(mine: Session, plan_id: int, version: int) -> None:
        targets_of(mine, mine.get_one(Plan, plan_id))
        with suppress(BrokenBarrierError):  # the second waits for the first, and does not come so far before it is done
            both.wait(timeout=1)
        operations.stop_plan(mine, viewer=who, plan_id=plan_id, seen_version=version, first_on=TODAY + 40 * DAY,
                             pace=Pace.PAUSED, reason="停电", now=NOW)  # fmt: skip

    at_once(engine, *(partial(pauses, plan_id=plan_id, version=version) for plan_id, version in plans))
    session.expire_all()
    assert {session.get_one(Plan, plan_id).version for plan_id, _version in plans} == {2}
    recounted(session)


def test_the_job_waits_for_nobody_who_holds_a_stay(
    session: Session, world: World, lifts: Lifts, engine: Engine
) -> None:
    """It misses what it can, and the rest when it comes again. On SQLite there is one writer alone."""
    stop(session, world, lifts.plan, 15)
    made, late = care(lifts, lifts.west, days=15), noon(TODAY + 23 * DAY)
    stay = select(Target).where(Target.plan_id == made.id).with_for_update()
    rivals = session.get_bind().dialect.name == "postgresql"
    session.commit()
    with Session(engine) as other:
        if rivals:
            other.scalars(stay).one()
        operations.end_missed(session, now=late)
        session.commit()
        assert laid(session, lifts.west)[1:] == ([(14, None)] if rivals else [(14, End.MISSED), (28, None)])
        assert laid(session, lifts.east)[-1] == (14, End.MISSED)
    operations.end_missed(session, now=late)
    assert laid(session, lifts.west)[1:] == [(14, End.MISSED), (28, None)]
    recounted(session)
