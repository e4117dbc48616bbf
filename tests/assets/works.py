"""What was renovated in the small world of `tests/world.py`: a project with work items, and parts that they made.

works = furnish(session, world)
roof = part(session, works, type_code="B01", work_item_id=works.roof.id)
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from propman import clock
from propman.assets import operations
from propman.assets.models import Asset, NoProject, Ownership
from propman.assets.operations import Part
from propman.communities.models import HeatingSeason, Place
from propman.data.works import Criticality
from propman.projects.models import Project, WorkItem
from tests.world import World

ACCEPTED = date(2024, 9, 30)


@dataclass
class Works:
    """A project of the community and one of the far community; `pending` is an item that is not accepted yet."""

    world: World
    project: Project
    roof: WorkItem
    heating: WorkItem
    pending: WorkItem
    far_project: Project
    far_item: WorkItem


def furnish(session: Session, world: World) -> Works:
    """Two projects with their work items, and the heating season of the city."""
    session.add(HeatingSeason(place_id=world.city.id, from_year=2016, starts="10-20", ends="04-20", source="哈政规"))
    project, far = (_project(session, where, world) for where in (world.community, world.far_community))
    return Works(
        world=world,
        project=project,
        roof=item(session, project, world.building, 1, "B01", "WP5", "屋面防水"),
        heating=item(session, project, world.community, 2, "B12", "HEAT2", "供热管网"),
        pending=item(session, project, world.community, 3, "B19", "STRUCT", "道路", accepted_on=None),
        far_project=far,
        far_item=item(session, far, world.far_building, 1, "B01", "WP5", "屋面防水"),
    )


def item(
    session: Session, project: Project, place: Place, number: int, type_code: str, key: str, name: str,
    accepted_on: date | None = ACCEPTED, **more: Any,
) -> WorkItem:  # fmt: skip
    """A work item, accepted on `ACCEPTED` unless said otherwise."""
    made = WorkItem(project_id=project.id, number=number, place_id=place.id, type_code=type_code, name=name,
                    warranty_key=key, accepted_on=accepted_on, cost_fen=10_000_00, **more)  # fmt: skip
    session.add(made)
    session.flush()
    return made


def said(works: Works, **more: Any) -> Part:
    """What is said of a part: a roof of the building, made by the roof's work item, unless said otherwise."""
    made_by = {} if more.keys() & {"work_item_id", "no_project"} else {"work_item_id": works.roof.id}
    told = {
        "place_id": works.world.building.id, "code": "B01-001", "type_code": "B01", "name": "3号楼屋面",
        "criticality": Criticality.B, "ownership": Ownership.OWNERS, **made_by, **more,
    }  # fmt: skip
    return Part(**told)


def part(session: Session, works: Works, *, community: Place | None = None, **more: Any) -> Asset:
    """A part of the community, added through the operation; `more` as in `Part`."""
    more.setdefault("code", fresh_code())
    return operations.add_part(session, community_id=(community or works.world.community).id,
                               part=said(works, **more), actor_id=None, now=clock.now())  # fmt: skip


def far_part(session: Session, works: Works, **more: Any) -> Asset:
    """A part of the far community."""
    more = {"place_id": works.world.far_building.id, "work_item_id": works.far_item.id} | more
    return part(session, works, community=works.world.far_community, **more)


def old_part(session: Session, works: Works, **more: Any) -> Asset:
    """A part that no project made."""
    return part(session, works, no_project=NoProject.EARLIER, **more)


_drawn = iter(range(1, 10**6))


def fresh_code() -> str:
    """A code that no other part has."""
    return f"X-{next(_drawn):05}"


def _project(session: Session, community: Place, world: World) -> Project:
    project = Project(community_id=community.id, number="2024-001", name="老旧小区改造", year=2024,
                      owner_id=world.street_office.id, cost_fen=100_000_00)  # fmt: skip
    session.add(project)
    session.flush()
    return project
