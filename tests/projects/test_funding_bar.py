"""The bar of funding: pieces side by side, without a gap, the same shares as the table."""

from __future__ import annotations

import pytest

from propman.projects.models import FundingSource as Source
from propman.projects.views.funding import WHOLE, pieces_of


@pytest.mark.parametrize(
    ("shares", "percents"),
    [
        ({Source.BUDGET: 1}, ["100.0"]),
        ({Source.BUDGET: 1, Source.BONDS: 1, Source.RESIDENTS: 1}, ["33.3", "33.3", "33.3"]),
        ({Source.BUDGET: 999_999, Source.BONDS: 1}, ["100.0", "0.0"]),
        ({Source.BUDGET: 10**14, Source.RESIDENTS: 10**14}, ["50.0", "50.0"]),
        ({}, []),
    ],
)
def test_pieces_stand_side_by_side(shares: dict[Source, int], percents: list[str]) -> None:
    pieces = pieces_of(shares, sum(shares.values()))
    assert [piece.percent for piece in pieces] == percents
    assert sum(piece.width for piece in pieces) == (WHOLE if pieces else 0)
    ends = 0
    for piece in pieces:
        assert piece.begins == ends
        ends += piece.width
