"""Draws: once for each street and month, from what passed and was closed; by hand with a reason; nothing twice."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import NotFound, Refused
from propman.notify.models import Notice
from propman.rounds.judging import Result
from propman.spotchecks import invariants, operations, queries
from propman.spotchecks.models import SpotCheck, SpotDraw, SpotFrame
from propman.spotchecks.rules import Kind, Whose, sample
from tests.rounds import walks
from tests.spotchecks import drawn
from tests.world import World, viewer


def test_a_month_is_drawn_once_for_each_street_from_what_passed_and_was_closed(session: Session, world: World) -> None:
    points = [drawn.passed(session, world, by=by).id for by in (world.worker_zhao, world.worker_sun) for _n in range(3)]
    failed = drawn.passed(session, world, failing="clutter")
    now_on = drawn.passed(session, world, now=clock.now())
    [light, cured] = [drawn.closed(session, world), drawn.cured(session, world)]
    assert (failed.result, now_on.result) == (Result.FAIL, Result.PASS)
    draw = drawn.month(session, world.street)
    assert (draw.month, draw.asked_by_id) == (drawn.last_month(), None)
    frames = {frame.whose: frame.things for frame in queries.frames_of(session, draw)}
    zhao, sun = (Whose(Kind.POINT, by.id) for by in (world.worker_zhao, world.worker_sun))
    repairs = Whose(Kind.REPAIR, world.worker_zhao.id)
    assert frames.keys() == {zhao, sun, repairs}
    assert frames[zhao] + frames[sun] == points
    checks = drawn.checks(session, draw)
    assert {check.ticket_id for check in checks if check.kind is Kind.REPAIR} <= {light.id, cured.id}
    due = sample(draw.seed, frames, draw.share, draw.most)
    found = {whose: [] for whose in due}
    for check in checks:
        found[Whose(check.kind, check.person_id)].append(check.point_id or check.completion_id)
    assert found == due
    assert len(due) == 3, "one at least of each person and kind"
    assert operations.draw_next(session, now=clock.now()) == 0
    told = session.scalars(select(Notice.recipient_id).where(Notice.topic == "spot_checks.drawn").distinct())
    assert list(told) == [world.clerk_jie.id]
    assert invariants.promises(session)["P01"]().broken == ()


def test_a_point_at_which_nothing_applied_is_drawn_too(session: Session, world: World) -> None:
    """Else whoever says so has no work, and nobody who looks again. Earlier draws were of what passed alone."""
    now = drawn.then()
    found = walks.begin(session, world, walks.due(session, world, now=now), now=now)
    [point] = walks.points(session, found)
    walks.record(session, world, found, point, given=walks.not_one(session, found, point), now=now)
    assert point.result is Result.NOT_APPLICABLE
    draw = drawn.month(session, world.street)
    assert [check.point_id for check in drawn.checks(session, draw)] == [point.id]
    assert invariants.promises(session)["P01"]().broken == ()
    draw.unfailed = False
    session.flush()
    assert queries.frame(session, draw) == {}
    assert len(invariants.promises(session)["P01"]().broken) == 1


def test_a_month_in_which_nothing_was_done_is_drawn_and_tells_nobody(session: Session, world: World) -> None:
    assert drawn.checks(session, drawn.month(session, world.street)) == []
    assert session.scalar(select(func.count()).select_from(Notice).where(Notice.topic == "spot_checks.drawn")) == 0
    assert operations.draw_next(session, now=clock.now()) == 0


def test_a_month_of_a_street_cannot_be_drawn_again(session: Session, world: World) -> None:
    drawn.passed(session, world)
    first = drawn.month(session, world.street)
    fresh = {column.name: getattr(first, column.name) for column in SpotDraw.__table__.columns if column.name != "id"}
    session.add(SpotDraw(**fresh))
    with pytest.raises(IntegrityError):
        session.flush()


def test_of_rivals_one_draws(session: Session, world: World) -> None:
    drawn.passed(session, world)
    session.commit()
    start, bind = Barrier(3), session.get_bind()

    def run(_rival: int) -> None:
        start.wait(20)
        while True:
            with Session(bind) as own, own.begin():
                if not operations.draw_next(own, now=clock.now()):
                    return

    with ThreadPoolExecutor(3) as rivals:
        list(rivals.map(run, range(3)))
    streets = session.execute(select(SpotDraw.area_id, func.count()).group_by(SpotDraw.area_id)).all()
    assert sorted(streets) == sorted([(world.street.id, 1), (world.far_street.id, 1)])
    assert len(session.scalars(select(SpotCheck)).all()) == 1
    assert invariants.promises(session)["P01"]().broken == ()


def test_by_hand_only_what_was_not_drawn_before_and_with_a_reason(session: Session, world: World) -> None:
    points = {drawn.passed(session, world, now=clock.now()).id for _n in range(2)}
    with pytest.raises(Refused, match="say why") as refused:
        drawn.by_hand(session, world, reason=" ")
    assert refused.value.field == "reason"
    first, second = drawn.by_hand(session, world), drawn.by_hand(session, world, by=world.official_qian)
    assert {check.point_id for draw in (first, second) for check in drawn.checks(session, draw)} == points
    assert first.seed != second.seed
    with pytest.raises(Refused, match="nothing to draw"):
        drawn.by_hand(session, world)
    session.rollback()


def test_every_draw_by_hand_is_counted(session: Session, world: World) -> None:
    for _n in range(2):
        drawn.passed(session, world, now=clock.now())
        drawn.by_hand(session, world)
    drawn.month(session, world.street)
    assert queries.draws_so_far(session, world.community) == queries.draws_so_far(session, world.street) == (1, 2)
    assert queries.draws_so_far(session, world.far_street) == (1, 0)


@pytest.mark.parametrize("who", ["manager_han", "worker_zhao", "far_clerk", "far_official", "auditor_shen"])
def test_others_do_not_draw(session: Session, world: World, who: str) -> None:
    drawn.passed(session, world, now=clock.now())
    with pytest.raises(NotFound):
        drawn.by_hand(session, world, by=world.people[who])


def test_where_there_is_no_office_the_officials_are_told(session: Session, world: World) -> None:
    on = clock.local_date(clock.now())
    assert queries.checkers(session, world.street, on) == [world.clerk_jie.id]
    world.street_office.closed_on = on
    session.flush()
    assert queries.checkers(session, world.street, on) == [world.official_qian.id]


def test_another_sample_is_found_by_the_recount(session: Session, world: World) -> None:
    points = [drawn.passed(session, world).id for _n in range(3)]
    draw = drawn.month(session, world.street)
    [check] = drawn.checks(session, draw)
    other = random.choice([one for one in points if one != check.point_id])
    session.execute(update(SpotCheck).where(SpotCheck.id == check.id).values(point_id=other))
    [broken] = invariants.promises(session)["P01"]().broken
    assert "its seed gives" in broken


def test_what_was_left_out_of_a_draw_is_found_by_the_recount(session: Session, world: World) -> None:
    drawn.passed(session, world)
    drawn.passed(session, world, by=world.worker_sun)
    draw = drawn.month(session, world.street)
    for table in (SpotCheck, SpotFrame):
        session.execute(delete(table).where(table.draw_id == draw.id, table.person_id == world.worker_sun.id))
    [broken] = invariants.promises(session)["P01"]().broken
    assert "is from 1 points, and there were 2" in broken


def test_a_round_of_another_street_is_not_drawn_here(session: Session, world: World) -> None:
    far = walks.due(session, world, now=drawn.then(), community_id=world.far_community.id,
                    aims=[walks.Aim(world.far_building.id, clock.local_date(drawn.then()))])  # fmt: skip
    walks.walk(session, world, far, by=world.far_worker, now=drawn.then())
    assert drawn.checks(session, drawn.month(session, world.street)) == []
    assert len(drawn.checks(session, drawn.month(session, world.far_street))) == 1
    far_draw, clerk = drawn.month(session, world.far_street), viewer(session, world.clerk_jie)
    with pytest.raises(NotFound):
        queries.load_draw(session, far_draw.id, clerk, clock.local_date(clock.now()))
