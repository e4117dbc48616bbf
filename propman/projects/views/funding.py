"""The funding of a project as a bar: how wide each source is, in hundredths of a per cent, without a gap at the end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from propman.projects.models import FundingSource

WHOLE = 10_000  # hundredths of a per cent


@dataclass(frozen=True)
class Piece:
    """One source in the bar: where it begins and how wide it is, out of `WHOLE`; `percent` to one decimal."""

    source: FundingSource
    begins: int
    width: int
    fen: int

    @property
    def percent(self) -> str:
        """The share to one decimal, rounded half up: 33.3."""
        tenths = (self.width + 5) // 10
        return f"{tenths // 10}.{tenths % 10}"


def pieces_of(shares: Mapping[FundingSource, int], cost_fen: int) -> list[Piece]:
    """The pieces of the bar, side by side; none where nothing is recorded or costs nothing."""
    pieces, given = [], 0
    for source, fen in shares.items():
        begins, ends = given * WHOLE // cost_fen, (given + fen) * WHOLE // cost_fen
        pieces.append(Piece(source, begins, ends - begins, fen))
        given += fen
    return pieces
