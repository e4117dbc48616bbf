"""Marks piled upon a letter, more of them than can be put in order at once. Pure.

Before texts are compared, Unicode form NFC or NFKC puts the marks behind each letter in order, and takes time by the
square of their number: 40,000 of them some seconds, in which the process does nothing else; 2,000 of them 10 ms.
UAX #15, section 13 (Stream-Safe Text Format), finds 30 upon one letter enough for all languages.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Final
from unicodedata import combining, normalize

MOST: Final = 2000  # upon one letter of what a person sends, as many as the longest text has signs
MOST_OF_CELL: Final = 200  # of one cell among many
_SIGNS: Final = range(0x300, 0x20000)  # from the first mark to the end of the planes that have any
_SURROGATES: Final = range(0xD800, 0xE000)


def piled_up(text: str, most: int = MOST) -> bool:
    """Whether to put the marks of `text` in order takes longer than it does with `most` of them upon one letter."""
    if len(text) <= most or text.isascii():
        return False
    return sum((pile.end() - pile.start()) ** 2 for pile in _piles().finditer(text)) > most**2


def is_mark(sign: str) -> bool:
    """Whether `sign` is a mark once it is taken apart."""
    return combining(normalize("NFKD", sign)[0]) != 0


@cache
def _piles() -> re.Pattern[str]:
    return re.compile(f"{_mark().pattern}+")


@cache
def _mark() -> re.Pattern[str]:
    """Any mark; made at the first long text that is not ASCII."""
    found = (code for code in _SIGNS if code not in _SURROGATES and is_mark(chr(code)))
    runs = [[code for _, code in run] for _, run in groupby(enumerate(found), lambda each: each[1] - each[0])]
    return re.compile(f"[{''.join(f'{chr(run[0])}-{chr(run[-1])}' for run in runs)}]")
