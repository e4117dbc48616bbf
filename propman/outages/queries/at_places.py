"""What is off at a place: for its page, for the report form, and which outage explains a report."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from propman import clock
from propman.communities.models import Place
from propman.communities.queries import AnyPlace
from propman.data.outages import explained
from propman.data.reading import Trade
from propman.outages import rules
from propman.outages.models import Outage
from propman.outages.queries.story import LONGEST_GRACE, grace_on, where_of
from propman.outages.rules import Standing, Times

AHEAD = timedelta(days=14)  # how long before its start it is shown at its places


@dataclass(frozen=True)
class Shown:
    """An outage as it is told at a place: how it stands, and where it is in words."""

    outage: Outage
    standing: Standing
    where: Sequence[str]


def shown_at(session: Session, place: AnyPlace, community: AnyPlace, now: datetime) -> list[Shown]:
    """What is off now, lately or soon at `place`, above it or inside it; what ends first stands first.

    One statement where nothing is, five where something is.
    """
    found = [one for one in _of_community(session, community, now) if rules.touches(place.path, one.paths)]
    return _shown(session, found, now)


def shown_in(session: Session, community: Place, now: datetime) -> list[Shown]:
    """As `shown_at`, for everything in `community`."""
    return _shown(session, _of_community(session, community, now), now)


def told_of(session: Session, outages: Iterable[Outage], now: datetime) -> list[Shown]:
    """`outages` with how they stand and where they are, in their order."""
    found = list(outages)
    if not found:
        return []
    return _told(session, found, now, grace_on(session, clock.local_date(now)))


def explaining(session: Session, place: AnyPlace, community: AnyPlace, category: str, now: datetime) -> Outage | None:
    """The outage that explains a report of `category` about `place` at `now`, the first one of several; or None."""
    on = clock.local_date(now)
    found = [
        one
        for one in _of_community(session, community, now)
        if rules.inside(place.path, one.paths) and category in explained(one.supply, on)
    ]
    grace = grace_on(session, on) if found else LONGEST_GRACE
    fitting = [one for one in found if rules.explains(one.times, now, grace)]
    return min(fitting, key=lambda one: (one.starts_at, one.id)) if fitting else None


def concerns(outage: Outage, place: Place, category: str) -> bool:
    """Whether a report of `category` about `place` can be because of `outage`, by what and where it is."""
    return rules.inside(place.path, outage.paths) and category in explained(
        outage.supply, clock.local_date(outage.starts_at)
    )


def overlapping(
    session: Session, community: Place, supply: Trade, paths: Collection[str], planned: Times, now: datetime,
    but: int | None = None,
) -> Outage | None:  # fmt: skip
    """An outage of the same `supply` at one of the places at `paths`, or above or inside, at the same time; or None.

    `but` is the id of the one that is moved.
    """
    return next(
        (
            one
            for one in _of_community(session, community, now)
            if one.supply is supply and one.id != but and one.ended_at is None
            and rules.meets(one.times, planned) and any(rules.touches(path, one.paths) for path in paths)
        ),
        None,
    )  # fmt: skip


def _of_community(session: Session, community: AnyPlace, now: datetime) -> Sequence[Outage]:
    """Every outage of `community` that is not over for longer than any grace, and was not called off."""
    end = func.coalesce(Outage.ended_at, Outage.ends_at)
    query = select(Outage).where(
        Outage.community_id == community.id, end > now - LONGEST_GRACE, Outage.called_off_at.is_(None)
    )
    whole = (joinedload(Outage.organisation), selectinload(Outage.places))
    return session.scalars(query.options(*whole).order_by(end, Outage.id)).all()


def _shown(session: Session, found: Sequence[Outage], now: datetime) -> list[Shown]:
    if not found:
        return []
    grace = grace_on(session, clock.local_date(now))
    near = [one for one in found if one.starts_at <= now + AHEAD and one.times.end + grace >= now]
    return _told(session, near, now, grace)


def _told(session: Session, found: Sequence[Outage], now: datetime, grace: timedelta) -> list[Shown]:
    where = where_of(session, found)
    return [Shown(one, rules.standing(one.times, now, grace), where[one.id]) for one in found]
