"""How an outage stands at a moment, which moves that allows, which times make sense, what it explains. Pure.

That an outage is over is never stored: it follows from its planned end. Who knows better ends it or moves it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from propman.errors import Refused
from propman.text import N_

FARTHEST = timedelta(days=366)  # how far ahead one is announced
LATEST = timedelta(days=1)  # how long after its start one is still announced: somebody had to act first


class Move(StrEnum):
    """What happens to an outage: one row of its history each."""

    ANNOUNCED = "announced"
    MOVED = "moved"
    ENDED = "ended"
    CALLED_OFF = "called_off"


class Standing(StrEnum):
    """How an outage stands."""

    COMING = "coming"
    RUNNING = "running"
    LATE = "late"  # its planned end has passed a short while ago, and nobody has said that it is over
    OVER = "over"
    CALLED_OFF = "called_off"


OPEN = frozenset({Standing.COMING, Standing.RUNNING, Standing.LATE})

ALLOWED = {
    Standing.COMING: frozenset({Move.MOVED, Move.CALLED_OFF}),
    Standing.RUNNING: frozenset({Move.MOVED, Move.ENDED}),
    Standing.LATE: frozenset({Move.MOVED, Move.ENDED}),
    Standing.OVER: frozenset[Move](),
    Standing.CALLED_OFF: frozenset[Move](),
}
"""Which moves each standing allows. What has begun is ended, not called off."""


@dataclass(frozen=True)
class Times:
    """From when to when it is planned; when it was ended by somebody, or called off, if it was."""

    starts_at: datetime
    ends_at: datetime
    ended_at: datetime | None = None
    called_off: bool = False

    @property
    def end(self) -> datetime:
        """When it ended, or is to end."""
        return self.ended_at or self.ends_at


def standing(times: Times, now: datetime, grace: timedelta) -> Standing:
    """How an outage with these `times` stands at `now`; `grace` is how long one that nobody ended counts as late."""
    if times.called_off:
        return Standing.CALLED_OFF
    if times.ended_at is not None:
        return Standing.OVER
    if now < times.starts_at:
        return Standing.COMING
    if now < times.ends_at:
        return Standing.RUNNING
    return Standing.LATE if now <= times.ends_at + grace else Standing.OVER


def explains(times: Times, at: datetime, grace: timedelta) -> bool:
    """Whether what is reported at `at` can be because of it: from its start to its end, and the `grace` after it."""
    return not times.called_off and times.starts_at <= at <= times.end + grace


def check(planned: Times, now: datetime, longest: timedelta, before: Times | None = None) -> None:
    """Raises `Refused` (422), naming the field, for times that make no sense; `before`: those that it is moved from."""
    if planned.ends_at <= planned.starts_at:
        raise Refused(N_("It must end after it starts."), field="ends")
    if planned.ends_at <= now:
        raise Refused(N_("Its end must lie ahead."), field="ends_on")
    if planned.ends_at - planned.starts_at > longest:
        raise Refused(N_("An outage lasts %(most)s days at most. Announce what follows by itself."), field="ends_on",
                      most=longest.days)  # fmt: skip
    if planned.starts_at > now + FARTHEST:
        raise Refused(N_("It must start within a year."), field="starts_on")
    if before is not None and before.starts_at <= now:
        if planned.starts_at != before.starts_at:
            raise Refused(N_("It has started: only its end can be moved."), field="starts_on")
    elif planned.starts_at < now - LATEST:
        raise Refused(N_("Its start must not lie more than a day back."), field="starts_on")


def meets(one: Times, other: Times) -> bool:
    """Whether both are off at some moment."""
    return one.starts_at < other.end and other.starts_at < one.end


def inside(path: str, paths: Collection[str]) -> bool:
    """Whether the place at `path` is one of those at `paths`, or lies in one."""
    return any(path.startswith(each) for each in paths)


def touches(path: str, paths: Collection[str]) -> bool:
    """Whether the place at `path` lies in one of those at `paths`, or one of them in it."""
    return any(path.startswith(each) or each.startswith(path) for each in paths)
