"""What is typed about planned outages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from propman.data.reading import Trade
from tests.hostile import values as v
from tests.hostile.targets import RARE, Maker, Target
from tests.outages import plans


def outages(make: Maker) -> Iterator[Target]:
    """The list, the form, and what is done on the page of one."""
    world, session, mei = make.world, make.session, "dispatcher_mei"
    heat, power, gas = (plans.announce(session, world, supply=one) for one in (Trade.HEAT, Trade.POWER, Trade.GAS))
    running = plans.running(session, world, supply=Trade.LIFT)
    asked = {"which": (v.ANYTHING, "past"), "after": (v.ANYTHING, "1")}
    yield Target("outages.outages", mei, query=asked)
    yield Target("outages.choose", mei, query={"q": (v.ANYTHING, "河柏")})
    day, next_day = ((make.today + timedelta(days=days)).isoformat() for days in (3, 4))
    times = {
        "starts_on": (v.A_DAY, day), "starts": (v.CHOICE, "23:59"), "ends_on": (v.A_DAY, next_day),
        "ends": (v.CHOICE, "00:00"), "words": (v.TOLD, RARE),
    }  # fmt: skip
    places = {"places": (v.CHOICE, str(world.building.id))}
    form = {"supply": (v.CHOICE, "water"), **places, **times}
    yield Target("outages.announce", mei, {"community_id": world.community.id}, form=form)
    seen = {"version": (v.CHOICE, "1")}
    yield Target("outages.outage", args={"outage_id": heat.id})
    yield Target("outages.move", mei, {"outage_id": power.id}, form={**times, **seen})
    yield Target("outages.call_off", mei, {"outage_id": gas.id}, form=seen)
    yield Target("outages.end", mei, {"outage_id": running.id}, form=seen)
    yield Target("outages.follow", "neighbour_wu", {"outage_id": heat.id}, form={}, keyed=False)
