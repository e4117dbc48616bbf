"""Planned outages of the demo world: one that runs and was reported all the same, one that comes, one that is over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from propman import clock
from propman.communities.models import Place
from propman.data.reading import Trade
from propman.demo.acts import Hands
from propman.demo.world import Community, World
from propman.outages import operations
from propman.outages.models import Outage
from propman.roles import NOBODY, Viewer
from propman.tickets import operations as tickets
from propman.tickets.models import Channel

WHERE = "jiayuan"
CABLE = "更换地下配电室电缆，停电期间电梯停运，请勿搭乘，冰箱少开门。"
LIFT = "电梯年度检验，请走楼梯；行动不便的住户请提前联系物业。"
PUMP = "更换二次供水水泵，请提前储水。"
LONGER = "水泵基座需重新浇筑，供水推迟恢复。"
REPORTED = ((2, 1, 10, "家里没电了，电表也不亮。"), (3, 1, 20, "整栋楼都没电，什么时候来？"))
"""Which building, how many days ago, at which hour, in which words."""


def announce_outages(hands: Hands, world: World) -> None:
    """Announce them, after the flats have their people: who lives there is told. Flushes."""
    community = world.communities[WHERE]
    buildings = [entrances[0].building for entrances in community.entrances]
    _pump(hands, world, community, buildings[:2])
    cable = _announce(hands, world, community, buildings[2:4], Trade.POWER, CABLE, told=4, first=(1, 8), last=(-1, 18))
    _announce(hands, world, community, buildings[4:6], Trade.LIFT, LIFT, told=1, first=(-2, 9), last=(-2, 17))
    for building, days, hour, words in REPORTED:
        tickets.open_ticket(
            hands.session, report=tickets.Report(category="power", description=words),
            place=community.entrances[building][0].place, channel=Channel.CODE, viewer=NOBODY,
            tracking_key_id=hands.tracking_key_id, store=hands.store, now=_at(world, days, hour),
        )  # fmt: skip
    looks_after = hands.cast.post("grid_worker").user_id
    operations.follow(hands.session, outage_id=cable.id, user_id=looks_after, now=_at(world, 1, 9))


def _pump(hands: Hands, world: World, community: Community, buildings: list[Place]) -> None:
    """It took longer than planned, and not as long as was said then."""
    outage = _announce(hands, world, community, buildings, Trade.WATER, PUMP, told=13, first=(10, 8), last=(10, 12))
    moved: dict[str, Any] = {"starts_at": outage.starts_at, "ends_at": _at(world, 10, 18), "words": LONGER}
    operations.move(hands.session, **moved, **_seen(hands, outage, _at(world, 10, 11)))
    ended = _at(world, 10, 15) + timedelta(minutes=20)
    operations.end(hands.session, **_seen(hands, outage, ended))


def _announce(
    hands: Hands, world: World, community: Community, buildings: list[Place], supply: Trade, words: str, *,
    told: int, first: tuple[int, int], last: tuple[int, int],
) -> Outage:  # fmt: skip
    """One of the dispatcher, who tells of it `told` days before the anchor day; `first` and `last`: day and hour."""
    now = world.morning(told)
    return operations.announce(
        hands.session, viewer=_dispatcher(hands, now), community_id=community.place.id, supply=supply, words=words,
        place_ids={building.id for building in buildings}, starts_at=_at(world, *first), ends_at=_at(world, *last),
        now=now,
    )  # fmt: skip


def _seen(hands: Hands, outage: Outage, now: datetime) -> dict[str, Any]:
    return {"outage_id": outage.id, "viewer": _dispatcher(hands, now), "seen_version": outage.version, "now": now}


def _dispatcher(hands: Hands, now: datetime) -> Viewer:
    return hands.cast.viewer(hands.cast.post("dispatcher").user_id, now)


def _at(world: World, days_before: int, hour: int) -> datetime:
    return clock.at_local(world.day(days_before), time(hour))
