"""Snowfall and other events: one task for each community and thing to do, by the deadline of its class, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import NotFound, Refused, Stale
from propman.inspections import invariants, operations
from propman.inspections.models import Duty, DutyAct, DutyEvent, Occasion, OccasionPlace, Plan, PlanVersion, Target
from propman.inspections.queries import occasions
from propman.inspections.queries.occasions import Which
from propman.inspections.recurrence import read
from propman.inspections.schedule import End
from propman.inspections.upon import Days, Kind
from propman.notify.models import Notice
from tests.desk import Desk
from tests.inspections import made
from tests.world import World, sign_in, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())


def tasks(session: Session, event: Occasion, community_id: int, *, standing: bool = True) -> dict[str, Duty]:
    """By the code of its schedule, what the event brought there."""
    query = select(Plan.schedule, Duty).join(Target, Target.plan_id == Plan.id).join(Duty, Duty.target_id == Target.id)
    query = query.where(Duty.occasion_id == event.id, Duty.community_id == community_id)
    found = query.where(Duty.superseded_by.is_(None)) if standing else query
    return dict(session.execute(found.order_by(Duty.id)).all())


def brought_to(session: Session, event: Occasion) -> set[int]:
    """The communities to which it brings something."""
    return set(session.scalars(select(OccasionPlace.community_id).where(OccasionPlace.occasion_id == event.id)))


def kept(session: Session) -> None:
    for name in ("I06", "D01", "E01"):
        assert invariants.promises(session, now=clock.now())[name]().broken == (), name


@pytest.mark.parametrize(
    ("rule", "starts", "ends", "due"),
    [
        ("ENDS=2", "2026-01-03", "2026-01-05", "2026-01-07"), ("ENDS=1", "2026-02-28", "2026-02-28", "2026-03-01"),
        ("ENDS=2", "2026-01-03", None, None), ("STARTS=3", "2026-12-30", None, "2027-01-02"),
        ("FREQ=DAILY", "2026-01-03", "2026-01-05", None),
    ],
)  # fmt: skip
def test_a_deadline_is_counted_from_the_days_of_the_event(rule: str, starts: str, ends: str | None, due: str) -> None:
    days = Days(date.fromisoformat(starts), date.fromisoformat(ends) if ends else None)
    assert days.deadline(read(rule)) == (date.fromisoformat(due) if due else None)


def test_snow_brings_each_community_its_tasks_by_the_table(session: Session, world: World) -> None:
    event = made.event(session, world)
    for community in (world.community, world.unmanaged):
        found = tasks(session, event, community.id)
        assert {code: (duty.due_on - TODAY).days for code, duty in found.items()} == {
            "heavy_lane": 2, "heavy_path": 2, "heavy_small_court": 2, "heavy_large_court": 3,
        }  # fmt: skip
    lane = tasks(session, event, world.community.id)["heavy_lane"]
    assert (lane.opens_on, lane.closes_on, lane.cut_off_on) == (TODAY, TODAY + 2 * DAY, TODAY + 4 * DAY)
    assert tasks(session, event, world.far_community.id) == {}
    told = set(session.scalars(select(Notice.recipient_id).where(Notice.topic == "occasion.opened.heavy")))
    assert told == {one.id for one in (world.manager_han, world.dispatcher_mei, world.worker_zhao, world.worker_sun,
                                       world.clerk_jie)}  # fmt: skip
    now = clock.now()
    operations.end(session, duty_id=lane.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    operations.lay_due(session, now=now)  # by its rule alone a plan of an event lays nothing
    operations.end_missed(session, now=now + 9 * DAY)
    assert {duty.ended_as for duty in tasks(session, event, world.community.id).values()} == {End.DONE, End.MISSED}
    kept(session)


def test_while_nobody_knows_the_end_nothing_is_due(session: Session, world: World) -> None:
    event = made.event(session, world, Kind.LIGHT, world.street, by=world.clerk_jie, ends=None)
    assert tasks(session, event, world.community.id) == {}
    asked = {"occasion_id": event.id, "viewer": viewer(session, world.clerk_jie), "now": clock.now()}
    operations.date_occasion(session, seen_version=1, days=Days(TODAY, TODAY), reason="雪停", **asked)
    found = tasks(session, event, world.community.id)
    assert sorted((duty.due_on - TODAY).days for duty in found.values()) == [1, 1, 2, 3]
    with pytest.raises(Stale):
        operations.date_occasion(session, seen_version=1, days=Days(TODAY, TODAY + DAY), reason="又下", **asked)
    assert [one.id for one in occasions.occasions(session, asked["viewer"], Which.CURRENT, TODAY)] == [event.id]
    kept(session)


@pytest.mark.parametrize(("who", "number"), [("official_qian", 2), ("clerk_jie", 2), ("manager_han", 1)])
def test_the_page_says_when_and_in_how_many_communities_the_tasks_come(
    session: Session, client: FlaskClient, world: World, who: str, number: int
) -> None:
    """As far as whoever looks sees them, and as long as they wait for the end."""
    event = made.event(session, world, Kind.LIGHT, ends=None)
    session.commit()
    desk, address = Desk(sign_in(session, client, getattr(world, who))), f"/inspections/events/{event.id}"
    where = f"{number} community" if number == 1 else f"{number} communities"
    told = f"No task so far. Its tasks count from its end: they are laid in {where} as soon as its last day is given."
    assert told in desk.read(address)
    operations.date_occasion(session, occasion_id=event.id, viewer=viewer(session, world.official_qian), seen_version=1,
                             days=Days(TODAY, TODAY), reason="雪停", now=clock.now())  # fmt: skip
    session.commit()
    assert "Its tasks count from its end" not in desk.read(address)


def test_what_is_open_follows_the_days_by_a_recorded_move_and_what_ended_stays(session: Session, world: World) -> None:
    event = made.event(session, world, place=world.community, by=world.manager_han)
    found, now, han = tasks(session, event, world.community.id), clock.now(), viewer(session, world.manager_han)
    operations.end(session, duty_id=found["heavy_lane"].id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    asked = {"occasion_id": event.id, "viewer": han, "now": now}
    operations.date_occasion(session, seen_version=1, days=Days(TODAY, TODAY + DAY), reason="又下了一天", **asked)
    assert {code: (duty.due_on - TODAY).days for code, duty in tasks(session, event, world.community.id).items()} == {
        "heavy_lane": 2, "heavy_path": 3, "heavy_small_court": 3, "heavy_large_court": 4,
    }  # fmt: skip
    moved = select(DutyEvent.duty_id).where(DutyEvent.act == DutyAct.MOVE)
    assert set(session.scalars(moved)) == {duty.id for code, duty in found.items() if code != "heavy_lane"}
    for days, sentence in (
        (Days(TODAY, None), "an end already"), (Days(TODAY, TODAY + DAY), "has already"),
        (Days(TODAY, TODAY - DAY), "ends before"), (Days(TODAY - 9 * DAY, TODAY - 5 * DAY), "nobody was told"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=sentence):
            operations.date_occasion(session, seen_version=2, days=days, reason="改", **asked)
    kept(session)


def test_what_is_called_off_counts_no_more_where_it_is_open(session: Session, world: World) -> None:
    event = made.event(session, world)
    found, now, qian = tasks(session, event, world.community.id), clock.now(), viewer(session, world.official_qian)
    operations.end(session, duty_id=found["heavy_lane"].id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    asked = {"occasion_id": event.id, "viewer": qian, "now": now}
    with pytest.raises(Refused, match="say why"):
        operations.call_off_occasion(session, seen_version=1, reason=" ", **asked)
    operations.call_off_occasion(session, seen_version=1, reason="误报", **asked)
    assert set(tasks(session, event, world.community.id)) == {"heavy_lane"}
    with pytest.raises(Refused, match="called off already"):
        operations.call_off_occasion(session, seen_version=2, reason="误报", **asked)
    again = made.event(session, world)  # its days are free again
    assert len(tasks(session, again, world.community.id)) == 4
    assert len(occasions.occasions(session, qian, Which.PAST, TODAY)) == 1
    kept(session)


def test_a_community_that_has_one_is_left_to_it(session: Session, world: World) -> None:
    own = made.event(session, world, Kind.HEAVY, world.community, by=world.manager_han, ends=1)
    county = made.event(session, world, Kind.HEAVY, ends=1)
    assert brought_to(session, county) == {world.unmanaged.id}
    with pytest.raises(Refused, match="open there for these days already"):
        made.event(session, world, Kind.HEAVY, world.community, by=world.manager_han, starts=1, ends=1)
    later = made.event(session, world, Kind.HEAVY, world.community, by=world.manager_han, starts=2, ends=2,
                       nevertheless=True)  # fmt: skip
    with pytest.raises(Refused, match="open there for these days already"):
        operations.date_occasion(session, occasion_id=own.id, viewer=viewer(session, world.manager_han), seen_version=1,
                                 days=Days(TODAY, TODAY + 3 * DAY), reason="还在下", now=clock.now())  # fmt: skip
    assert made.event(session, world, Kind.STORM).id > later.id  # another kind is another thing
    kept(session)


@pytest.mark.parametrize(
    ("how", "covers"),
    [
        ({}, True),
        ({"kind": Kind.LIGHT}, False),  # a weaker class
        ({"codes": ["heavy_lane"]}, False),  # less to do
        ({"ends": 1}, False),  # later
        ({"ends": None}, False),  # nobody knows when
        ({"starts": -1}, True),
    ],
)
def test_no_company_keeps_off_what_comes_from_above_by_an_event_of_its_own(
    session: Session, world: World, how: dict[str, Any], covers: bool
) -> None:
    own = made.event(session, world, **({"place": world.community, "by": world.manager_han} | how))
    county = made.event(session, world, Kind.HEAVY)
    assert brought_to(session, county) == {world.unmanaged.id} | (set() if covers else {world.community.id})
    assert (own.called_off_at is None) == covers
    assert sum(len(tasks(session, one, world.community.id)) for one in (own, county)) == 4
    kept(session)


def test_what_stands_in_for_an_event_from_above_is_made_no_smaller_afterwards(session: Session, world: World) -> None:
    own = made.event(session, world, place=world.community, by=world.manager_han)
    street = made.event(session, world, place=world.street, by=world.clerk_jie)
    assert brought_to(session, street) == {world.unmanaged.id}
    asked = {"occasion_id": own.id, "viewer": viewer(session, world.manager_han), "seen_version": 1, "now": clock.now()}
    with pytest.raises(Refused, match="left this community to yours"):
        operations.call_off_occasion(session, reason="误报", **asked)
    with pytest.raises(Refused, match="left this community to yours"):
        operations.date_occasion(session, days=Days(TODAY, TODAY + 5 * DAY), reason="还在下", **asked)
    operations.date_occasion(session, days=Days(TODAY - DAY, TODAY), reason="昨天就下了", **asked)
    asked |= {"viewer": viewer(session, world.clerk_jie), "seen_version": 2}
    operations.call_off_occasion(session, reason="误报", **asked)
    kept(session)


@pytest.mark.parametrize("who", ["manager_han", "clerk_jie", "far_official", "worker_zhao"])
def test_nobody_opens_or_changes_beyond_the_own_area(session: Session, world: World, who: str) -> None:
    person = world.people[who]
    with pytest.raises(NotFound):
        made.event(session, world, by=person)
    event = made.event(session, world)
    with pytest.raises(NotFound):
        operations.call_off_occasion(session, occasion_id=event.id, viewer=viewer(session, person), seen_version=1,
                                     reason="不对", now=clock.now())  # fmt: skip


def test_a_change_of_the_library_is_a_version_of_the_plan_and_holds_for_what_comes(
    session: Session, world: World
) -> None:
    event = made.event(session, world, Kind.STORM, world.community, by=world.manager_han)
    version = session.scalars(select(PlanVersion)).one()
    version.rule = "ENDS=5"  # as if the library had said so then
    session.flush()
    operations.call_off_occasion(session, occasion_id=event.id, viewer=viewer(session, world.manager_han),
                                 seen_version=1, reason="误报", now=clock.now())  # fmt: skip
    again = made.event(session, world, Kind.STORM, world.community, by=world.manager_han)
    [duty] = tasks(session, again, world.community.id).values()
    assert (duty.plan_version, duty.due_on) == (2, TODAY + DAY)
    kept(session)


def test_of_two_that_open_the_same_one_comes_second(session: Session, world: World) -> None:
    viewers = [viewer(session, world.official_qian), viewer(session, world.manager_han)]
    places, codes = [world.county.id, world.community.id], ["heavy_lane"]
    session.commit()
    barrier, bind = Barrier(2), session.get_bind()

    def open_(number: int) -> str:
        with Session(bind) as mine:
            barrier.wait()
            try:
                operations.open_occasion(
                    mine, viewer=viewers[number], kind=Kind.HEAVY, place_id=places[number], days=Days(TODAY, TODAY),
                    codes=codes, source="通报", nevertheless=False, now=clock.now(),
                )  # fmt: skip
                mine.commit()
            except Refused:
                return "there already"
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(open_, range(2))) <= {"ok", "there already"}
    there = select(func.count()).select_from(Duty).where(Duty.community_id == world.community.id)
    assert session.scalar(there) == 1
    kept(session)


@pytest.mark.parametrize("wrong", [
    "INSERT INTO occasion_place (occasion_id, community_id, template, starts_on, ends_on, off)"
    " SELECT {other}, community_id, template, starts_on, ends_on, off FROM occasion_place WHERE occasion_id = {event}",
    "UPDATE duty SET target_id = (SELECT min(target_id) FROM duty WHERE occasion_id = {event})",
    "UPDATE occasion SET ends_on = '2020-01-01'",
])  # fmt: skip
def test_the_database_refuses_it_too(session: Session, world: World, wrong: str) -> None:
    event = made.event(session, world, place=world.community, by=world.manager_han)
    other = made.event(session, world, Kind.STORM, world.unmanaged)
    ids = {"event": event.id, "other": other.id}
    session.commit()
    with pytest.raises(IntegrityError):
        session.execute(text(wrong.format(**ids)))
    session.rollback()


def test_the_recount_names_what_an_event_lacks_or_has_too_much(session: Session, world: World) -> None:
    event = made.event(session, world, place=world.community, by=world.manager_han)
    found = tasks(session, event, world.community.id)
    found["heavy_lane"].due_on += DAY
    found["heavy_path"].superseded_by = 1
    session.flush()
    broken = invariants.promises(session, now=clock.now())["E01"]().broken
    assert [line.split(" ", 2)[2] for line in broken] == [
        f"brought no heavy_path to community {world.community.id}",
        f"has duty {found['heavy_lane'].id} due on {found['heavy_lane'].due_on}",
    ]
