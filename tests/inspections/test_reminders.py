"""Reminders: each duty once at each level, an organisation once a day, a person in one notice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.inspections import invariants, operations
from propman.inspections.models import Digest, Duty, Reminder
from propman.inspections.reminding import Level, reached
from propman.inspections.schedule import End, Season
from propman.inspections.upon import Kind
from propman.notify.models import Channel, Notice
from tests.desk import Desk
from tests.inspections import made
from tests.world import World, sign_in, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())


def at(days: int, hour: int = 8) -> datetime:
    return clock.at_local(TODAY + days * DAY, time(hour))


def remind(session: Session, days: int) -> int:
    """Run the job on the day; how many organisations it looked after."""
    done = 0
    while operations.remind_next(session, now=at(days)):
        done += 1
    return done


def told(session: Session, person: User) -> list[dict[str, int]]:
    query = select(Notice.facts).where(Notice.recipient_id == person.id, Notice.topic.startswith("digest."),
                                       Notice.channel == Channel.INBOX)  # fmt: skip
    return [{name: n for name, n in facts.items() if n} for facts in session.scalars(query.order_by(Notice.id))]


def levels(session: Session, duty: Duty) -> list[Level]:
    found = session.scalars(select(Reminder.level).where(Reminder.duty_id == duty.id))
    return sorted(found, key=lambda level: level.rank)


@pytest.mark.parametrize(
    ("opens", "do", "closes", "cut", "ended", "today", "level"),
    [  # a month: 3 days on either side
        (7, 10, 13, 25, None, 3, None), (7, 10, 13, 25, None, 4, Level.OPENS), (7, 10, 13, 25, None, 9, Level.TOMORROW),
        (7, 10, 13, 25, None, 13, Level.TOMORROW), (7, 10, 13, 25, None, 14, Level.LATE),
        (7, 10, 13, 25, None, 25, Level.LATE), (7, 10, 13, 25, None, 26, None),  # no job has written it down yet
        (7, 10, 13, 25, End.DONE, 14, None), (7, 10, 13, 25, End.MISSED, 26, Level.MISSED),
        # a week: that day, and three to be late in
        (10, 10, 10, 13, None, 8, None), (10, 10, 10, 13, None, 9, Level.TOMORROW),
        (10, 10, 10, 13, None, 11, Level.LATE),
        # a day
        (10, 10, 10, 10, None, 9, None), (10, 10, 10, 10, None, 10, None), (10, 10, 10, 10, None, 11, None),
        (10, 10, 10, 10, End.MISSED, 11, Level.MISSED),
    ],
)  # fmt: skip
def test_how_far_a_duty_has_come(
    opens: int, do: int, closes: int, cut: int, ended: End | None, today: int, level: Level | None
) -> None:
    days = [date(2026, 5, number) for number in (opens, do, closes, cut)]
    assert reached(*days, ended, date(2026, 5, today)) is level


def test_each_level_is_told_once_and_several_duties_in_one_notice(session: Session, world: World) -> None:
    first, second = made.duty(session, world, days=10), made.duty(session, world, days=10)
    assert remind(session, 0) > 0
    assert remind(session, 0) == 0
    assert told(session, world.worker_zhao) == []
    for days in range(4, 11):
        remind(session, days)
    assert told(session, world.worker_zhao) == [{"soon": 2}, {"soon": 2}]  # before it opens, and the day before
    assert told(session, world.worker_sun) == told(session, world.worker_zhao)
    assert told(session, world.manager_han) == []
    operations.end(session, duty_id=second.id, done_on=TODAY + 10 * DAY, actor_id=world.worker_zhao.id, now=at(10))
    for days in (14, 15):
        remind(session, days)
    assert told(session, world.manager_han) == [{"late": 1}]
    operations.end_missed(session, now=at(26))
    for days in (26, 27):
        remind(session, days)
    assert told(session, world.manager_han) == [{"late": 1}, {"missed": 1}]
    assert told(session, world.clerk_jie) == [{"missed": 1}]  # the street office at last
    assert levels(session, first) == list(Level)
    assert levels(session, second) == [Level.OPENS, Level.TOMORROW]
    assert told(session, world.far_dispatcher) == told(session, world.far_clerk) == []
    assert invariants.promises(session, now=clock.now())["E02"]().broken == ()


def test_what_was_overtaken_is_not_told_and_nobody_is_woken(session: Session, world: World) -> None:
    duty = made.duty(session, world, days=10)
    assert operations.remind_next(session, now=at(14, hour=6)) == 0
    remind(session, 14)  # after a long night without jobs
    assert levels(session, duty) == [Level.LATE]
    assert told(session, world.worker_zhao) == []


def test_a_street_office_in_charge_is_told_as_who_does_the_work(session: Session, world: World) -> None:
    made.duty(session, world, world.unmanaged, community=world.unmanaged, days=1, rule="FREQ=WEEKLY")
    remind(session, 0)
    assert told(session, world.clerk_jie) == [{"soon": 1}]


def test_who_is_in_charge_is_told_of_a_season_that_begins(session: Session, world: World) -> None:
    begins = TODAY + 20 * DAY
    season = Season(f"{begins:%m-%d}", f"{begins + 60 * DAY:%m-%d}")
    made.duty(session, world, days=21, rule="FREQ=DAILY;INTERVAL=7", season=season)
    for days in range(3, 20, 4):
        remind(session, days)
    assert [facts for facts in told(session, world.manager_han) if "seasons" in facts] == [{"seasons": 1}]


def test_two_processes_tell_once(session: Session, world: World) -> None:
    made.duty(session, world, days=1, rule="FREQ=WEEKLY")
    session.commit()
    barrier, bind = Barrier(2), session.get_bind()

    def run(_number: int) -> None:
        barrier.wait()
        for _each in range(12):
            with Session(bind) as mine:
                operations.remind_next(mine, now=at(0))
                mine.commit()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(run, range(2)))
    assert told(session, world.worker_zhao) == [{"soon": 1}]
    seen = session.scalars(select(Digest.organisation_id)).all()
    assert len(seen) == len(set(seen)) > 0


def test_a_reminder_is_read_by_whom_it_was_told(session: Session, world: World) -> None:
    from propman.errors import NotFound
    from propman.inspections.queries import reminders

    duty = made.duty(session, world, days=1, rule="FREQ=WEEKLY")
    remind(session, 0)
    digest = session.scalars(select(Digest).where(Digest.organisation_id == world.company.id)).one()
    seen = reminders.digest(session, viewer(session, world.worker_zhao), digest.id)
    assert {level: [one.id for one in some] for level, some in reminders.told_of(session, seen).items()} == {
        Level.TOMORROW: [duty.id]
    }
    for person in (world.far_dispatcher, world.clerk_jie, world.resident_lin):
        with pytest.raises(NotFound):
            reminders.digest(session, viewer(session, person), digest.id)


def test_a_reminder_names_who_answers(session: Session, world: World, client: FlaskClient) -> None:
    made.duty(session, world, days=1, rule="FREQ=WEEKLY")
    digest = made.reminded(session, world)
    session.commit()
    page = Desk(sign_in(session, client, world.worker_zhao)).open(f"/inspections/reminders/{digest.id}").text
    assert f">{world.company.name}</td>" in page


def test_who_opened_an_event_is_asked_each_day_whether_it_is_over(session: Session, world: World) -> None:
    event = made.event(session, world, ends=None)
    ended = made.event(session, world, Kind.STORM)
    for days in (0, 1, 2, 2, 3):
        operations.ask_for_ends(session, now=at(days))
    assert operations.ask_for_ends(session, now=at(4, hour=23)) == 0
    asked = select(Notice.recipient_id, Notice.link).where(Notice.topic == "occasion.goes_on")
    assert [tuple(row) for row in session.execute(asked)] == [
        (world.official_qian.id, f"/inspections/events/{event.id}")
    ] * 2
    assert ended.ends_on == TODAY
