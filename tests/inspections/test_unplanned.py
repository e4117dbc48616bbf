"""What national law asks for and no plan inspects: of parts that are there, and of whole communities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.catalogue.models import InspectionTemplate
from propman.data.inspections import About
from propman.inspections import operations
from propman.inspections.models import Pace, Plan
from propman.inspections.operations import Aim, Choice, Terms
from propman.inspections.queries.unplanned import unplanned
from tests.inspections.following import DAY, NOW, TODAY, bound, part
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


def test_a_building_is_counted_where_the_law_is_about_buildings(session: Session, world: World) -> None:
    row = session.scalars(select(InspectionTemplate).where(InspectionTemplate.code == "T07")).one()
    row.about = About.BUILDING
    session.flush()
    assert lacking(session, world)[0] == ("T07", 1)
    aimed(session, world, "T07", world.community.id)
    assert lacking(session, world) == [("T11", 1)]
