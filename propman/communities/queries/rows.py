"""Places as rows that a statement reads along with other things: what they say, and no objects of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from propman.communities.kinds import PlaceKind
from propman.communities.models import InTree, Place
from propman.db import Packing


@dataclass(slots=True)
class PlaceRow(InTree):
    """What stands in the row of a `Place`, as far as reports ask."""

    id: int
    kind: PlaceKind
    path: str
    division_code: str | None
    name: str
    name_en: str | None
    closed_on: date | None

    def open_on(self, on: date) -> bool:
        """As `Place.open_on`."""
        return self.closed_on is None or on < self.closed_on


AnyPlace = Place | PlaceRow

PLACE_ROWS = Packing([Place.__table__.c[name] for name in PlaceRow.__match_args__])
"""The columns of a `PlaceRow`."""


def place_rows(packed: list[list[Any]] | None) -> dict[int, AnyPlace]:
    """The places of `PLACE_ROWS.rows`, by id."""
    return {row[0]: PlaceRow(*row) for row in PLACE_ROWS.read_all(packed)}
