"""When things happen in the demo world: at what hour people report, and when staff get to it. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random

from propman import clock

HOURS = {6: 3, 7: 8, 8: 10, 9: 8, 10: 6, 11: 5, 12: 5, 13: 4, 14: 4, 15: 4, 16: 5, 17: 7, 18: 10, 19: 10, 20: 8, 21: 5,
         22: 2}  # fmt: skip
"""How often people report at each hour: before work and after supper most."""

ROUND_THE_CLOCK = frozenset({"P0", "P1"})
STAFFED = time(8, 20), time(17, 50)


def reported_at(rng: Random, day: date) -> datetime:
    """A moment of `day` at which somebody reports something."""
    (hour,) = rng.choices(list(HOURS), weights=list(HOURS.values()))
    return clock.at_local(day, time(hour, rng.randrange(60), rng.randrange(60)))


def staffed(rng: Random, at: datetime, priority: str) -> datetime:
    """`at`, or the next morning's first hour where nobody is there so late for such a `priority`."""
    local = clock.local(at)
    opens, closes = STAFFED
    if priority in ROUND_THE_CLOCK or opens <= local.time() < closes:
        return at
    day = local.date() + timedelta(days=local.time() >= closes)
    return clock.at_local(day, opens) + timedelta(minutes=rng.uniform(0, 70))


def share_of(rng: Random, start: datetime, due: datetime | None, *, punctual: bool, typical: timedelta) -> datetime:
    """Between `start` and `due`, mostly after the `typical` time; past it where not `punctual`."""
    usual = start + typical * rng.lognormvariate(0, 0.5)
    if due is None or due <= start:
        return usual
    if not punctual:
        return start + (due - start) * rng.uniform(1.1, 1.9)
    return min(usual, start + (due - start) * rng.uniform(0.5, 0.95))


TYPICAL_RESPONSE = {"P0": 6, "P1": 9, "P2": 50, "P3": 180, "P4": 240}  # minutes until somebody is sent
TYPICAL_WAY = {"P0": 12, "P1": 50, "P2": 240, "P3": 900, "P4": 1500}  # minutes until the person sent begins
TYPICAL_WORK = {"P0": 80, "P1": 320, "P2": 900, "P3": 2400, "P4": 5000}  # minutes until it is done


def minutes(of: dict[str, int], priority: str) -> timedelta:
    """The typical time of `priority` in one of the tables above."""
    return timedelta(minutes=of[priority])
