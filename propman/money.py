"""Money as whole fen (1/100 yuan) in an int: sums are exact on both databases and in every export.

Columns and variables that hold fen end in `_fen`.
"""

from __future__ import annotations

import re
import unicodedata

from propman.errors import Refused
from propman.text import N_

MOST_FEN = 10**15  # ten million million yuan: what is above is a slip of the finger

_AMOUNT = re.compile(r"(?P<yuan>[0-9]+)(?:\.(?P<fen>[0-9]{1,2})0*)?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_AROUND = re.compile(r"^[¥￥]|(元|CNY|RMB)$")


def parse(text: str, *, field: str | None = None) -> int:
    """An amount in yuan as people write it ("1,234.5", "￥1234.50 元", full-width digits too) in fen.

    Raises `Refused` naming `field` for anything else: more than two decimals, a sign, an exponent, too much.
    """
    typed = _AROUND.sub("", unicodedata.normalize("NFKC", text).strip()).strip()
    bare = typed.replace(",", "") if _GROUPED.fullmatch(typed) else typed
    amount = _AMOUNT.fullmatch(bare)
    if amount is None:
        raise Refused(N_("%(typed)s is not an amount in yuan."), field=field, typed=text.strip()[:40])
    fen = int(amount["yuan"][:20]) * 100 + int((amount["fen"] or "0").ljust(2, "0"))
    if fen >= MOST_FEN:
        raise Refused(N_("%(typed)s yuan is too much."), field=field, typed=text.strip()[:40])
    return fen


def text(fen: int) -> str:
    """`fen` in yuan with thousands separated and two decimals: 123450 -> "1,234.50"; `parse` reads it back."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02}"
