"""How what is looked at again is named wherever it is listed: what, and where."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from propman import clock
from propman.catalogue.queries import categories
from propman.communities.models import Place
from propman.communities.queries import address, lines
from propman.db import db
from propman.inspections.views.told import what as what_of_duties
from propman.spotchecks import queries
from propman.spotchecks.models import SpotCheck
from propman.tickets.queries import seen
from propman.web import current_viewer
from propman.web.filters import name_of


@dataclass(frozen=True)
class Line:
    """One spot check in words."""

    check: SpotCheck
    thing: str
    number: str | None  # of the report that was closed
    where: str
    mine: bool  # whoever looks may look again
    opens: Collection[int]  # the ids of the reports whose pages open to whoever looks: the others are told in words

    @property
    def what(self) -> str:
        """What it is, in one piece."""
        return f"{self.thing} · {self.number}" if self.number else self.thing


def opening(found: Sequence[SpotCheck]) -> set[int]:
    """Of the reports that `found` names the ids of those whose pages open to whoever looks."""
    named = {one for check in found for one in (check.ticket_id, check.led_to_id) if one is not None}
    return seen(db.session(), named, current_viewer(), clock.now())


def told(
    found: Sequence[SpotCheck], mine: Collection[int] = frozenset(), opens: Collection[int] = frozenset()
) -> list[Line]:  # fmt: skip
    """`found` in words; a few queries for all of them. `mine` and `opens` as `Line` has them."""
    session = db.session()
    duties = queries.duties_of(session, found)
    named = what_of_duties(duties.values())
    kinds = {kind.code: name_of(kind) for kind in categories(session, clock.local_date(clock.now()))}
    places = lines(session, {place_of(check) for check in found})
    made = []
    for check in found:
        asset = check.point.asset if check.point else None
        where = " · ".join(filter(None, (address(places[place_of(check).id]), asset.name if asset else "")))
        ticket = check.ticket
        thing = kinds.get(ticket.category, ticket.category) if ticket else ""
        what = named[check.point.duty_id] if check.point is not None else thing
        made.append(Line(check, what, ticket.number if ticket else None, where, check.id in mine, opens))
    return made


def place_of(check: SpotCheck) -> Place:
    """Where one looks again."""
    if check.point is not None:
        return check.point.place
    return check.ticket.place if check.ticket is not None else check.community
