"""Places, organisations and engagements of the demo world, as `world.toml` has them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.kinds import OrganisationKind
from propman.communities.models import Organisation, Place
from propman.communities.operations import (
    add_organisation,
    add_place,
    change_over,
    draw_code,
    end_engagement,
    engage,
    load_divisions,
)
from propman.communities.queries import street_office_of
from propman.data.reading import Trade

MORNING = time(9, 0)
TOLD_AHEAD = 20  # days before an engagement ends that it is entered


@dataclass(frozen=True)
class Entrance:
    """An entrance, the building it belongs to, and the code on its label."""

    place: Place
    building: Place
    code: str


@dataclass(frozen=True)
class Community:
    """A community with its label and its entrances, building by building; `weight` is its share of the reports."""

    key: str
    place: Place
    code: str
    lifts: bool
    weight: int
    entrances: list[list[Entrance]] = field(default_factory=list)


@dataclass(frozen=True)
class World:
    """What was built, by the keys of `world.toml`; `areas` holds every place that an organisation or a post names."""

    anchor: date
    areas: dict[str, Place] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    communities: dict[str, Community] = field(default_factory=dict)

    def morning(self, days_before: int) -> datetime:
        """Nine o'clock on the day that many days before the anchor day."""
        return clock.at_local(self.day(days_before), MORNING)

    def day(self, days_before: int) -> date:
        """The day that many days before the anchor day."""
        return self.anchor - timedelta(days=days_before)


@cache
def written() -> dict[str, Any]:
    """The tables of `world.toml`."""
    return tomllib.loads((files("propman.demo") / "world.toml").read_text(encoding="utf-8"))


def build_world(session: Session, *, anchor: date) -> World:
    """Build everything but the people, set up long before `anchor`. Flushes."""
    world = World(anchor)
    founded = world.morning(written()["founded"])
    load_divisions(session, now=founded)
    for division in session.scalars(select(Place).where(Place.division_code.is_not(None))):
        world.areas[str(division.division_code)] = division
    for row in written()["streets"]:
        _add_street(session, world, row, founded)
    for row in written()["communities"]:
        _add_community(session, world, row, founded)
    for row in written()["organisations"]:
        _add_organisation(session, world, row, founded)
    for row in sorted(written()["engagements"], key=lambda row: -row["since"]):
        _engage(session, world, row)
    return world


def _add_street(session: Session, world: World, row: dict[str, Any], now: datetime) -> None:
    county = world.areas[row["county"]]
    street = add_place(session, parent_id=county.id, name=row["name"], name_en=row["name_en"], actor_id=None, now=now)
    world.areas[row["key"]] = street
    office = street_office_of(session, street.id, clock.local_date(now))
    if office is not None:  # there always is one: it comes with the street
        world.organisations[row["key"]] = office


def _add_community(session: Session, world: World, row: dict[str, Any], now: datetime) -> None:
    place = add_place(
        session, parent_id=world.areas[row["street"]].id, name=row["name"], name_en=row["name_en"],
        households=row["households"], actor_id=None, now=now,
    )  # fmt: skip
    code = draw_code(session, place_id=place.id, actor_id=None, now=now).code
    community = Community(row["key"], place, code, row["lifts"], row["weight"])
    world.areas[row["key"]], world.communities[row["key"]] = place, community
    for number, entrances in enumerate(row["entrances"], start=1):
        building = add_place(session, parent_id=place.id, name=f"{number}号楼", name_en=f"Building {number}",
                             actor_id=None, now=now)  # fmt: skip
        community.entrances.append([_add_entrance(session, building, one + 1, now) for one in range(entrances)])


def _add_entrance(session: Session, building: Place, number: int, now: datetime) -> Entrance:
    place = add_place(session, parent_id=building.id, name=f"{number}单元", name_en=f"Entrance {number}",
                      actor_id=None, now=now)  # fmt: skip
    return Entrance(place, building, draw_code(session, place_id=place.id, actor_id=None, now=now).code)


def _add_organisation(session: Session, world: World, row: dict[str, Any], now: datetime) -> None:
    world.organisations[row["key"]] = add_organisation(
        session,
        kind=OrganisationKind(row["kind"]),
        name=row["name"],
        place_id=world.areas[row["area"]].id,
        phone=row.get("phone"),
        trade=Trade(row["trade"]) if "trade" in row else None,
        actor_id=None,
        now=now,
    )


def _engage(session: Session, world: World, row: dict[str, Any]) -> None:
    """Enter an engagement on its first day; where it takes over from another, or ends, some weeks ahead."""
    community_id, organisation_id = world.areas[row["community"]].id, world.organisations[row["organisation"]].id
    starts_on = world.day(row["since"])
    others = [other for other in written()["engagements"] if other["community"] == row["community"]]
    if any(other.get("until") == row["since"] for other in others):
        change_over(session, community_id=community_id, organisation_id=organisation_id, starts_on=starts_on,
                    actor_id=None, now=world.morning(row["since"] + TOLD_AHEAD))  # fmt: skip
        return
    engagement = engage(session, community_id=community_id, organisation_id=organisation_id, starts_on=starts_on,
                        actor_id=None, now=world.morning(row["since"]))  # fmt: skip
    if "until" in row and not any(other["since"] == row["until"] for other in others):
        end_engagement(session, engagement_id=engagement.id, ends_on=world.day(row["until"]), actor_id=None,
                       now=world.morning(row["until"] + TOLD_AHEAD))  # fmt: skip
