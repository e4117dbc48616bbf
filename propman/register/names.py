"""Which place somebody means who writes 3, 3号, 3#楼 or 三号楼 for 3号楼. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, TypeVar

from propman.register.choices import folded

Named = TypeVar("Named")

_DIGITS: Final = "零一二三四五六七八九"
_COUNTED: Final = re.compile(
    r"(?:第|no\.?|#)?0*(?P<number>[0-9]{1,5}(?:-[0-9]{1,4})?|[零一二三四五六七八九十]{1,3})(?P<letter>[a-z]?)"
    r"(?:号楼|号栋|号|栋|幢|座|楼|#楼|#|单元|门|门洞)?"
)


def found(text: str, among: Iterable[Named], name: Callable[[Named], str]) -> Sequence[Named]:
    """Those `among` the places or things that `text` means: by their `name` itself, else by the number in it."""
    among = list(among)
    wanted = folded(text)
    same = [each for each in among if folded(name(each)) == wanted]
    if same or (number := counted(text)) is None:
        return same
    return [each for each in among if counted(name(each)) == number]


@lru_cache(maxsize=50_000)
def counted(text: str) -> str | None:
    """The number that a building or entrance is called by, as "3" or "3-1b"; None for what has a name."""
    match = _COUNTED.fullmatch(folded(text))
    if match is None:
        return None
    number = match["number"]
    return (number if number[0].isdigit() else _arabic(number)) + match["letter"]


def _arabic(numeral: str) -> str:
    """三 -> "3", 十二 -> "12", 二十一 -> "21"."""
    if "十" not in numeral:
        return "".join(str(_DIGITS.index(sign)) for sign in numeral)
    tens, _, ones = numeral.partition("十")
    return f"{_DIGITS.index(tens) if tens else 1}{_DIGITS.index(ones) if ones else 0}"
