"""How well a point of a round is proven: by its label, by a new photograph, by a position, or by nothing. Pure.

The challenge comes with the round when it is loaded and holds for the shift. It is derived by HMAC-SHA-256 from the
round, the person and the end of the shift: it is not stored, a retry shows the same one, and none can be made up or
carried into another round. Each level is shown as what it is, and none is certain: a label may have been photographed,
and a position or a time is what a device claims.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import asin, cos, isfinite, radians, sin, sqrt

from propman.communities.codes import normal

Keys = Mapping[str, bytes]

EARTH_METRES = 6_371_008.8  # the mean radius (IUGG)
CHALLENGE = re.compile(r"([0-9A-Za-z_-]{1,20})\.([0-9]{1,11})\.([0-9a-f]{32})")


class Level(StrEnum):
    """By what a point is proven, the strongest first."""

    SCANNED = "scanned"
    PHOTO = "photo"
    POSITION = "position"
    NONE = "none"


class Lack(StrEnum):
    """Why a level was not reached."""

    NO_CODE = "no_code"
    OTHER_CODE = "other_code"  # of another place or part, taken down, or none at all
    FOREIGN_CHALLENGE = "foreign_challenge"  # of another round or person, or made up
    EXPIRED = "expired"  # the shift was over
    CLOCK = "clock"  # the device's time is too far from ours
    NO_PHOTO = "no_photo"
    USED_PHOTO = "used_photo"
    NO_POSITION = "no_position"
    ROUGH_POSITION = "rough_position"  # the device itself says that it is less exact than what is asked
    FAR = "far"


@dataclass(frozen=True)
class Position:
    """Degrees of latitude and longitude, in one system for all (WGS 84, as browsers give it); how exact, in metres."""

    latitude: float
    longitude: float
    metres: float = 0.0

    @property
    def is_one(self) -> bool:
        """Whether it is anywhere on earth."""
        known = all(isfinite(each) for each in (self.latitude, self.longitude, self.metres))
        return known and abs(self.latitude) <= 90 and abs(self.longitude) <= 180 and self.metres >= 0


@dataclass(frozen=True)
class Given:
    """What came in with a point. `photo_is_new` is None without one; a code may be typed by hand; `device_at` is None
    where the device said no time, as a page without JavaScript cannot.
    """

    challenge: str
    code: str | None
    device_at: datetime | None
    received_at: datetime
    photo_is_new: bool | None = None
    position: Position | None = None


@dataclass(frozen=True)
class Asked:
    """What a point is held against: whose round, the labels in use there, where it is if anybody knows."""

    round_id: int
    person_id: int
    codes: Collection[str]
    position: Position | None = None
    within_metres: float = 100
    clock_off: timedelta = timedelta(minutes=15)


@dataclass(frozen=True)
class Proof:
    """The strongest level that was reached, and why each stronger one was not, in the order of the levels."""

    level: Level
    lacks: tuple[Lack, ...] = ()


def draw(*, round_id: int, person_id: int, ends_at: datetime, key_id: str, keys: Keys) -> str:
    """The challenge of a round for a person until the shift ends at `ends_at`, which counts in whole seconds.

    Raises `KeyError` for a key that the installation does not have.
    """
    ends = int(ends_at.timestamp())
    return f"{key_id}.{ends}.{_derived(round_id, person_id, ends, key_id, keys[key_id])}"


def valid_until(challenge: str, *, round_id: int, person_id: int, keys: Keys) -> datetime | None:
    """Until when `challenge` holds; None where it is not one of this round and person, or its key is gone."""
    found = CHALLENGE.fullmatch(challenge)
    if found is None or (key := keys.get(found[1])) is None:
        return None
    ends = int(found[2])
    if not hmac.compare_digest(found[3], _derived(round_id, person_id, ends, found[1], key)):
        return None
    return datetime.fromtimestamp(ends, UTC)


def grade(given: Given, asked: Asked, keys: Keys) -> Proof:
    """How well a point is proven. Nothing is refused: what does not prove one level may prove the next."""
    lacks: list[Lack] = []
    for level, lack in (
        (Level.SCANNED, _why_not_scanned(given, asked, keys)),
        (Level.PHOTO, _why_no_photo(given)),
        (Level.POSITION, _why_not_there(given, asked)),
    ):
        if lack is None:
            return Proof(level, tuple(lacks))
        lacks.append(lack)
    return Proof(Level.NONE, tuple(lacks))


def metres_between(one: Position, other: Position) -> float:
    """By the haversine formula (R. W. Sinnott: "Virtues of the Haversine", Sky and Telescope 68, 1984)."""
    north, south = radians(one.latitude), radians(other.latitude)
    east = radians(other.longitude - one.longitude)
    chord = sin((south - north) / 2) ** 2 + cos(north) * cos(south) * sin(east / 2) ** 2
    return 2 * EARTH_METRES * asin(min(1.0, sqrt(chord)))


def _why_not_scanned(given: Given, asked: Asked, keys: Keys) -> Lack | None:
    """The code of a label in use there counts with a challenge of this round and person that had not run out when it
    came in: a form of another round, or kept until after the shift, proves nothing by it. A time that the device said
    may be off by `asked.clock_off`; one that said none is not judged by it, and pages say so (`RoundPoint.untimed`).

    Where the code was read from is not known: from a photograph of the label it counts as well.
    """
    if not given.code:
        return Lack.NO_CODE
    if normal(given.code) not in asked.codes:
        return Lack.OTHER_CODE
    until = valid_until(given.challenge, round_id=asked.round_id, person_id=asked.person_id, keys=keys)
    if until is None:
        return Lack.FOREIGN_CHALLENGE
    if given.received_at >= until:
        return Lack.EXPIRED
    off = given.device_at is not None and abs(given.received_at - given.device_at) > asked.clock_off
    return Lack.CLOCK if off else None


def _why_no_photo(given: Given) -> Lack | None:
    if given.photo_is_new is None:
        return Lack.NO_PHOTO
    return None if given.photo_is_new else Lack.USED_PHOTO


def _why_not_there(given: Given, asked: Asked) -> Lack | None:
    """Where nobody knows where the point is, no position proves anything."""
    if given.position is None or asked.position is None or not given.position.is_one:
        return Lack.NO_POSITION
    if given.position.metres > asked.within_metres:
        return Lack.ROUGH_POSITION
    return Lack.FAR if metres_between(given.position, asked.position) > asked.within_metres else None


def _derived(round_id: int, person_id: int, ends: int, key_id: str, key: bytes) -> str:
    """128 bits in hex. The words before say what it is for, as one key serves several ends."""
    return hmac.digest(key, f"round|{key_id}|{round_id}|{person_id}|{ends}".encode(), hashlib.sha256)[:16].hex()
