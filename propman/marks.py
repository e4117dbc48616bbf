"""Marks piled upon a letter, more of them than any language writes. Pure.

Before texts are compared, Unicode form NFC or NFKC puts the marks behind each letter in order, and takes time by the
square of their number: 40,000 of them four seconds, in which the process does nothing else.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import groupby
from typing import Final
from unicodedata import combining, normalize

MOST: Final = 100  # upon each other; UAX #15, section 13 (Stream-Safe Text Format), finds 30 enough for all languages
_SIGNS: Final = range(0x300, 0x20000)  # from the first mark to the end of the planes that have any
_SURROGATES: Final = range(0xD800, 0xE000)


def piled_up(text: str) -> bool:
    """Whether in `text` more than 100 marks follow upon each other."""
    if len(text) <= MOST or text.isascii():
        return False
    some = text[MOST :: MOST + 1]  # one of them is in every such pile
    return _mark().search(some) is not None and _pile().search(text) is not None


def is_mark(sign: str) -> bool:
    """Whether `sign` is a mark once it is taken apart."""
    return combining(normalize("NFKD", sign)[0]) != 0


@cache
def _pile() -> re.Pattern[str]:
    return re.compile(f"{_mark().pattern}{{{MOST + 1}}}")


@cache
def _mark() -> re.Pattern[str]:
    """Any mark; made at the first long text that is not ASCII."""
    found = (code for code in _SIGNS if code not in _SURROGATES and is_mark(chr(code)))
    runs = [[code for _, code in run] for _, run in groupby(enumerate(found), lambda each: each[1] - each[0])]
    return re.compile(f"[{''.join(f'{chr(run[0])}-{chr(run[-1])}' for run in runs)}]")
