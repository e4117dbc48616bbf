"""How long an event lasts: an end by a slip is refused, and one that nobody ended keeps off no later one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import Refused
from propman.inspections import invariants, operations
from propman.inspections.models import Occasion, OccasionPlace
from propman.inspections.upon import MOST_DAYS, TEMPLATES, Days, Kind
from tests import world as small
from tests.desk import Desk, said
from tests.inspections import made
from tests.inspections.test_events import brought_to, kept, tasks
from tests.world import World, viewer

DAY = timedelta(days=1)
TODAY = clock.local_date(clock.now())


@pytest.mark.parametrize(
    ("kind", "days"),
    [(Kind.LIGHT, 10), (Kind.HEAVY, 10), (Kind.BLIZZARD, 10), (Kind.STORM, 5), (Kind.PRESSURE_TEST, 45),
     (Kind.FLOOD_SEASON, 200)],
)  # fmt: skip
def test_no_event_lasts_longer_than_one_of_its_kind_can(session: Session, world: World, kind: Kind, days: int) -> None:
    with pytest.raises(Refused, match=f"lasts {days} days at most") as refused:
        made.event(session, world, kind, ends=days)
    assert (refused.value.status, refused.value.field) == (422, "ends_on")
    assert refused.value.params == {"most": days, "last": TODAY + (days - 1) * DAY}
    longest = made.event(session, world, kind, ends=days - 1)
    with pytest.raises(Refused, match="days at most"):
        operations.date_occasion(
            session, occasion_id=longest.id, viewer=viewer(session, world.official_qian), seen_version=1,
            days=Days(TODAY, TODAY + days * DAY), reason="还在下", now=clock.now(),
        )  # fmt: skip
    kept(session)


def of_long_ago(session: Session, world: World, days: int, ends: int | None = None) -> Occasion:
    """A storm of the street, of so many days ago, whose end nobody gave."""
    return made.event(session, world, Kind.STORM, world.street, by=world.clerk_jie, starts=-days, ends=ends)


@pytest.mark.parametrize(("days_ago", "joins"), [(0, False), (4, False), (5, True), (29, True)])
@pytest.mark.parametrize("ends", [0, None])
def test_a_storm_that_nobody_ended_keeps_off_no_later_one(
    session: Session, world: World, days_ago: int, joins: bool, ends: int | None
) -> None:
    old = of_long_ago(session, world, days_ago)
    if not joins:
        with pytest.raises(Refused, match="for these days already"):
            made.event(session, world, Kind.STORM, ends=ends)
        return
    later = made.event(session, world, Kind.STORM, ends=ends)
    assert brought_to(session, later) == {world.community.id, world.unmanaged.id}
    assert len(tasks(session, later, world.community.id)) == (0 if ends is None else 1)
    kept(session)
    asked = {"occasion_id": old.id, "viewer": viewer(session, world.clerk_jie), "seen_version": 1, "now": clock.now()}
    with pytest.raises(Refused, match="days at most"):
        operations.date_occasion(session, days=Days(old.starts_on, TODAY), reason="停了", **asked)
    operations.call_off_occasion(session, reason="早已停了", **asked)
    assert brought_to(session, later) == {world.community.id, world.unmanaged.id}
    kept(session)


def test_its_end_can_be_given_beside_a_later_one(session: Session, world: World) -> None:
    old = of_long_ago(session, world, 5)
    later = made.event(session, world, Kind.STORM)
    operations.date_occasion(
        session, occasion_id=old.id, viewer=viewer(session, world.clerk_jie), seen_version=1,
        days=Days(old.starts_on, TODAY - DAY), reason="昨晚停了", now=clock.now(),
    )  # fmt: skip
    assert [len(tasks(session, one, world.community.id)) for one in (old, later)] == [1, 1]
    kept(session)


@pytest.mark.parametrize("kind", [Kind.HEAVY, Kind.STORM, Kind.PRESSURE_TEST, Kind.FLOOD_SEASON])
def test_the_recount_finds_what_begins_while_one_without_an_end_goes_on(
    session: Session, world: World, kind: Kind
) -> None:
    first, later = (
        made.event(session, world, kind, ends=None),
        made.event(session, world, Kind.STORM, starts=50, ends=50),
    )
    days = MOST_DAYS[TEMPLATES[kind]]
    for begins, broken in ((days, False), (days - 1, True)):
        for one in session.scalars(select(OccasionPlace).where(OccasionPlace.occasion_id == later.id)):
            one.template, one.starts_on, one.ends_on = TEMPLATES[kind], TODAY + begins * DAY, TODAY + begins * DAY
        session.flush()
        found = invariants.promises(session, now=clock.now())["E01"]().broken
        assert any("two events" in line for line in found) == broken, (first.id, begins)


@pytest.mark.parametrize(("days_ago", "words"), [(4, "it goes on until"), (5, "Nobody gave its last day")])
def test_the_page_says_until_when_it_goes_on(
    session: Session, world: World, new_client: Callable[[], FlaskClient], days_ago: int, words: str
) -> None:
    old = of_long_ago(session, world, days_ago)
    session.commit()
    page = f"/inspections/events/{old.id}"
    desk = Desk(small.sign_in(session, new_client(), world.clerk_jie))
    assert words in desk.read(page)
    refused = desk.send(f"{page}/dates", page, version="1", starts_on=old.starts_on.isoformat(),
                        ends_on=(TODAY + 180 * DAY).isoformat(), reason="停了")  # fmt: skip
    assert refused.status_code == 422
    assert "Such an event lasts 5 days at most, from this first day until " in said(refused)


def test_what_has_begun_is_not_moved_on(session: Session, world: World) -> None:
    """Whoever moves it on before each deadline would never be late."""
    storm = made.event(session, world, Kind.STORM, starts=-1, ends=None)
    asked = {"occasion_id": storm.id, "viewer": viewer(session, world.official_qian), "seen_version": 1,
             "reason": "推后", "now": clock.now()}  # fmt: skip
    with pytest.raises(Refused, match="It has begun") as refused:
        operations.date_occasion(session, days=Days(TODAY + DAY, None), **asked)
    assert (refused.value.status, refused.value.field) == (422, "starts_on")
    operations.date_occasion(session, days=Days(TODAY, TODAY), **asked)
    ahead = made.event(session, world, Kind.FLOOD_SEASON, starts=1, ends=None)
    asked |= {"occasion_id": ahead.id}
    operations.date_occasion(session, days=Days(TODAY + 9 * DAY, None), **asked)
    kept(session)
