"""What national law asks for and no plan inspects: of parts that are there, and of whole communities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionTemplate
from propman.data.inspections import About
from propman.inspections import operations
from propman.inspections.models import Duty, Pace, Plan, Target
from propman.inspections.operations import Aim, Choice, Terms
from propman.inspections.queries.unplanned import unplanned
from tests.inspections.following import DAY, NOW, TODAY, bound, own, part, recounted
from tests.world import World, viewer

EVERYWHERE = [("T07", 1), ("T11", 1)]
"""All fire systems are tested and all drains dredged, whatever the register says."""


def lacking(session: Session, world: World, on: date = TODAY) -> list[tuple[str, int]]:
    """By template, what 河柏小区 lacks."""
    found = unplanned(session, viewer(session, world.official_qian), on, text=world.community.name)
    return [(one.template.code, one.number) for one in found if one.community.id == world.community.id]


def plan(session: Session, world: World, template: str, schedule: str, **more: Any) -> Plan:
    return bound(session, world.manager_han, world.community.id, template, schedule, **more)


def aimed(session: Session, world: World, template: str, *places: int) -> Plan:
    """A plan at places, as one was made before its template was about parts."""
    return operations.make_plan(
        session, community_id=world.community.id, template=template, schedule_code="month",
        terms=Terms("FREQ=MONTHLY", TODAY), aims=[Aim(one, TODAY) for one in places],
        actor_id=world.manager_han.id, now=NOW,
    )  # fmt: skip


def test_the_law_of_a_whole_community_asks_for_a_plan_and_that_of_a_part_where_there_is_one(
    session: Session, world: World
) -> None:
    assert lacking(session, world) == EVERYWHERE  # no fire lane and no ramp: nothing to keep
    part(session, world.community.id, world.community.id, "B21", "消防车通道")
    for name in ("一单元坡道", "二单元坡道"):
        part(session, world.community.id, world.building.id, "I02", name)
    assert lacking(session, world) == [("T07", 1), ("T08", 1), ("T11", 1), ("T22", 2)]
    plan(session, world, "T07", "year")
    plan(session, world, "T11", "pre_flood")
    assert lacking(session, world) == [("T08", 1), ("T22", 2)]


def of_one(session: Session, world: World, parts: Sequence[Any]) -> None:
    plan(session, world, "T22", "month", choice=Choice(whole=False, things=frozenset({f"part-{parts[0].id}"})))


def of_another_template(session: Session, world: World, parts: Sequence[Any]) -> None:
    aimed(session, world, "T20", world.community.id)


@pytest.mark.parametrize(
    ("made", "left"),
    [
        (lambda session, world, _parts: plan(session, world, "T22", "month"), 0),
        (of_one, 2),
        (lambda session, world, _parts: aimed(session, world, "T22", world.community.id), 0),
        (lambda session, world, _parts: aimed(session, world, "T22", world.building.id), 1),  # what lies in it
        (of_another_template, 3),
    ],
)
def test_a_plan_of_a_place_covers_the_parts_that_its_template_names_there(
    session: Session, world: World, made: Callable[..., Any], left: int
) -> None:
    parts = [part(session, world.community.id, where.id, "I02", f"坡道{where.id}")
             for where in (world.building, world.entrance, world.community)]  # fmt: skip
    made(session, world, parts)
    assert lacking(session, world) == EVERYWHERE + ([("T22", left)] if left else [])


@pytest.mark.parametrize("pace", [Pace.PAUSED, Pace.ENDED])
def test_a_plan_that_stands_still_plans_nothing_from_its_day_on(session: Session, world: World, pace: Pace) -> None:
    made = plan(session, world, "T07", "year")
    operations.stop_plan(session, viewer=viewer(session, world.manager_han), plan_id=made.id, seen_version=1,
                         first_on=TODAY + 3 * DAY, pace=pace, reason="消防改造", now=NOW)  # fmt: skip
    assert [lacking(session, world, TODAY + days * DAY) for days in (0, 2, 3)] == [[("T11", 1)]] * 2 + [EVERYWHERE]


@pytest.mark.parametrize(
    ("template", "schedule", "kind", "more", "lacks_on", "has_on"),
    [
        ("T22", "month", "I02", {"first_on": TODAY + timedelta(days=366)}, (0, 100, 334), (335, 365)),
        ("T22", "month", "I02", {"first_on": TODAY + timedelta(days=31)}, (), (0, 30)),
        ("T22", "month", "I02", {"first_on": TODAY + timedelta(days=32)}, (0,), (1, 30)),
        ("T08", "weekend", "B21", {"first_on": TODAY + timedelta(days=90)}, (0, 70), (90,)),
        ("T08", "weekend", "B21", {}, (), range(14)),
        ("T01", "half_month", "I01", {"first_on": TODAY + timedelta(days=16)}, (0,), (1, 16)),
        ("T01", "half_month", "I01", {}, (), (0, 10, 20)),  # its only duty is open still
        ("T15", "year", "B14", {"counted_on": TODAY - timedelta(days=20)}, (), (0, 300)),
        ("T15", "year", "B14", {"own": own("FREQ=YEARLY;INTERVAL=2"), "counted_on": TODAY - timedelta(days=20)},
         (0, 300), (400,)),
        ("T22", "month", "I02", {"own": own("FREQ=MONTHLY;INTERVAL=3"), "counted_on": TODAY - timedelta(days=1)},
         (), (0, 20, 60)),
        ("T22", "month", "I02", {"own": own("FREQ=MONTHLY;INTERVAL=3"), "first_on": TODAY + timedelta(days=200)},
         (0, 150), (170,)),
    ],
)  # fmt: skip
def test_what_a_plan_makes_due_later_than_its_template_lets_pass_is_without_a_plan(
    session: Session, world: World, template: str, schedule: str, kind: str, more: dict[str, Any],
    lacks_on: Sequence[int], has_on: Sequence[int],
) -> None:  # fmt: skip
    """Else whoever plans for a year ahead is asked nothing for a year. Less than the template asks for says so itself,
    once it has begun, as long as anything comes within a year.
    """
    part(session, world.community.id, world.building.id, kind, "无障碍坡道")
    plan(session, world, template, schedule, reason="人手不足", **more)
    for days in (*lacks_on, *has_on):
        codes = {code for code, _number in lacking(session, world, TODAY + days * DAY)}
        assert (template in codes) == (days in lacks_on), days
    recounted(session)


def test_what_is_to_run_again_in_a_year_is_planned_no_sooner(session: Session, world: World) -> None:
    part(session, world.community.id, world.building.id, "I02", "坡道")
    made = plan(session, world, "T22", "month")
    [duty] = session.scalars(select(Duty).join(Target).where(Target.plan_id == made.id, Duty.due_on == TODAY))
    operations.end(session, duty_id=duty.id, done_on=TODAY, actor_id=world.worker_zhao.id, now=NOW)
    asked: dict[str, Any] = {"viewer": viewer(session, world.manager_han), "plan_id": made.id, "now": NOW,
                             "reason": "坡道大修"}  # fmt: skip
    operations.stop_plan(session, seen_version=1, first_on=TODAY + DAY, pace=Pace.PAUSED, **asked)
    assert lacking(session, world, TODAY) == EVERYWHERE  # what was due today was done
    operations.rebind_plan(session, seen_version=2, first_on=TODAY + 300 * DAY, own=None, **asked)
    for days, left in ((1, [("T22", 1)]), (200, [("T22", 1)]), (299, [])):
        assert lacking(session, world, TODAY + days * DAY) == EVERYWHERE + left, days


def test_a_building_is_counted_where_the_law_is_about_buildings(session: Session, world: World) -> None:
    row = session.scalars(select(InspectionTemplate).where(InspectionTemplate.code == "T07")).one()
    row.about = About.BUILDING
    session.flush()
    assert lacking(session, world)[0] == ("T07", 1)
    aimed(session, world, "T07", world.community.id)
    assert lacking(session, world) == [("T11", 1)]
