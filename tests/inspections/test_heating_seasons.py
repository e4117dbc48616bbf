"""Plans that keep to their template keep to the heating season of their place and year, as its rows say."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionSchedule
from propman.communities.models import HeatingSeason, Place
from propman.communities.operations import add_season, withdraw_season
from propman.inspections import operations
from propman.inspections.models import Pace, Plan
from propman.inspections.operations import Wish
from propman.inspections.queries import behind, versions_of
from tests.inspections.conftest import noon
from tests.inspections.following import DAY, WHOLE, due, follow, own, recounted
from tests.statements import sent_to
from tests.world import World, viewer

WINTER = date(2031, 11, 28)  # the first day of the plans; in a year that no shipped row of the calendar knows
HARBIN = ("10-20", "04-20")
EARLIER = ("09-25", "05-10")
TO_DECEMBER = ("10-20", "12-20")
NOBODY = ("11-01", "03-31")  # what the schedule says where nobody entered one


def enter(
    session: Session, place: Place, days: tuple[str, str], year: int | None = None, on: date = WINTER
) -> HeatingSeason:
    """A row of a city or county, of one year or until further notice."""
    return add_season(session, place_id=place.id, from_year=year or 2016, to_year=year, starts=days[0], ends=days[1],
                      source="供热期公告", actor_id=None, now=noon(on))  # fmt: skip


def planned(session: Session, world: World, community: Place | None = None, on: date = WINTER, **more: Any) -> Plan:
    """The rooms of a community are measured (T25), from the day `on`."""
    who = world.official_qian if community is None else world.far_official
    wish = Wish((community or world.community).id, "T25", "winter_month", WHOLE, on, **more)
    return operations.bind_plan(session, viewer=viewer(session, who, now=noon(on)), wish=wish, now=noon(on))


def said(session: Session, plan: Plan) -> list[tuple[date, tuple[str | None, str | None]]]:
    """From which day on the plan names which season, version by version."""
    return [(one.first_on, (one.season_starts, one.season_ends)) for one in versions_of(session, [plan.id])[plan.id]]


def jobs(session: Session, on: date) -> None:
    """What the jobs lay, and mark as missed, on the day `on`."""
    while operations.lay_due(session, now=noon(on)) or operations.end_missed(session, now=noon(on)):
        pass


CASES = (
    ("of the city", lambda world: [(world.city, HARBIN)], HARBIN, HARBIN),
    ("a county that starts earlier", lambda world: [(world.city, HARBIN), (world.county, EARLIER)], EARLIER, HARBIN),
    ("of this year alone", lambda world: [(world.city, HARBIN), (world.city, EARLIER, 2031)], EARLIER, EARLIER),
    ("of another year", lambda world: [(world.city, HARBIN), (world.city, EARLIER, 2032)], HARBIN, HARBIN),
    ("nobody entered this year", lambda world: [(world.county, EARLIER, 2030)], EARLIER, NOBODY),
    ("nobody entered any year", lambda _world: [], NOBODY, NOBODY),
)  # fmt: skip


@pytest.mark.parametrize(("rows", "near", "far"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_plan_takes_the_season_of_its_place_and_follows_what_is_entered_later(
    session: Session, world: World, rows: Any, near: tuple[str, str], far: tuple[str, str]
) -> None:
    before = planned(session, world), planned(session, world, world.far_community)
    assert [said(session, plan) for plan in before] == [[(WINTER, NOBODY)]] * 2
    for row in rows(world):
        enter(session, *row)
    wrong = [plan.id for plan, days in zip(before, (near, far), strict=True) if days != NOBODY]
    assert sorted(behind(session, WINTER, most=9)) == wrong
    assert (follow(session, noon(WINTER)), follow(session, noon(WINTER))) == (len(wrong), 0)
    assert [said(session, plan)[-1][1] for plan in before] == [near, far]
    assert behind(session, WINTER + DAY, most=9) == []
    recounted(session, WINTER)


def test_the_season_of_a_year_is_opened_when_the_one_before_is_over(session: Session, world: World) -> None:
    enter(session, world.city, HARBIN)
    enter(session, world.city, EARLIER, 2032)
    plan, rival = planned(session, world), planned(session, world, world.far_community)
    over = date(2032, 4, 20)
    assert follow(session, noon(over - DAY)) == 0
    assert follow(session, noon(over)) == 0  # in these weeks the next one would still last
    began = date(2032, 5, 11)
    assert follow(session, noon(began - DAY)) == 2
    assert said(session, plan) == said(session, rival) == [(WINTER, HARBIN), (began, EARLIER)]
    jobs(session, date(2032, 9, 1))
    jobs(session, date(2032, 11, 1))
    assert [day for day in due(session, plan) if day > over] == [date(2032, month, 28) for month in (9, 10, 11, 12)]
    assert follow(session, noon(date(2033, 5, 9))) == 0
    assert follow(session, noon(date(2033, 5, 10))) == 2  # the next is as usual again
    assert said(session, plan)[-1] == (date(2033, 5, 11), HARBIN)
    jobs(session, date(2033, 5, 10))
    recounted(session, date(2033, 5, 10))


def test_a_row_that_is_corrected_takes_away_nothing_that_was_due(session: Session, world: World) -> None:
    usual = enter(session, world.city, HARBIN)
    plan, christmas = planned(session, world), date(2031, 12, 28)
    assert due(session, plan) == [WINTER, christmas]
    wrong = enter(session, world.city, TO_DECEMBER, 2031)
    assert follow(session, noon(date(2031, 12, 1))) == 1
    assert due(session, plan) == [WINTER]  # still open, and due
    withdraw_season(session, season_id=wrong.id, actor_id=None, now=noon(date(2031, 12, 5)))
    assert follow(session, noon(date(2031, 12, 5))) == 1
    assert due(session, plan)[:2] == [WINTER, christmas]
    enter(session, world.city, TO_DECEMBER, 2031)
    assert follow(session, noon(christmas)) == 1  # it holds from tomorrow on
    assert christmas in due(session, plan)
    assert [days for _on, days in said(session, plan)] == [HARBIN, TO_DECEMBER, HARBIN, TO_DECEMBER]
    withdraw_season(session, season_id=usual.id, actor_id=None, now=noon(christmas + DAY))
    jobs(session, christmas + DAY)
    recounted(session, christmas + DAY)


def test_what_stands_still_or_says_otherwise_does_not_follow_a_season(session: Session, world: World) -> None:
    winter = own("FREQ=MONTHLY", season=("11-15", "03-15"))
    paused, other = planned(session, world), planned(session, world, world.far_community, own=winter, reason="只测严寒")
    who: Any = {
        "viewer": viewer(session, world.official_qian, now=noon(WINTER)),
        "plan_id": paused.id,
        "now": noon(WINTER),
    }
    operations.stop_plan(session, seen_version=1, pace=Pace.PAUSED, first_on=WINTER + DAY, reason="停用", **who)
    enter(session, world.city, HARBIN)
    assert behind(session, WINTER + 2 * DAY, most=9) == []
    assert said(session, other) == [(WINTER, ("11-15", "03-15"))]
    operations.rebind_plan(session, seen_version=2, first_on=WINTER + 3 * DAY, own=None, reason=None, **who)
    assert said(session, paused)[-1] == (WINTER + 3 * DAY, HARBIN)
    recounted(session, WINTER)


def test_what_is_behind_is_asked_by_the_place_that_has_the_season(session: Session, world: World) -> None:
    planned(session, world)
    enter(session, world.city, HARBIN)
    session.flush()
    with sent_to(session.get_bind()) as one:
        assert len(behind(session, WINTER, most=9)) == 1
    planned(session, world, world.far_community)
    session.execute(select(Plan)).all()
    enter(session, world.county, EARLIER)
    session.flush()
    with sent_to(session.get_bind()) as more:
        behind(session, WINTER, most=9)
    assert len(more) == len(one) <= 12


@pytest.mark.parametrize("wrong", [{"season_from": None, "season_to": None}, {"greatest_gap": 40}])
def test_the_database_refuses_a_heating_season_that_says_nothing_else_or_keeps_a_gap(
    session: Session, world: World, wrong: dict[str, Any]
) -> None:
    rows = select(InspectionSchedule).where(InspectionSchedule.template == "T25", InspectionSchedule.in_heating_season)
    row = session.scalars(rows).one()
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError, match="heating_season"):
        session.flush()
