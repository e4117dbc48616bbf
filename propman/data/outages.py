"""Which categories a planned outage explains, as typed rows of the shipped catalogue. Pure; the reader is as those of
`reading`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources.abc import Traversable

from propman.data.cells import read_rows
from propman.data.reading import SHIPPED, Dated, Trade, read_categories

NAME = "outages.toml"


@dataclass(frozen=True, kw_only=True)
class OutageRow(Dated):
    """What people report because the `supply` is off: codes of categories, none of them an emergency."""

    supply: Trade
    categories: tuple[str, ...]


def read_outages(folder: Traversable = SHIPPED) -> tuple[OutageRow, ...]:
    """What each supply explains. Raises ValueError also for a category that is an emergency or none."""
    rows = read_rows(OutageRow, lambda row: (row.supply, row.valid_from), folder, NAME)
    ordinary = {row.code for row in read_categories(folder) if not row.emergency}
    for number, row in enumerate(rows, 1):
        if wrong := set(row.categories) - ordinary:
            raise ValueError(f"{NAME}, row {number}: no such category, or an emergency: {', '.join(sorted(wrong))}")
    return rows


@cache
def _shipped() -> tuple[OutageRow, ...]:
    return read_outages()


def explained(supply: Trade, on: date) -> frozenset[str]:
    """The categories that an outage of `supply` explains on the day `on`."""
    in_force = [row for row in _shipped() if row.supply is supply and row.valid_from <= on]
    last = max(in_force, key=lambda row: row.valid_from, default=None)
    over = last is None or (last.valid_to is not None and last.valid_to <= on)
    return frozenset() if last is None or over else frozenset(last.categories)
