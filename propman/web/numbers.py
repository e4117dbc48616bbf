"""Numbers in addresses: what they may be, said once."""

from __future__ import annotations


def whole(text: str, most: int) -> int | None:
    """`text` as a number from 0 to `most`; None for everything else, however long."""
    known = text.isascii() and text.isdigit() and len(text) <= len(str(most))
    return int(text) if known and int(text) <= most else None
