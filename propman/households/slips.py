"""The codes on slips: derived, never stored, of the same form as those on labels. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping

from propman.communities.codes import ALPHABET, LENGTH

Keys = Mapping[str, bytes]


def code_of(nonce: str, key_id: str, keys: Keys) -> str | None:
    """The 13 characters (65 bits) on a slip; None where the installation no longer has the key."""
    key = keys.get(key_id)
    if key is None:
        return None
    number = int.from_bytes(hmac.digest(key, f"household|{key_id}|{nonce}".encode(), hashlib.sha256), "big")
    return "".join(ALPHABET[number >> 5 * place & 31] for place in range(LENGTH))
