"""The heating seasons that are entered for a place, its county or its city."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.communities.models import HeatingSeason, Place
from propman.communities.seasons import SeasonRule


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


def _rules(place: Place, rows: dict[int, list[HeatingSeason]]) -> Iterable[SeasonRule]:
    found = [(row, depth) for depth, each in enumerate(place.line_ids) for row in rows.get(each, ())]
    for row, depth in sorted(found, key=lambda one: one[0].id):
        yield SeasonRule(
            from_year=row.from_year, to_year=row.to_year, starts=row.starts, ends=row.ends,
            verified=row.verified_on is not None, depth=depth,
        )  # fmt: skip
