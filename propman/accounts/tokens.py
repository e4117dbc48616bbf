"""Secrets that stand for a person: 256 random bits, shown once, stored only as their SHA-256."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits as 43 characters that fit into an address."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """SHA-256 of `token` as 64 hexadecimal digits. The token is random, so that salt and slowness add nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def pseudonym(text: str, *, key: str) -> str:
    """A name of 32 hexadecimal digits for `text` that says nothing about it without `key`."""
    return hashlib.blake2b(text.encode(), key=hashlib.sha256(key.encode()).digest(), digest_size=16).hexdigest()
