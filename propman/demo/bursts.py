"""One fault that a whole building reports: the incidents of `world.toml`, and what its other households answer.

`to` of an agreement is the stars that the household gives.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from propman import clock
from propman.demo.acts import Hands
from propman.demo.plots import Fate, Plot, Step, caller, season_month, steps_of
from propman.demo.sentences import fault
from propman.demo.world import World, written
from propman.tickets import operations as tickets
from propman.tickets.incident import WITHIN
from propman.tickets.models import Channel, Ticket

CALLED = 0.4  # the share of households that leave a telephone


def incidents(rng: Random, world: World) -> list[Plot]:
    """The first report of each incident, and those that come in behind it, within so many minutes."""
    found = []
    for row in written()["incidents"]:
        first = clock.at_local(world.day(row["days"]), row["at"])
        others = {step["report"]: step for step in row["others"]}
        for number in range(1, row["reports"] + 1):
            at = first + timedelta(minutes=row["within"]) * ((number - 1) / row["reports"])
            plot = _report(rng, world, row, at)
            answer = [others[number]] if number in others else []
            plot.script, plot.joins = steps_of(world, row["steps"] if number == 1 else answer), number > 1
            found.append(plot)
    return found


def without_leads(chance: Sequence[Plot], told: Sequence[Plot]) -> list[Plot]:
    """Of what happens by `chance`, all but what might lead an incident that is `told`: of its category and community (a
    part serves several buildings), within 72 hours before it. What its households answer would be about another repair.
    """
    firsts = [(plot.category, plot.community.key, plot.at) for plot in told if not plot.joins]

    def leads(plot: Plot) -> bool:
        same = [at for category, key, at in firsts if (category, key) == (plot.category, plot.community.key)]
        return plot.script is None and any(at - WITHIN <= plot.at <= at for at in same)

    return [plot for plot in chance if not leads(plot)]


def _report(rng: Random, world: World, row: dict[str, Any], at: datetime) -> Plot:
    key, building = row["where"]
    community, category = world.communities[key], row["category"]
    entrance = rng.choice(community.entrances[building - 1])
    name, phone = caller(rng) if rng.random() < CALLED else ("", "")
    words = fault(rng, category, month=season_month(clock.local_date(at)), building=entrance.building.name)
    return Plot(
        at=at, community=community, place=entrance.place, code=entrance.code, category=category, fault=words,
        channel=Channel.CODE, reporter=None, fate=Fate.FIXED, name=name, phone=phone,
    )  # fmt: skip


def answer_for_oneself(hands: Hands, step: Step, plot: Plot, ticket: Ticket, now: datetime) -> bool:
    """Let a household say that it is fixed at its place too, or that its own fault is another; whether it did."""
    reporter = hands.reporter(plot, ticket, now)
    if step.do == "agree":
        tickets.agree(hands.session, ticket=ticket, viewer=reporter, seen_version=ticket.version, now=now,
                      stars=int(step.to), note=step.note)  # fmt: skip
    elif step.do == "separate":
        tickets.separate(hands.session, ticket=ticket, viewer=reporter, seen_version=ticket.version, now=now,
                         note=step.note)  # fmt: skip
    return step.do in {"agree", "separate"}
