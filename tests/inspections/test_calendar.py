"""What is open follows the holidays by a recorded move; a year that is not known by December is told of."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.calendar import HOLIDAY_NAMES, WorkCalendar
from propman.catalogue.operations import add_holiday
from propman.catalogue.queries import work_calendar
from propman.inspections import invariants, operations
from propman.inspections.models import Counts, Duty, DutyAct, DutyEvent
from propman.inspections.schedule import End, OnHolidays
from propman.notify.models import Notice
from tests.inspections import made
from tests.inspections.conftest import noon
from tests.world import World, viewer

DAY = timedelta(days=1)


def workday(session: Session) -> int:
    """In how many days a workday comes that is followed by another, not too soon."""
    today = clock.local_date(clock.now())
    is_workday = work_calendar(session, today).is_workday
    return next(n for n in range(20, 40) if all(is_workday(today + (n + more) * DAY) for more in (0, 1)))


def make_holiday(session: Session, world: World, day: date) -> None:
    today = clock.local_date(clock.now())
    add_holiday(session, name=HOLIDAY_NAMES[0], first_on=day, last_on=day, made_up=(), source="临时通知",
                verified_on=today, valid_from=today, actor_id=world.administrator_guan.id, now=clock.now())  # fmt: skip
    session.flush()


def moves(session: Session, duty: Duty) -> list[date | None]:
    query = select(DutyEvent.do_on).where(DutyEvent.duty_id == duty.id, DutyEvent.act == DutyAct.MOVE)
    return list(session.scalars(query.order_by(DutyEvent.number)))


def test_what_is_open_moves_and_what_ended_stays(session: Session, world: World) -> None:
    now, days = clock.now(), workday(session)
    said = {"days": days, "on_holidays": OnHolidays.AFTER}
    open_, ended = made.duty(session, world, **said), made.duty(session, world, **said)
    chained = made.duty(session, world, counts=Counts.COMPLETION, **said)
    skipped = made.duty(session, world, days=days, on_holidays=OnHolidays.SKIP)
    as_is = made.duty(session, world, days=days)
    excuse = made.asked(session, world, ended)
    clerk = viewer(session, world.clerk_jie)
    operations.grant_excuse(session, excuse_id=excuse.id, viewer=clerk, words=None, now=now)
    assert operations.follow_calendar(session, now=now) == 0
    make_holiday(session, world, open_.due_on)
    assert operations.follow_calendar(session, now=now, most=2) == 2
    assert operations.follow_calendar(session, now=now) == 1
    assert operations.follow_calendar(session, now=now) == 0
    laid_since = made.duty(session, world, **said)
    for one in (open_, chained, laid_since):
        assert one.do_on == one.due_on + DAY
        assert (one.opens_on, one.closes_on, one.cut_off_on) == (
            laid_since.opens_on, laid_since.closes_on, laid_since.cut_off_on,
        )  # fmt: skip
    assert moves(session, open_) == moves(session, chained) == [open_.due_on + DAY]
    assert (skipped.skips, skipped.do_on, moves(session, skipped)) == (True, skipped.due_on, [skipped.due_on])
    assert moves(session, ended) == moves(session, as_is) == moves(session, laid_since) == []
    assert (ended.do_on, ended.ended_as) == (ended.due_on, End.EXCUSED)
    assert all(recount().broken == () for recount in invariants.promises(session, now=now).values())


def test_a_holiday_of_days_gone_moves_nothing(session: Session, world: World) -> None:
    duty = made.duty(session, world, days=workday(session), on_holidays=OnHolidays.AFTER)
    make_holiday(session, world, duty.due_on)
    assert operations.follow_calendar(session, now=noon(duty.due_on + DAY)) == 0
    assert operations.follow_calendar(session, now=noon(duty.due_on)) == 1


def test_two_that_follow_at_once_move_it_once(session: Session, world: World) -> None:
    duty = made.duty(session, world, days=workday(session), on_holidays=OnHolidays.AFTER)
    make_holiday(session, world, duty.due_on)
    session.commit()
    barrier, bind = Barrier(2), session.get_bind()

    def follow(_number: int) -> int:
        with Session(bind) as mine:
            barrier.wait()
            moved = operations.follow_calendar(mine, now=clock.now())
            mine.commit()
        return moved

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(follow, range(2))) == 1
    assert session.scalar(select(func.count()).select_from(DutyEvent)) == 1


@pytest.mark.parametrize(
    ("on", "official", "year"),
    [
        (date(2026, 11, 30), {2026}, None), (date(2026, 12, 1), {2026}, 2027), (date(2026, 12, 1), {2026, 2027}, None),
        (date(2027, 1, 1), {2026}, 2027), (date(2026, 12, 31), {2027}, 2026),
    ],
)  # fmt: skip
def test_next_year_is_to_be_known_from_the_first_of_december(on: date, official: set[int], year: int | None) -> None:
    assert WorkCalendar({}, {}, frozenset(official)).unconfirmed(on) == year


def test_administrators_are_told_once_a_week(session: Session, world: World) -> None:
    def told() -> list[int]:
        return list(session.scalars(select(Notice.recipient_id).where(Notice.topic == "calendar.provisional")))

    year = next(y for y in range(2027, 2040) if y + 1 not in work_calendar(session, date(y, 6, 1)).official_years)
    first = date(year, 12, 1)
    operations.warn_of_calendar(session, now=noon(first - DAY) if year == 2026 else noon(first))
    for day in range(14):
        operations.warn_of_calendar(session, now=noon(first + day * DAY))
    assert set(told()) == {world.administrator_guan.id}
    assert len(told()) == len({(first + day * DAY).isocalendar().week for day in range(14)})
