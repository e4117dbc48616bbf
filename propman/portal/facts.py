"""The facts of a community's checklist, for many communities at once, in a fixed number of SELECTs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman.accounts.queries import reachable_by_organisation
from propman.assets.models import Asset
from propman.catalogue.models import ClockRule
from propman.catalogue.queries import categories, emergency_numbers_everywhere, standing, work_calendar
from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.communities.models import Organisation, Place, PlaceCode
from propman.communities.queries import managers_on, seasons_for
from propman.communities.queries.reach import reach
from propman.errors import NotFound
from propman.households.queries import flats_reached
from propman.portal.readiness import Facts
from propman.roles import Permission, Role, Viewer
from propman.spans import lasts_beyond

DISPATCHES = frozenset({Role.DISPATCHER, Role.COMPANY_MANAGER, Role.STREET_OFFICE})


@dataclass(frozen=True)
class _Inside:
    """Buildings and entrances of a community, by count."""

    buildings: int = 0
    bare: int = 0
    entrances: int = 0
    labelled: int = 0


def communities_seen(session: Session, viewer: Viewer, on: date) -> Sequence[Place]:
    """The open communities whose checklists `viewer` may see on `on`, by name."""
    within = reach(viewer, Permission.SEE_READINESS, on).communities()
    query = select(Place).where(Place.id.in_(within), Place.open_on(on)).order_by(Place.sort_key, Place.id)
    return list(session.scalars(query))


def community_seen(session: Session, community_id: int, viewer: Viewer, on: date) -> Place:
    """One of `communities_seen`. Raises `NotFound` for every other."""
    within = reach(viewer, Permission.SEE_READINESS, on).communities()
    query = select(Place).where(Place.id == community_id, Place.id.in_(within), Place.open_on(on))
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound()
    return found


def facts_of(session: Session, communities: Sequence[Place], on: date) -> dict[int, Facts]:
    """What the checklist asks of each of `communities` on `on`, by their ids."""
    ids = [place.id for place in communities]
    managers = managers_on(session, ids, on)
    offices = _offices(session, {place.parent_id for place in communities if place.parent_id}, on)
    in_charge = {
        place.id: managers[place.id].id if place.id in managers else offices.get(place.parent_id or 0, 0)
        for place in communities
    }
    reachable = reachable_by_organisation(session, set(in_charge.values()), DISPATCHES, on)
    inside, parts, numbers = _inside(session, ids, on), _parts(session, ids, on), _numbers(session, communities, on)
    seasons = _seasons(session, communities, on)
    flats = flats_reached(session, ids, on)
    limits = sum(row.verified_on is None for row in standing(session, ClockRule, on))
    provisional = work_calendar(session, on).unconfirmed(on)
    return {
        one: Facts(
            managed=one in managers, reachable=reachable.get(in_charge[one], 0), buildings=inside[one].buildings,
            bare_buildings=inside[one].bare, entrances=inside[one].entrances, labelled=inside[one].labelled,
            numbers_for=numbers[one], season=seasons[one], parts=parts.get(one, 0), unchecked_limits=limits,
            provisional=provisional, flats=flats.get(one, (0, 0))[0], flats_reached=flats.get(one, (0, 0))[1],
        )
        for one in ids
    }  # fmt: skip


def _offices(session: Session, streets: set[int], on: date) -> dict[int, int]:
    """The office of each street."""
    query = select(Organisation.place_id, Organisation.id).where(
        Organisation.kind == OrganisationKind.STREET_OFFICE, Organisation.place_id.in_(streets),
        Organisation.open_on(on),
    )  # fmt: skip
    return {street: office for street, office in session.execute(query)}  # noqa: C416 - `dict()` of rows has no types


def _inside(session: Session, ids: Sequence[int], on: date) -> Mapping[int, _Inside]:
    building, entrance = aliased(Place), aliased(Place)
    in_use = select(PlaceCode.place_id).where(PlaceCode.revoked_at.is_(None), PlaceCode.place_id == entrance.id)
    entrances = (
        select(entrance.parent_id, func.count().label("entrances"),
               func.count(in_use.limit(1).scalar_subquery()).label("labelled"))
        .where(entrance.kind == PlaceKind.ENTRANCE, lasts_beyond(entrance.closed_on, on))
        .group_by(entrance.parent_id).subquery()
    )  # fmt: skip
    query = (
        select(building.parent_id, func.count(), func.count(entrances.c.parent_id),
               func.coalesce(func.sum(entrances.c.entrances), 0), func.coalesce(func.sum(entrances.c.labelled), 0))
        .outerjoin(entrances, entrances.c.parent_id == building.id)
        .where(building.kind == PlaceKind.BUILDING, building.parent_id.in_(ids), lasts_beyond(building.closed_on, on))
        .group_by(building.parent_id)
    )  # fmt: skip
    found: dict[int, _Inside] = defaultdict(_Inside)
    for community_id, buildings, with_entrance, count, labelled in session.execute(query):
        found[community_id] = _Inside(buildings, buildings - with_entrance, int(count), int(labelled))
    return found


def _parts(session: Session, ids: Sequence[int], on: date) -> dict[int, int]:
    there = (Asset.community_id.in_(ids), lasts_beyond(Asset.removed_on, on))
    query = select(Asset.community_id, func.count()).where(*there).group_by(Asset.community_id)
    return {community_id: count for community_id, count in session.execute(query)}  # noqa: C416 - as above


def _numbers(session: Session, communities: Sequence[Place], on: date) -> dict[int, set[str]]:
    """The categories for which a number of the community's own area is entered."""
    local = [row for row in emergency_numbers_everywhere(session, on) if row.areas]
    named = select(Place.id, Place.division_code).where(Place.division_code.is_not(None))
    codes = {place_id: code for place_id, code in session.execute(named)}  # noqa: C416 - as above
    found: dict[int, set[str]] = {}
    for place in communities:
        above = {codes[each] for each in place.line_ids if each in codes}
        near = [row for row in local if above & set((row.areas or "").split(","))]
        found[place.id] = {category for row in near for category in row.categories.split(",")}
    return found


def _seasons(session: Session, communities: Sequence[Place], on: date) -> dict[int, bool | None]:
    """Whether the season that begins this year is entered and checked; None where nothing is heated."""
    if not any(kind.code == "heat" for kind in categories(session, on)):
        return {place.id: None for place in communities}
    found = seasons_for(session, communities, since=on.year, until=on.year)
    return {place.id: any(season.verified for season in found[place.id]) for place in communities}
