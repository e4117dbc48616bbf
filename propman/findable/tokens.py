"""Text becomes tokens, the same way when a report is written and when somebody searches. Pure.

No database takes part: what is found does not depend on how a server is set up. Chinese is cut into overlapping pairs
of characters, so that two characters find every place where they stand together, without a dictionary; other letters
and figures are words. Where a word touches Chinese a pair of both is kept, so that 3号楼 does not find 13号楼.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
RUN = re.compile(rf"([{HAN}]+)|([^\W_{HAN}]+)")
LONGEST_WORD = 40
"""Of a longer word the beginning is kept."""

MOST_TOKENS = 6000
"""Of one report. What its reporter adds after that is read, but not found."""

MARK = "§"
"""Begins the tokens that are no words: no text holds it, since it is neither letter nor figure."""

FINE, COARSE = 512, 8192
"""Ids that share a token, so that the newest reports can be looked at first."""

_MOBILE = re.compile(r"(?:86)?1[3-9]\d{9}")


@dataclass(frozen=True)
class Findable:
    """What a report is found by."""

    ticket_id: int
    number: str
    category: str
    places: Sequence[int]  # ids, from the root to its own place
    texts: Iterable[str]  # what was said that everybody who sees the report may read, and names of its places


def fold(text: str) -> str:
    """`text` as it is compared: full width as half width, capitals as small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def words(text: str) -> Iterator[str]:
    """The tokens of `text`, as they come."""
    ends, last = -1, ""
    for found in RUN.finditer(fold(text)):
        run, chinese, touches = found[0], found[1] is not None, found.start() == ends
        if _MOBILE.fullmatch(run):  # a telephone number finds nobody but by the number that was left
            continue
        if touches:
            yield last[:LONGEST_WORD] + run[0] if chinese else last[-1] + run[:LONGEST_WORD]
        if chinese:
            for place in range(len(run) - 1):
                yield run[place : place + 2]
        else:
            yield run[:LONGEST_WORD]
        ends, last = found.end(), run


def tokens(report: Findable) -> frozenset[str]:
    """All tokens of `report`: its number, category, area and age, then words, as many as `MOST_TOKENS`."""
    found = {number(report.number), report.number[5:], category(report.category)}
    found |= {area(place_id) for place_id in report.places[1:]}
    found |= {bucket(report.ticket_id, FINE), bucket(report.ticket_id, COARSE)}
    for text in report.texts:
        for word in words(text):
            if len(found) >= MOST_TOKENS:
                return frozenset(found)
            found.add(word)
    return frozenset(found)


def number(text: str) -> str:
    """The token of a ticket's number, or of the beginning of one."""
    return f"{MARK}n{text.replace('-', '')}"


def category(code: str) -> str:
    """The token of a category."""
    return f"{MARK}c{re.sub('[^a-z0-9]', MARK, code)}"


def area(place_id: int) -> str:
    """The token of a place: all reports there and inside it have it. The province has none: it would say nothing."""
    return f"{MARK}a{place_id}"


def bucket(ticket_id: int, size: int) -> str:
    """The token of an id's neighbours, `size` of them."""
    return f"{MARK}{'f' if size == FINE else 'g'}{ticket_id // size}"
