"""Rows that queries give belong to no session: they are told apart by their ids."""

from __future__ import annotations

from propman.catalogue.models import Dated


def same(found: Dated | None, row: Dated) -> bool:
    """Whether `found` is the row `row`, whichever session read it."""
    return found is not None and type(found) is type(row) and found.id == row.id
