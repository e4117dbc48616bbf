"""One outage: its history, who is told of it, where it is in words; and those whose end nobody has spoken of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from propman.accounts.models import User
from propman.accounts.queries import active
from propman.catalogue.queries import number_setting
from propman.communities.models import Place
from propman.communities.queries import address, lines
from propman.db import ID_LIMIT
from propman.errors import NotFound
from propman.households.queries import living_at
from propman.outages.models import Outage, OutageEvent, OutageFollower

LONGEST_GRACE = timedelta(days=7)


def outage(session: Session, outage_id: int) -> Outage:
    """The outage with this id, whoever asks. Raises `NotFound`."""
    whole = (joinedload(Outage.organisation), joinedload(Outage.community), selectinload(Outage.places))
    known = 0 < outage_id < ID_LIMIT
    found = session.get(Outage, outage_id, options=whole) if known else None
    if found is None:
        raise NotFound()
    return found


def events_of(session: Session, outage: Outage) -> Sequence[OutageEvent]:
    """What happened to it, the first first."""
    query = select(OutageEvent).where(OutageEvent.outage_id == outage.id).order_by(OutageEvent.version)
    return session.scalars(query).all()


def grace_on(session: Session, on: date) -> timedelta:
    """For how long after its end an outage still explains what is reported, by the setting of the day `on`."""
    return min(timedelta(hours=number_setting(session, "outage_grace_hours", on)), LONGEST_GRACE)


def people_of(session: Session, outage: Outage, on: date) -> set[int]:
    """Who is told of it on the day `on`: who lives there, and who follows it."""
    follow = (
        select(OutageFollower.user_id)
        .join(User, User.id == OutageFollower.user_id)
        .where(OutageFollower.outage_id == outage.id, active())
    )
    return living_at(session, outage.paths, on) | set(session.scalars(follow))


def follows(session: Session, outage: Outage, user_id: int | None) -> bool:
    """Whether that person follows it."""
    return user_id is not None and session.get(OutageFollower, (outage.id, user_id)) is not None


def late(session: Session, now: datetime) -> Sequence[Outage]:
    """Those whose planned end has passed in the last day without a word."""
    query = select(Outage).where(
        Outage.ends_at <= now, Outage.ends_at > now - timedelta(days=1), Outage.ended_at.is_(None),
        Outage.called_off_at.is_(None),
    )  # fmt: skip
    return session.scalars(query.options(joinedload(Outage.community)).order_by(Outage.id)).all()


def where_of(session: Session, outages: Iterable[Outage]) -> dict[int, list[str]]:
    """By outage the addresses of its places, without the community that they lie in; one query for all of them."""
    found = {one.id: one.places for one in outages}
    known = lines(session, {place for places in found.values() for place in places})
    return {one: [_inside(known[place.id]) for place in _in_order(places, known)] for one, places in found.items()}


def _in_order(places: Collection[Place], known: dict[int, tuple[Place, ...]]) -> list[Place]:
    return sorted(places, key=lambda place: [above.sort_key for above in known[place.id]])


def _inside(line: Sequence[Place]) -> str:
    """The address below the community; of the community itself its name."""
    return " ".join(address(line).split(" ")[1:]) or line[-1].name
