"""What a short list at the desk says of a ticket, in words. No query is made but for the rules."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from propman import clock
from propman.catalogue.queries import category_names
from propman.db import db
from propman.tickets.queries import Shown
from propman.tickets.views.staff.pressing import Pressing, pressing
from propman.web.filters import language


class Line(NamedTuple):
    """One ticket in words."""

    ticket: Shown
    what: str
    where: str
    clock: Pressing | None


def lines_shown(rows: Iterable[Shown], now: datetime) -> list[Line]:
    """The tickets of these `rows` as lines, in their order."""
    reader = language()
    what = category_names(db.session(), clock.local_date(now), reader)
    return [
        Line(row, what.get(row.category, row.category), row.where, pressing(row, now, reader)) for row in rows
    ]  # fmt: skip
