"""From the newest id backwards, in windows that grow: a bounded part of the index answers a page, however old the city.

A GIN index has no order. So each report carries the tokens of its id's neighbours (`tokens.bucket`), and a page is
looked for in the newest window first. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from propman.findable.asking import Alternative, Token
from propman.findable.tokens import COARSE, FINE, bucket

WIDTHS = (2 * FINE, 8 * FINE, 4 * COARSE, 16 * COARSE)
"""How many ids each window takes, before the last one that takes all the rest."""


@dataclass(frozen=True)
class Window:
    """Ids below `below`; where there are `buckets`, only those of these."""

    below: int
    buckets: tuple[Alternative, ...]


def windows(below: int) -> Iterator[Window]:
    """The windows for ids below `below`, the newest first; none for nothing."""
    for width in WIDTHS:
        if below <= 0:
            return
        size = COARSE if width >= COARSE else FINE
        starts = max(0, (below - width) // size * size)
        yield Window(below, tuple((Token(each),) for each in _buckets(starts, below)))
        below = starts
    if below > 0:
        yield Window(below, ())


def _buckets(starts: int, below: int) -> Iterator[str]:
    """Tokens that together hold the ids from `starts`, which begins a bucket, up to `below`: as few as possible."""
    while starts < below:
        size = COARSE if starts % COARSE == 0 and below - starts > COARSE - FINE else FINE
        yield bucket(starts, size)
        starts += size
