"""What is known at a place already, as whoever is about to report there is told of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from propman.catalogue.models import Category
from propman.communities.queries import AnyPlace, address, lines
from propman.db import db
from propman.tickets.models import Ticket
from propman.tickets.queries import alike_at
from propman.web.filters import name_of


@dataclass(frozen=True)
class Known:
    """A report that somebody has sent already: what, where, state and times, and nothing that its household said."""

    ticket: Ticket
    what: str
    where: str


def known_at(place: AnyPlace, kinds: Sequence[Category], now: datetime, category: str | None = None) -> list[Known]:
    """What is known about the building of `place` already and can be followed; of `category` alone, if one is named."""
    found = alike_at(db.session(), place, now, category)
    places = lines(db.session(), [ticket.place for ticket in found])
    what = {kind.code: name_of(kind) for kind in kinds}
    return [
        Known(ticket, what[ticket.category], address(places[ticket.place_id]))
        for ticket in found
        if ticket.category in what
    ]
