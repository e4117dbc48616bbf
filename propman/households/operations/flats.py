"""The flats of an entrance or building, entered by their numbers."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record
from propman.communities import numbering
from propman.communities.models import Place
from propman.communities.queries import community_of
from propman.db import held
from propman.errors import Refused
from propman.households import queries
from propman.households.models import Household
from propman.text import N_

MOST_FLATS = 200  # in one step
_FLOOR = re.compile(r"[^0-9]*([0-9]{1,2})[0-9]{2}[^0-9]*")


def add_households(
    session: Session, *, place_id: int, numbers: str, actor_id: int | None, now: datetime
) -> list[Household]:
    """Enter the flats of an entrance or building by their numbers: "101-103, 201"; the floor is read from them.

    Raises `Refused` for what is no number, too many, a flat that is there, and a place that is closed or holds none.
    """
    place, today = held(session, Place, place_id), clock.local_date(now)
    community = community_of(session, place)
    if community is None or not (place.open_on(today) and community.open_on(today)):
        raise Refused(N_("This place is closed."))
    if place not in queries.holding_flats(session, place, today):
        raise Refused(N_("The flats of this building stand under its entrances."))
    found = numbering.numbers(numbers, unit="室", most=MOST_FLATS)
    there = set(session.scalars(select(Household.number).where(Household.place_id == place.id)))
    if taken := [number for number in found if number in there]:
        raise Refused(N_("Already there: %(numbers)s."), field="numbers", status=409, numbers=", ".join(taken)[:40])
    added = [Household(community_id=community.id, place_id=place.id, number=one, floor=_floor(one)) for one in found]
    session.add_all(added)
    session.flush()
    record(session, act="households_added", subject_kind="place", subject_id=place.id, actor_id=actor_id, now=now,
           count=len(added))  # fmt: skip
    return added


def _floor(number: str) -> int | None:
    """The floor that a number says: 301 lies on the third, 1203 on the twelfth."""
    found = _FLOOR.fullmatch(number)
    return int(found[1]) if found else None
