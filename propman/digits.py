"""Digits as people type them. Full-width ones, which a Chinese keyboard gives, are the ordinary ones; those of other
scripts are none, though Python itself would read them. Pure.
"""

from __future__ import annotations

_WIDE = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


def narrow(typed: str) -> str:
    """`typed` with ordinary letters, digits, signs and spaces for full-width ones: ２０２６－０３ is 2026-03."""
    return typed.translate(_WIDE)


def ordinary(typed: str) -> str:
    """The same, for what reads the digits of every script. Raises ValueError for a digit that is none of 0 to 9."""
    narrowed = narrow(typed)
    if any(letter.isdigit() and not letter.isascii() for letter in narrowed):
        raise ValueError(typed)
    return narrowed
