"""Which letters of a text are those that were looked for. Pure: pieces of the text as it is, to be shown as text."""

from __future__ import annotations

from collections.abc import Iterable

from propman.findable.asking import Question
from propman.findable.tokens import MARK, fold

LONGEST = 160
_BEFORE = 30
"""How much of a long text stands before what was found in it."""

Piece = tuple[str, bool]


def needles(question: Question) -> tuple[str, ...]:
    """What to mark of `question`: its words and pairs, the long ones first; a single figure is everywhere."""
    said = {token.text for term in question.terms for each in term.alternatives for token in each}
    return tuple(sorted((each for each in said if len(each) > 1 and not each.startswith(MARK)), key=len, reverse=True))


def marked(text: str, sought: Iterable[str]) -> list[Piece]:
    """`text`, or a part of it around the first find if it is long, in pieces: each with whether it was found."""
    letters = [fold(letter) for letter in text]
    folded, origin = "".join(letters), [place for place, letter in enumerate(letters) for _ in letter]
    found = [False] * len(text)
    for each in sought:
        at = folded.find(each)
        while at >= 0:
            for place in origin[at : at + len(each)]:
                found[place] = True
            at = folded.find(each, at + 1)
    begins = 0
    if len(text) > LONGEST and True in found:
        begins = max(0, min(found.index(True) - _BEFORE, len(text) - LONGEST))
    return _pieces(text, found, begins, min(len(text), begins + LONGEST))


def _pieces(text: str, found: list[bool], begins: int, ends: int) -> list[Piece]:
    pieces: list[Piece] = [("…", False)] if begins else []
    start = begins
    for place in range(begins + 1, ends + 1):
        if place == ends or found[place] != found[start]:
            pieces.append((text[start:place], found[start]))
            start = place
    return [*pieces, ("…", False)] if ends < len(text) else pieces
