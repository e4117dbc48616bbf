"""Passwords: argon2id, bounded before it is hashed, and as slow for an account that does not exist."""

from __future__ import annotations

import secrets
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from propman.errors import Refused
from propman.text import N_

if TYPE_CHECKING:
    from pwdlib import PasswordHash

SHORTEST, LONGEST = 8, 128

# Time, memory in KiB, lanes, after the OWASP Password Storage Cheat Sheet: 19 MiB each, so that a rush of people who
# sign in at once fits in memory.
_COST = (2, 19 * 1024, 1)
_CHEAP = (1, 8, 1)


def hash_password(text: str, *, cheap: bool, field: str = "password") -> str:
    """Hash a new password of 8 to 128 characters; `cheap` only for tests and the demo.

    Raises `Refused`, naming the form's `field`, for one too short, too long, or of a single repeated character.
    """
    if len(text) > LONGEST:
        raise Refused(N_("The password is too long: at most %(most)s characters."), field=field, most=LONGEST)
    if len(_normal(text)) < SHORTEST:
        raise Refused(N_("The password is too short: at least %(least)s characters."), field=field, least=SHORTEST)
    if len(set(_normal(text))) < 3:
        raise Refused(N_("The password repeats itself. Choose one with more different characters."), field=field)
    return _hasher(cheap).hash(_normal(text))


def verify(text: str, stored: str | None, *, cheap: bool) -> tuple[bool, str | None]:
    """Whether `text` is the password behind `stored`, and a better hash to store if that one is outdated.

    Without a `stored` hash (no such account, no password yet) the answer is no, and takes as long. A password longer
    than any that can be set is not hashed, whoever it is for.
    """
    decoy = _decoy(cheap)
    if len(text) > LONGEST:
        return False, None
    right, better = _hasher(cheap).verify_and_update(_normal(text), stored or decoy)
    # a demo never weakens what a real installation stored
    return (right and stored is not None), (None if cheap else better)


def _normal(text: str) -> str:
    """NFKC, so that a password typed full-width is the same one (NIST SP 800-63B §5.1.1.2)."""
    return unicodedata.normalize("NFKC", text)


@cache
def _hasher(cheap: bool) -> PasswordHash:
    from pwdlib import PasswordHash  # loads argon2: only where a password is looked at
    from pwdlib.hashers.argon2 import Argon2Hasher

    time_cost, memory_cost, parallelism = _CHEAP if cheap else _COST
    return PasswordHash((Argon2Hasher(time_cost, memory_cost, parallelism),))


@cache
def _decoy(cheap: bool) -> str:
    return _hasher(cheap).hash(secrets.token_urlsafe(32))
