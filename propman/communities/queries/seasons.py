"""The heating seasons that are entered for a place, its county or its city; and whose they are to look at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman.communities.kinds import SEASON_KINDS
from propman.communities.models import HeatingSeason, Place
from propman.communities.queries.reach import Reach
from propman.communities.seasons import Season, SeasonRule, seasons
from propman.db import ID_LIMIT
from propman.errors import NotFound

_SLASHES_OF_A_COUNTY = 4  # "/province/prefecture/county/"


def season_rules(session: Session, places: Iterable[Place]) -> dict[int, tuple[SeasonRule, ...]]:
    """For each of `places`, by id, the rows that speak of it or of what it lies in; one query for all of them.

    In the order in which they were entered, so that of equals the later one counts (`seasons.seasons`).
    """
    places = list(places)
    wanted = {each for place in places for each in place.line_ids}
    query = select(HeatingSeason).where(HeatingSeason.place_id.in_(wanted), HeatingSeason.withdrawn_at.is_(None))
    rows = defaultdict(list)
    for row in session.scalars(query.order_by(HeatingSeason.id)) if wanted else ():
        rows[row.place_id].append(row)
    return {place.id: tuple(_rules(place, rows)) for place in places}


def seasons_for(session: Session, places: Iterable[Place], *, since: int, until: int) -> dict[int, tuple[Season, ...]]:
    """For each of `places`, by id, its seasons that begin in the years `since` to `until`; one query for all."""
    rules = season_rules(session, places)
    return {place_id: seasons(found, since=since, until=until) for place_id, found in rules.items()}


def places_with_seasons(session: Session) -> tuple[Place, ...]:
    """The cities and counties that have a row in force, a county before its city."""
    entered = select(HeatingSeason.place_id).where(HeatingSeason.withdrawn_at.is_(None))
    places = session.scalars(select(Place).where(Place.id.in_(entered)).order_by(Place.id))
    return tuple(sorted(places, key=lambda place: -len(place.line_ids)))


def season_places(session: Session, within: Reach) -> tuple[Place, ...]:
    """The cities and counties that lie within reach, or in which something lies that is: cities first, by code."""
    paths = within.prefixes(session)
    above = {int(each) for path in paths for each in path.strip("/").split("/")[1:3] if each}
    inside = [Place.path.like(f"{path}%") for path in paths if path.count("/") <= _SLASHES_OF_A_COUNTY]
    query = select(Place).where(Place.kind.in_(SEASON_KINDS), or_(Place.id.in_(above), *inside))
    return tuple(session.scalars(query.order_by(Place.division_code, Place.id)))


def season_rows(session: Session, place_ids: Iterable[int]) -> dict[int, list[HeatingSeason]]:
    """The rows of cities and counties by their ids, withdrawn ones too: the latest years first."""
    query = select(HeatingSeason).where(HeatingSeason.place_id.in_(list(place_ids)))
    found = defaultdict(list)
    for row in session.scalars(query.order_by(HeatingSeason.from_year.desc(), HeatingSeason.id.desc())):
        found[row.place_id].append(row)
    return found


def season_place(session: Session, place_id: int, within: Reach) -> Place:
    """A city or county for which the seasons are kept within this reach. Raises `NotFound` for every other place."""
    place = session.get(Place, place_id) if 0 < place_id < ID_LIMIT else None
    if place is None or place.kind not in SEASON_KINDS or not within.covers(place):
        raise NotFound()
    return place


def season_row(session: Session, season_id: int, within: Reach) -> HeatingSeason:
    """A row in force that is kept within this reach. Raises `NotFound`, also for one that was withdrawn."""
    row = session.get(HeatingSeason, season_id) if 0 < season_id < ID_LIMIT else None
    if row is None or row.withdrawn_at is not None or not within.covers(row.place):
        raise NotFound()
    return row


def _rules(place: Place, rows: dict[int, list[HeatingSeason]]) -> Iterable[SeasonRule]:
    found = [(row, depth) for depth, each in enumerate(place.line_ids) for row in rows.get(each, ())]
    for row, depth in sorted(found, key=lambda one: one[0].id):
        yield SeasonRule(
            from_year=row.from_year, to_year=row.to_year, starts=row.starts, ends=row.ends,
            verified=row.verified_on is not None, depth=depth,
        )  # fmt: skip
