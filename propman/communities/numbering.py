"""Many numbers typed at once, as they stand on houses: "1-12, 15, 甲3". Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from propman.errors import Refused
from propman.text import N_

MOST_TYPED = 400  # characters
_LETTERS = "A-Z甲乙丙丁戊己庚辛壬癸东西南北"
_NUMBER = re.compile(rf"([{_LETTERS}]{{0,2}})([0-9]{{1,4}})([{_LETTERS}]{{0,2}})")
_RANGE_SIGN = re.compile(r"\s*[-‐‑–—−~至到]+\s*")
_BETWEEN = re.compile(r"[,;、。\s]+")
_SHOWN = 40  # characters of what was typed, in an answer


def numbers(text: str, *, unit: str, most: int) -> tuple[str, ...]:
    """The numbers that `text` means, in its order: "1-3, 5, 甲7" gives 1, 2, 3, 5, 甲7.

    Commas, blanks or lines stand between them, in Chinese or Western writing; `unit` ("号楼") may be typed with them.
    Raises `Refused`, naming what was typed, for what is none, a range that ends before it begins, a number that stands
    there twice, and more than `most`.
    """
    typed = _RANGE_SIGN.sub("-", unicodedata.normalize("NFKC", text).upper())
    found: list[str] = []
    for part in _BETWEEN.split(typed):
        if part:
            found += _expanded(part, unit, most - len(found))
    if not found:
        raise Refused(N_("Say which numbers, for example 1-12, 15, A3."), field="numbers")
    twice = [number for number, times in Counter(found).items() if times > 1]
    if twice:
        raise Refused(N_("In the list twice: %(numbers)s."), field="numbers", numbers=", ".join(twice)[:_SHOWN])
    return tuple(found)


def _expanded(part: str, unit: str, room: int) -> list[str]:
    """The numbers of one `part`, "7" or "1-12"; at most `room`."""
    ends = [_read(end, part, unit) for end in part.split("-")]
    first, last = ends[0], ends[-1]
    if len(ends) > 2 or last[0] not in {"", first[0]} or last[2] != first[2]:
        raise _no_number(part)
    if last[1] < first[1]:
        raise Refused(N_("%(typed)s ends before it begins."), field="numbers", typed=part[:_SHOWN])
    if last[1] - first[1] >= room:
        raise Refused(N_("That is too much for one step. Add the rest in another one."), field="numbers")
    return list(_between(first, last[1]))


def _between(first: tuple[str, int, str], last: int) -> Iterator[str]:
    before, begin, after = first
    return (f"{before}{number}{after}" for number in range(begin, last + 1))


def _read(end: str, part: str, unit: str) -> tuple[str, int, str]:
    """What stands before a number, the number, what stands after it but is no part of the unit."""
    bare = re.sub(rf"(?:{'|'.join(unit[:length] for length in range(len(unit), 0, -1))})$", "", end)
    read = _NUMBER.fullmatch(bare)
    if read is None:
        raise _no_number(part)
    return read[1], int(read[2]), read[3]


def _no_number(part: str) -> Refused:
    return Refused(
        N_("%(typed)s is no number and no range. Write 1-12, 15 or A3."), field="numbers", typed=part[:_SHOWN]
    )
