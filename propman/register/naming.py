"""Whom and what a row names: its community, its place there, organisations, the work item that made it. Pure.

Each writes on the row what cannot be found. A name that means what stands already means that, whatever else there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from propman.register.choices import folded
from propman.register.rows import Said
from propman.register.surroundings import Area, Around, ItemFact, PlaceFact, ProjectFact, Standing
from propman.sheets.values import prose
from propman.text import N_

Found = TypeVar("Found")

CANNOT = {
    "maintainer": N_("%(typed)s is none of the organisations that can keep a part of %(community)s in repair."),
    "claim_holder": N_("%(typed)s is none of the organisations that can claim for %(community)s."),
}


def as_read(text: str) -> str:
    """A stored text as it comes back from a file."""
    return " ".join((prose(text) or "").split())


def community(said: Said, area: Area) -> PlaceFact | None:
    """The community of a row: the one that it names or, where the file was sent for one, that."""
    typed = said.values.get("community")
    if typed is None:
        if area.community_id is None and not said.wrong("community"):
            said.blame("community", N_("This must not be empty."))
        return None if area.community_id is None or said.wrong("community") else _only(area)
    found = area.called(typed, said.values.get("street"))
    several = N_("Several communities of %(area)s are called %(typed)s. Write the street in front.")
    none = N_("There is no %(typed)s in %(area)s.")
    if area.community_id is not None:
        none = N_("%(typed)s is not %(area)s, for which the file was sent.")
    return _one(said, "community", found, none, several, typed=typed, area=area.name)


def place(said: Said, around: Around, stands: int | None) -> int | None:
    """The id of the place that a row names; `stands` where it names none, and for a new part the community itself."""
    building_stands, entrance_stands = around.place(stands) if stands else (None, None)
    building = building_stands
    if "building" in said.values:
        building = _building(said, around, building_stands)
    if said.wrong("building"):
        return stands
    if "entrance" not in said.values:
        if "building" not in said.values:
            return stands or around.community.id
        same = building is not None and building_stands is not None and building.id == building_stands.id
        found = stands if same else building.id if building else stands
        return _open(said, "building", building, found, stands)
    if building is None:
        said.blame("entrance", N_("Say in which building."))
        return stands
    entrance = _entrance(said, around, building, entrance_stands)
    return _open(said, "entrance", entrance, entrance.id, stands) if entrance else stands


def organisation(said: Said, around: Around, standing: Standing | None, name: str, stands: int | None) -> int | None:
    """The id of the organisation that the field `name` names; `stands` where it names none."""
    typed = said.values.get(name)
    if typed is None:
        return stands
    if standing is not None and folded(standing.organisations.get(name, "")) == folded(typed):
        return stands
    found = around.organisations.get(name, {}).get(folded(typed), [])
    several = N_("Several organisations of %(community)s are called %(typed)s.")
    return _one(said, name, found, CANNOT[name], several, typed=typed, community=around.community.name) or stands


def made_by(said: Said, around: Around, stands: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """The id of the work item that made a part, or why there is none; what `stands` where a row says nothing of it."""
    reason, told = said.values.get("no_project"), said.values.keys() & {"project", "work_item"}
    kept: tuple[int | None, str | None] = stands["work_item_id"], stands["no_project"]
    if any(said.wrong(name) for name in ("no_project", "project", "work_item")):
        return kept
    if reason is not None and told:
        said.blame("no_project", N_("Name the work item that made it, or say why there is none: not both."))
        return kept
    if reason is not None:
        return None, reason
    if told:
        found = _item(said, around, kept[0])
        return (found.id, None) if found else kept
    if kept == (None, None):
        said.blame("work_item", N_("Name the work item that made it, or say why there is none: one of the two."))
    return kept


def _only(area: Area) -> PlaceFact | None:
    """The community that the file was sent for."""
    return next((each for found in area.communities.values() for each in found if each.id == area.community_id), None)


def _building(said: Said, around: Around, stands: PlaceFact | None) -> PlaceFact | None:
    typed = said.values["building"]
    found = around.buildings_called(typed)
    if stands is not None and (stands in found or folded(stands.name) == folded(typed)):
        return stands
    none = N_("%(community)s has no building %(typed)s.")
    several = N_("Several buildings of %(community)s can be meant by %(typed)s. Write the whole name.")
    return _one(said, "building", found, none, several, typed=typed, community=around.community.name)


def _entrance(said: Said, around: Around, building: PlaceFact, stands: PlaceFact | None) -> PlaceFact | None:
    typed = said.values["entrance"]
    found = around.entrances_called(building, typed)
    if (
        stands is not None
        and stands.parent_id == building.id
        and (stands in found or folded(stands.name) == folded(typed))
    ):
        return stands
    none = N_("%(building)s has no entrance %(typed)s.")
    several = N_("Several entrances of %(building)s can be meant by %(typed)s. Write the whole name.")
    return _one(said, "entrance", found, none, several, typed=typed, building=building.name)


def _one(said: Said, name: str, found: Sequence[Found], none: str, several: str, **facts: object) -> Found | None:
    """The only one that was found; else None, and a fault that says whether there was `none` or `several`."""
    if len(found) == 1:
        return found[0]
    said.blame(name, several if found else none, **facts)
    return None


def _open(said: Said, name: str, found: PlaceFact | None, place_id: int | None, stands: int | None) -> int | None:
    """The place, unless a part would come to one that has closed."""
    if place_id != stands and found is not None and not found.open:
        said.blame(name, N_("%(place)s is closed or about to close."), place=found.name)
    return place_id


def _item(said: Said, around: Around, stands: int | None) -> ItemFact | None:
    """The work item that a row names, in the project that it names or that is the only one."""
    made = around.item(stands)
    project = _project(said, around, made[0] if made else None)
    if project is None:
        return None
    typed = said.values.get("work_item")
    if typed is None:
        if made is not None and made[0] is project:
            return made[1]
        said.blame("work_item", N_("Say which work item of the project made it."))
        return None
    found = around.items_called(project, typed)
    if made is not None and made[1] in found:
        return made[1]
    none = N_("The project %(project)s has no work item %(typed)s.")
    several = N_("Several work items of the project %(project)s are called %(typed)s. Write the number.")
    return _one(said, "work_item", found, none, several, typed=typed, project=project.number)


def _project(said: Said, around: Around, stands: ProjectFact | None) -> ProjectFact | None:
    typed, community = said.values.get("project"), around.community.name
    if typed is not None:
        found = around.projects_called(typed)
        if stands is not None and stands in found:
            return stands
        none = N_("%(community)s has no project %(typed)s.")
        several = N_("Several projects of %(community)s are called %(typed)s. Write the number.")
        return _one(said, "project", found, none, several, typed=typed, community=community)
    if stands is not None:
        return stands
    none = N_("%(community)s has no renovation project.")
    several = N_("%(community)s has several projects: say which one.")
    return _one(said, "work_item", around.projects, none, several, community=community)
