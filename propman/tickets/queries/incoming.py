"""What has to be known when a report comes in: one statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import BigInteger, ColumnElement, Date, Select, Table, bindparam, or_, select, true
from sqlalchemy.orm import Session

from propman import clock
from propman.assets.models import Asset
from propman.communities.models import Engagement, Organisation, Place
from propman.communities.queries import PLACE_ROWS, AnyPlace, Holder, holder_on, lines, place_rows
from propman.db import Packing, among, draw_ids, drawn_along, read
from propman.personal import PersonalText
from propman.rota.queries.staff import STAFF_COLUMNS, Staff, read_staff, staff_columns, staff_of
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.queries.recourse import meant, parts_meant, types_of

MOST_TEXTS = 4  # what is broken, where exactly, name and telephone number
_ROWS = (Ticket, TicketEvent, *[PersonalText] * MOST_TEXTS)

_TODAY: Any = bindparam("today", type_=Date)
_BODY, _PLACE = cast(Table, Organisation.__table__), cast(Table, Place.__table__)
_ABOVE = _PLACE.alias()
_AROUND = select(_ABOVE.c.parent_id).where(_ABOVE.c.id == bindparam("named", type_=BigInteger)).scalar_subquery()
_NEAR = meant(or_(among(Asset.place_id, "places"), Asset.place_id == _AROUND)).subquery()
_PARTS = Packing((_NEAR.c.depth, _NEAR.c.id))


@dataclass(frozen=True)
class Incoming:
    """Who answers for the community of a report, and their people; the places that were asked for, those named and what
    they lie in inside the community, by id; the parts that it can mean, as `parts_meant`; and ids that no row has: of
    a ticket, an event, and as many texts as a report brings.
    """

    holder: Holder
    staff: Staff
    places: Mapping[int, AnyPlace]
    parts: Sequence[int]
    ids: Sequence[int]

    def line(self, place: AnyPlace) -> list[AnyPlace]:
        """The places from the community down to `place`."""
        return [self.places[each] for each in place.community_line_ids]


def incoming(session: Session, *, place: AnyPlace, category: str, now: datetime) -> Incoming:
    """What is known of a report of `category` about `place`, in a community or one, as it comes in at `now`."""
    today = clock.local_date(now)
    asked = incoming_at(session, place.community_line_ids, named=place.id, category=category, now=now)
    if asked is not None:
        return asked
    holder = holder_on(session, place.community_line_ids[0], today)  # nobody manages the community
    parts = parts_meant(session, category=category, place=place, on=today)
    places = {each.id: each for each in lines(session, [place])[place.id]}
    return Incoming(holder, staff_of(session, holder.id, now), places, parts, draw_ids(session, *_ROWS))


def incoming_at(session: Session, line: Sequence[int], *, named: int, category: str, now: datetime) -> Incoming | None:
    """The same where all that is known is the id `named`, which can be wrong, and a `line` of ids from a community
    down; None while nobody manages the community.
    """
    today = clock.local_date(now)
    asked = {"community": line[0], "places": [*line, named], "named": named,
             "types": types_of(session, category, today), "today": today, "now": now}  # fmt: skip
    statement, columns = _incoming(drawn_along(session, *_ROWS))
    found = read(session, statement, asked).one_or_none()
    if found is None:
        return None
    organisation_id, kind, places, near, *more = columns.read(found[0])
    staff, ids = more[:STAFF_COLUMNS], more[STAFF_COLUMNS:]
    nearest = [part for _depth, part in sorted(_PARTS.read_all(near), key=lambda part: (-part[0], part[1]))]
    return Incoming(Holder(organisation_id, kind), read_staff(staff, now), place_rows(places), nearest,
                    ids[0] if ids else draw_ids(session, *_ROWS))  # fmt: skip


@cache
def _incoming(drawn: tuple[ColumnElement[list[int]], ...]) -> tuple[Select[Any], Packing]:
    places = PLACE_ROWS.rows(_PLACE, or_(among(_PLACE.c.id, "places"), _PLACE.c.id == _AROUND))
    columns = Packing(
        (_BODY.c.id, _BODY.c.kind, places, _PARTS.rows(_NEAR, true()), *staff_columns(_BODY.c.id), *drawn)
    )
    statement = (
        select(columns.row())
        .join(Engagement, Engagement.organisation_id == _BODY.c.id)
        .where(Engagement.community_id == bindparam("community"), Engagement.in_force(_TODAY))
    )
    return statement, columns
