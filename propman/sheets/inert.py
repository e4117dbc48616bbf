"""Texts of strangers kept from becoming formulas when a spreadsheet opens a CSV, in a way that can be undone. Pure.

Excel, WPS and LibreOffice run what begins with one of these signs, also from a file that somebody was merely sent
(CWE-1236); East Asian versions also take the full-width ones. An apostrophe in front makes it text.
"""

from __future__ import annotations

import re
from typing import Final

LIVE: Final = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_LIVE_BEHIND: Final = re.compile(rf"'*(?:{LIVE.pattern})")


def inert(text: str) -> str:
    """`text` with an apostrophe in front if it could be taken for a formula, or if `bare` would take one away."""
    return f"'{text}" if _LIVE_BEHIND.match(text) else text


def bare(text: str) -> str:
    """`text` without the apostrophe that `inert` has put in front, and unchanged where there is none."""
    return text[1:] if text.startswith("'") and _LIVE_BEHIND.match(text) else text
