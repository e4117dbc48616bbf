"""Events beside one another: after a correction each community has the tasks that it would have, had they been so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.inspections import operations
from propman.inspections.models import Occasion
from propman.inspections.upon import Days, Kind
from propman.notify.models import Notice
from tests.inspections import made
from tests.inspections.test_events import brought_to, kept, tasks
from tests.world import World, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())
Both = tuple[Occasion, Occasion]


def opened(session: Session, world: World, own: Mapping[str, Any], county: Mapping[str, Any]) -> Both:
    """An event of the company for itself, and then one of the district; each of heavy snow on one day unless said."""
    first = made.event(session, world, **{"place": world.community, "by": world.manager_han, **own})
    return first, made.event(session, world, **county, nevertheless=True)


def stands(session: Session, world: World, both: Both) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """By whose event and which community: the tasks that count, each with its day from today."""
    return {
        (whose, place.name): [(code, (duty.due_on - TODAY).days) for code, duty in found.items()]
        for whose, event in zip(("own", "county"), both, strict=True)
        for place in (world.community, world.unmanaged)
        if (found := dict(sorted(tasks(session, event, place.id).items())))
    }


@pytest.mark.parametrize(
    ("own", "county", "becomes", "who"),
    [
        ({}, {}, {"kind": Kind.BLIZZARD}, {"county"}),  # of that class the other one brings nothing
        ({"ends": 1}, {"ends": 1}, {"ends": 0}, {"county"}),  # the other one is too late now
        ({}, {"ends": 1}, {"starts": 1, "ends": 2}, {"own", "county"}),  # they share no day any more
        ({}, {"ends": 1}, {"ends": 2}, {"own"}),  # it stands in as before
        ({"starts": 2, "ends": 2}, {"ends": 1}, {"ends": 2}, {"own"}),  # it stands in from now on
        ({"starts": 1, "ends": 1, "codes": ["heavy_lane"]}, {}, {"ends": 1}, {"county"}),  # it brings less
        ({}, {"ends": None}, {"ends": 0}, {"own"}),
        ({"ends": 3}, {"ends": None}, {"ends": 0}, {"county"}),  # nobody knew how early it would be due
    ],
)  # fmt: skip
def test_an_event_that_is_corrected_brings_what_it_would_have_brought(
    session: Session, world: World, own: dict[str, Any], county: dict[str, Any], becomes: dict[str, Any], who: set[str]
) -> None:
    with session.begin_nested() as never:
        wanted = stands(session, world, opened(session, world, own, county | becomes))
        never.rollback()
    both = opened(session, world, own, county)
    asked = {"occasion_id": both[1].id, "viewer": viewer(session, world.official_qian), "seen_version": 1,
             "reason": "更正", "now": clock.now()}  # fmt: skip
    if "kind" in becomes:
        operations.class_occasion(session, kind=becomes["kind"], **asked)
    else:
        days = Days(*(TODAY + (county | becomes).get(end, 0) * DAY for end in ("starts", "ends")))
        operations.date_occasion(session, days=days, **asked)
    assert stands(session, world, both) == wanted
    assert {whose for whose, place in wanted if place == world.community.name} == who
    kept(session)


def test_what_was_done_stays_where_it_was_done(session: Session, world: World) -> None:
    own, county = opened(session, world, {"starts": 1, "ends": 1}, {})
    lane, now = tasks(session, county, world.community.id)["heavy_lane"], clock.now()
    operations.end(session, duty_id=lane.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=now)
    asked = {"occasion_id": county.id, "viewer": viewer(session, world.official_qian), "reason": "更正", "now": now}
    operations.date_occasion(session, days=Days(TODAY, TODAY + DAY), seen_version=1, **asked)
    assert brought_to(session, county) == {world.unmanaged.id}
    assert set(tasks(session, county, world.community.id)) == {"heavy_lane"}
    assert len(tasks(session, own, world.community.id)) == 4
    kept(session)
    operations.date_occasion(session, days=Days(TODAY, TODAY), seen_version=2, **asked)  # and back
    assert {code: duty.ended_as is None for code, duty in tasks(session, county, world.community.id).items()} == {
        "heavy_lane": False, "heavy_path": True, "heavy_small_court": True, "heavy_large_court": True,
    }  # fmt: skip
    kept(session)


def test_two_events_of_a_company_give_way_to_one_from_above(session: Session, world: World) -> None:
    by = {"place": world.community, "by": world.manager_han, "codes": ["heavy_lane"], "nevertheless": True}
    own = [made.event(session, world, starts=day, ends=day, **by) for day in (0, 2)]
    county = made.event(session, world, ends=2)
    assert all(one.called_off_at for one in own)
    assert len(tasks(session, county, world.community.id)) == 4
    kept(session)


Change = Callable[[Session, dict[str, Any]], Occasion]
GONE: Mapping[str, Change] = {
    "called off": lambda session, asked: operations.call_off_occasion(session, **asked),
    "on other days": lambda session, asked: operations.date_occasion(
        session, days=Days(TODAY - DAY, TODAY - DAY), **asked
    ),
}


@pytest.mark.parametrize("how", GONE)
@pytest.mark.parametrize("whose", ["manager_han", "official_qian"])
def test_what_was_left_to_an_event_that_is_gone_is_taken_up(
    session: Session, world: World, whose: str, how: str
) -> None:  # fmt: skip
    place = world.community if whose == "manager_han" else world.unmanaged
    first = made.event(session, world, place=place, by=world.people[whose], starts=-1, ends=0)
    county = made.event(session, world)
    assert place.id not in brought_to(session, county)
    GONE[how](session, {"occasion_id": first.id, "viewer": viewer(session, world.official_qian), "seen_version": 1,
                        "reason": "误报", "now": clock.now()})  # fmt: skip
    assert len(tasks(session, county, place.id)) == 4
    told = set(session.scalars(select(Notice.recipient_id).where(Notice.event_ref == f"occasion:{county.id}:1")))
    assert (world.worker_zhao if place is world.community else world.clerk_jie).id in told
    kept(session)


def test_no_community_joins_by_a_correction_whose_deadlines_have_passed(session: Session, world: World) -> None:
    own, county = opened(session, world, {}, {})
    for code, duty in tasks(session, county, world.unmanaged.id).items():
        if code != "heavy_large_court":
            operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=world.clerk_jie.id, now=clock.now())
    operations.class_occasion(
        session, occasion_id=county.id, viewer=viewer(session, world.official_qian), seen_version=1, kind=Kind.LIGHT,
        reason="更正", now=clock.now() + 2 * DAY,
    )  # fmt: skip
    assert (own.called_off_at, brought_to(session, county)) == (None, {world.unmanaged.id})
    kept(session)
