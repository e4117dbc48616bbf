"""What has to be known when a report comes in: one statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, Date, Select, Table, bindparam, select, true
from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Engagement, Organisation, Place
from propman.communities.queries import Holder, holder_on
from propman.db import Base, Packing, draw_ids, drawn_along, read
from propman.rota.queries.staff import STAFF_COLUMNS, Staff, read_staff, staff_columns, staff_of
from propman.tickets.queries.recourse import MEANT, parts_meant, types_of

_TODAY: Any = bindparam("today", type_=Date)
_BODY, _NEAR = cast(Table, Organisation.__table__), MEANT.subquery()
_PARTS = Packing((_NEAR.c.depth, _NEAR.c.id))


@lru_cache(maxsize=16)
def _incoming(drawn: tuple[ColumnElement[list[int]], ...]) -> Select[*tuple[Any, ...]]:
    return (
        select(_BODY.c.id, _BODY.c.kind, _PARTS.rows(_NEAR, true()), *staff_columns(_BODY.c.id), *drawn)
        .join(Engagement, Engagement.organisation_id == _BODY.c.id)
        .where(Engagement.community_id == bindparam("community"), Engagement.in_force(_TODAY))
    )


class Incoming(NamedTuple):
    """Who answers for the community of a report, their people, the parts that it can mean, as `parts_meant`; and ids
    that no row has.
    """

    holder: Holder
    staff: Staff
    parts: Sequence[int]
    ids: Sequence[int]


def incoming(session: Session, *, place: Place, category: str, rows: Sequence[type[Base]], now: datetime) -> Incoming:
    """What is known of a report of `category` about `place`, in a community or one, as it comes in at `now`; with an id
    for each of the `rows` that it will be.
    """
    community_id, today = place.community_line_ids[0], clock.local_date(now)
    asked = {"community": community_id, "places": place.line_ids, "types": types_of(session, category, today),
             "today": today, "now": now}  # fmt: skip
    drawn = drawn_along(session, *rows)
    row = read(session, _incoming(drawn), asked).one_or_none()
    if row is None:  # nobody manages the community
        holder = holder_on(session, community_id, today)
        parts = parts_meant(session, category=category, place=place, on=today)
        return Incoming(holder, staff_of(session, holder.id, now), parts, draw_ids(session, *rows))
    organisation_id, kind, near, *more = row
    staff, ids = more[:STAFF_COLUMNS], more[STAFF_COLUMNS:]
    nearest = [part for _depth, part in sorted(_PARTS.read_all(near), key=lambda part: (-part[0], part[1]))]
    return Incoming(Holder(organisation_id, kind), read_staff(staff, now), nearest,
                    ids[0] if ids else draw_ids(session, *rows))  # fmt: skip
