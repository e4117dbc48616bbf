"""Codes on printed labels: 13 random characters of Crockford's base 32 (65 bits). Pure.

Crockford's alphabet (crockford.com/base32.html) leaves out I, L, O and U; who reads a label aloud or copies it by hand
may still say them, in either case, and means 1, 1 and 0.
"""

from __future__ import annotations

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 13

_LOOK_ALIKES = str.maketrans("OIL", "011", "- ")


def draw() -> str:
    """A fresh code from the system's source of secrets."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def normal(text: str) -> str | None:
    """The code that `text` means (any case, look-alikes, hyphens and blanks allowed), or None where it can be none."""
    if not text.isascii():
        return None
    code = text.upper().translate(_LOOK_ALIKES)
    return code if well_formed(code) else None


def well_formed(code: str) -> bool:
    """Whether `code` is 13 characters of the alphabet."""
    return len(code) == LENGTH and set(code) <= set(ALPHABET)
