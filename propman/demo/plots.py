"""What will be reported in the demo world, by whom, and how it is going to end: drawn before anything happens. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from random import Random
from typing import Any

from propman import clock
from propman.communities.models import Place
from propman.demo import pacing
from propman.demo.people import Cast, Post
from propman.demo.sentences import Fault, fault
from propman.demo.world import Community, World, written
from propman.tickets.models import Channel, Ticket
from propman.tickets.workflow import State

DAYS = 120  # how far back the first report lies
REPORTS = 360
FORGOTTEN_DAYS = 40  # what lay longer was found by somebody

# category: weight in thaw (March, April), in the warm half of the year, at the start of heating, in frost
WEIGHTS = {
    "lift_trapped": (2, 2, 2, 2),
    "gas_leak": (3, 3, 3, 4),
    "falling_hazard": (8, 4, 4, 7),
    "missing_cover": (4, 4, 3, 2),
    "water": (26, 30, 24, 30),
    "heat": (14, 3, 48, 38),
    "power": (9, 11, 9, 11),
    "fire_safety": (7, 8, 7, 8),
    "urgent_repair": (10, 11, 9, 12),
    "sewage": (22, 28, 17, 16),
    "lights": (20, 22, 26, 28),
    "door_camera": (13, 12, 16, 20),
    "lift_fault": (8, 9, 8, 9),
    "leak": (24, 20, 10, 8),
    "minor_repair": (15, 16, 13, 10),
    "in_home": (10, 12, 11, 11),
    "environment": (15, 22, 12, 14),
    "other": (6, 8, 6, 6),
}
EMERGENCIES = frozenset({"lift_trapped", "gas_leak", "falling_hazard", "missing_cover"})
LIFTS = frozenset({"lift_trapped", "lift_fault"})
OUTDOORS = frozenset({"missing_cover", "environment", "other"})

BURSTS = ((97, 0, 9, 6), (71, 1, 20, 5), (46, 5, 20, 3), (38, 1, 7, 8), (25, 2, 21, 7), (17, 0, 6, 7), (5, 3, 14, 4))
"""One burst pipe, many reports: days before the anchor day, which community in the list, from what hour, how many.

Two of them in the evening before a community changed hands.
"""

CALLERS = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧"
TITLES = ("先生", "女士", "大爷", "大娘", "师傅", "阿姨")


class Fate(StrEnum):
    """How a report is going to end."""

    FIXED = "fixed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Step:
    """One act of a story that is written down; `to` names an organisation, a type of part or a payer."""

    at: datetime
    do: str
    to: str = ""
    note: str | None = None
    voice: int = 0  # seconds of a voice note that is said with it


@dataclass
class Plot:
    """One report and what is to become of it; `ticket` from the moment it is there."""

    at: datetime
    community: Community
    place: Place
    code: str  # on the label nearby
    category: str
    fault: Fault
    channel: Channel
    reporter: Post | None
    fate: Fate
    name: str = ""
    phone: str = ""
    variant: int = 0
    photos: frozenset[str] = frozenset()  # the stages of which there are pictures
    held: bool = False
    replaced: bool = False
    reopened: State | None = None  # where the reporter sends it back from, once
    answered: bool = True
    stars: int = 5
    punctual: bool = True
    ticket: Ticket | None = field(default=None, repr=False)
    plans: int = 0  # how many people have it in mind to do something about it
    rests: State | None = None  # where nobody goes on with it
    worker_id: int | None = None  # who is sent, if that matters
    script: list[Step] | None = None  # what is still to come of a story that is written down; None for all others
    voice: int = 0  # seconds of the voice note with which it is reported
    joins: bool = False  # about a fault that others have reported


def plots(rng: Random, world: World, cast: Cast) -> list[Plot]:
    """Every report of the last `DAYS` days before the anchor day, in the order of their moments."""
    found = [_plot(rng, world, cast, pacing.reported_at(rng, _some_day(rng, world))) for _ in range(REPORTS)]
    for days_before, number, hour, reports in BURSTS:
        community = list(world.communities.values())[number]
        begins = clock.at_local(world.day(days_before), time(hour))
        entrances = rng.choice(community.entrances)
        for _ in range(reports):
            at = begins + timedelta(minutes=rng.uniform(0, 100))
            found.append(_plot(rng, world, cast, at, "water", community, rng.choice(entrances).building))
    found += pieces(rng, world, cast)
    last = clock.at_local(world.anchor)
    return sorted((plot for plot in found if plot.at < last), key=lambda plot: plot.at)


def pieces(rng: Random, world: World, cast: Cast) -> list[Plot]:
    """The reports of `world.toml`, which leave something to do for those who sign in."""
    found = []
    for row in written()["reports"]:
        at = clock.at_local(world.day(row["days"]), row["at"])
        community = world.communities[row["where"][0]]
        entrance = community.entrances[row["where"][1] - 1][row["where"][2] - 1]
        reporter = cast.post(row["by"]) if "by" in row else None
        month = season_month(clock.local_date(at))
        plot = Plot(
            at=at, community=community, place=entrance.place, code=entrance.code, category=row["category"],
            fault=fault(rng, row["category"], month=month, building=entrance.building.name),
            channel=Channel.ACCOUNT if reporter else Channel.CODE, reporter=reporter, fate=Fate.FIXED, answered=False,
            rests=State(row["rests"]) if "rests" in row else None, script=steps_of(world, row.get("steps", ())) or None,
            worker_id=cast.post(row["worker"]).user_id if "worker" in row else None, name=row.get("name", ""),
            phone=row.get("phone", ""), voice=row.get("voice", 0),
        )  # fmt: skip
        if plot.script is not None:  # a repair that was referred is proven with a picture
            plot.fault = replace(plot.fault, scene=plot.fault.scene or "pipe")
        plot.photos = frozenset({"report", "before", "after"} if plot.fault.scene else ())
        found.append(plot)
    return found


def steps_of(world: World, rows: Iterable[dict[str, Any]]) -> list[Step]:
    """The steps of a report of `world.toml` in their order."""
    return [
        Step(clock.at_local(world.day(step["days"]), step["at"]), step["do"], step.get("to", ""), step.get("note"),
             step.get("voice", 0))
        for step in rows
    ]  # fmt: skip


def _some_day(rng: Random, world: World) -> date:
    """A day of the last `DAYS`, rather a late one: more people know the code every week."""
    return world.day(1 + int(DAYS * rng.random() ** 1.5))


def _plot(
    rng: Random,
    world: World,
    cast: Cast,
    at: datetime,
    category: str = "",
    community: Community | None = None,
    building: Place | None = None,
) -> Plot:
    on = clock.local_date(at)
    every = list(world.communities.values())
    community = community or rng.choices(every, weights=[one.weight for one in every])[0]
    category = category or _category(rng, on, lifts=community.lifts)
    channel, reporter = _channel(rng, cast, community, on)
    place, house, code = _place(rng, community, category, reporter, building)
    plot = Plot(
        at=at, community=community, place=place, code=code, category=category, channel=channel, reporter=reporter,
        fault=fault(rng, category, month=season_month(on), building=house.name), fate=_fate(rng, category),
        variant=rng.randrange(2),
    )  # fmt: skip
    _give_a_telephone(rng, plot)
    _spin(rng, plot, (world.anchor - on).days)
    return plot


def _spin(rng: Random, plot: Plot, days_ago: int) -> None:
    """Draw the turns that this story takes on its way; every queue has some that nobody goes on with."""
    odds = {"report": 0.5 * (plot.channel is not Channel.PHONE), "before": 0.3, "after": 0.55}
    if plot.fault.scene:
        plot.photos = frozenset(stage for stage, share in odds.items() if rng.random() < share)
    plot.held = rng.random() < (0.55 if plot.category == "leak" else 0.08)
    plot.replaced = rng.random() < 0.07
    if days_ago < FORGOTTEN_DAYS and plot.category not in EMERGENCIES and rng.random() < 0.07:
        plot.rests = rng.choice((State.SUBMITTED, State.ASSIGNED))
    plot.reopened = rng.choices((None, State.COMPLETED, State.CONFIRMED), weights=(88, 9, 3))[0]
    plot.answered = rng.random() < (0.55 if plot.channel is Channel.PHONE else 0.72)
    plot.punctual = rng.random() < 0.84
    plot.stars = rng.choices((5, 4, 3, 2, 1), weights=(48, 30, 12, 6, 4) if plot.punctual else (12, 24, 30, 20, 14))[0]


def _category(rng: Random, on: date, *, lifts: bool) -> str:
    month = season_month(on)
    column = 0 if month in {3, 4} else 1 if 5 <= month <= 9 else 2 if month == 10 else 3
    weights = {category: row[column] for category, row in WEIGHTS.items() if lifts or category not in LIFTS}
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def season_month(on: date) -> int:
    """The month as upkeep knows it: heating in Harbin runs from 20 October to 20 April."""
    if on.month == 10 and on.day < 20:
        return 9
    return 5 if on.month == 4 and on.day > 20 else on.month


def _channel(rng: Random, cast: Cast, community: Community, on: date) -> tuple[Channel, Post | None]:
    (channel,) = rng.choices((Channel.CODE, Channel.ACCOUNT, Channel.PHONE), weights=(52, 24, 24))
    if channel is not Channel.ACCOUNT:
        return channel, None
    there = cast.reporters(community.place, on)
    return (channel, rng.choice(there)) if there else (Channel.CODE, None)


def _place(
    rng: Random, community: Community, category: str, reporter: Post | None, building: Place | None
) -> tuple[Place, Place, str]:
    """What is broken where: the place, a building to name in the words, and the code on the label nearby."""
    entrance = rng.choice(rng.choice(community.entrances))
    if building is not None:
        return building, building, community.code
    if category in OUTDOORS:
        return (community.place if rng.random() < 0.6 else entrance.building), entrance.building, community.code
    home = reporter.home if reporter else None
    if home is not None and rng.random() < 0.7:
        entrance = next((one for row in community.entrances for one in row if one.place.id == home.id), entrance)
    place = entrance.place if rng.random() < 0.85 else entrance.building
    return place, entrance.building, entrance.code


def _fate(rng: Random, category: str) -> Fate:
    if category in EMERGENCIES:
        return Fate.FIXED
    weights = (90, 5, 5) if category != "other" else (75, 20, 5)
    return rng.choices(list(Fate), weights=weights)[0]


def _give_a_telephone(rng: Random, plot: Plot) -> None:
    if plot.channel is Channel.PHONE or (plot.channel is Channel.CODE and rng.random() < 0.45):
        plot.name, plot.phone = caller(rng)


def caller(rng: Random) -> tuple[str, str]:
    """A name and a telephone that nobody has."""
    return rng.choice(CALLERS) + rng.choice(TITLES), f"139 0000 {rng.randrange(10_000):04d}"
