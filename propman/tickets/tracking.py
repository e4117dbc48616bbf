"""Numbers, PINs and secret links of tickets. Pure.

A number is drawn at random. PIN and secret are derived by HMAC-SHA-256 from the ticket's id, the key's id and a
tracking key, so that a retry shows the same ones and neither is stored.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, timedelta

NUMBER = re.compile(r"\d{4}-\d{7}")
READ_OUT = timedelta(hours=12)
"""So long after a report came the clerk who wrote it down may read its PIN out: over midnight too, by no calendar."""


def draw_number(on: date) -> str:
    """A random ticket number for the local day `on`: year and month, a hyphen, seven digits ("2611-0482915")."""
    return f"{on:%y%m}-{secrets.randbelow(10_000_000):07d}"


def read_number(text: str) -> str | None:
    """The number that `text` means (blanks, full-width digits, any dash or none), or None where it can be none."""
    digits = _digits(text)
    return f"{digits[:4]}-{digits[4:]}" if len(digits) == 11 else None


def read_pin(text: str) -> str | None:
    """The PIN that `text` means (blanks and full-width digits allowed), or None where it can be none."""
    digits = _digits(text)
    return digits if len(digits) == 6 else None


def pin(ticket_id: int, key_id: str, keys: Mapping[str, bytes]) -> str:
    """The PIN of a ticket: six digits. Raises KeyError for a key that the installation no longer has."""
    return f"{int.from_bytes(_derive('pin', ticket_id, key_id, keys), 'big') % 1_000_000:06d}"


def secret(ticket_id: int, key_id: str, keys: Mapping[str, bytes]) -> str:
    """The secret of a ticket's link: 128 bits as 26 letters and digits (base 32, lower case)."""
    return base64.b32encode(_derive("link", ticket_id, key_id, keys)[:16]).decode().rstrip("=").lower()


def may_be_read_out(submitted_at: datetime, now: datetime) -> bool:
    """Whether the PIN of a report that came by telephone at `submitted_at` is still shown to who wrote it down."""
    return now - submitted_at < READ_OUT


def matches(given: str, right: str) -> bool:
    """Whether `given` is `right`, in a time that tells nothing about where they differ."""
    return hmac.compare_digest(given.encode(), right.encode())


def _digits(text: str) -> str:
    """The digits of `text` if it is nothing but digits, blanks and dashes; else nothing."""
    bare = re.sub(r"[\s\u2010-\u2015\u2212-]", "", unicodedata.normalize("NFKC", text[:40]))
    return bare if bare.isascii() and bare.isdigit() else ""


def _derive(purpose: str, ticket_id: int, key_id: str, keys: Mapping[str, bytes]) -> bytes:
    return hmac.digest(keys[key_id], f"{purpose}|{key_id}|{ticket_id}".encode(), hashlib.sha256)
