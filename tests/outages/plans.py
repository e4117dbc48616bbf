"""Outages in the small world: water off at building 3 from nine to five tomorrow, unless said otherwise."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.communities.models import Place
from propman.data.reading import Trade
from propman.notify.models import Channel, Notice
from propman.outages import operations
from propman.outages.models import Outage
from tests.world import World, viewer

WHY = "更换水泵，请提前储水。"


def at(hour: int, day: int = 1, now: datetime | None = None) -> datetime:
    """That hour so many days from today."""
    return clock.at_local(clock.local_date(now or clock.now()) + timedelta(days=day), time(hour))


def announce(session: Session, world: World, *places: Place, by: User | None = None, **more: Any) -> Outage:
    """Announced by the dispatcher, in the community of the places."""
    now = more.pop("now", None) or clock.now()
    asked = {
        "supply": Trade.WATER, "starts_at": at(9, now=now), "ends_at": at(17, now=now), "words": WHY,
        "community_id": world.community.id, "place_ids": {place.id for place in places or (world.building,)},
    }  # fmt: skip
    who = viewer(session, by or world.dispatcher_mei, now=now)
    return operations.announce(session, viewer=who, now=now, **{**asked, **more})


def running(session: Session, world: World, *places: Place, **more: Any) -> Outage:
    """One that began an hour ago and lasts two more."""
    now = more.get("now") or clock.now()
    times = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=2)}
    return announce(session, world, *places, **{**times, **more})


def seen(session: Session, outage: Outage, by: User, now: datetime | None = None) -> dict[str, Any]:
    """Who acts on it, as it stands."""
    moment = now or clock.now()
    return {"outage_id": outage.id, "viewer": viewer(session, by, now=moment), "seen_version": outage.version,
            "now": moment}  # fmt: skip


def told(session: Session, person: User) -> list[str]:
    """The topics of outages in the inbox of `person`, the first first."""
    query = select(Notice.topic).where(Notice.recipient_id == person.id, Notice.channel == Channel.INBOX)
    return [topic for topic in session.scalars(query.order_by(Notice.id)) if topic.startswith("outage")]
