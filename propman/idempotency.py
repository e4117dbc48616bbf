"""One key, one effect, the same answer.

The pattern of the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header-07):
a key belongs to a principal, the same key with another payload is refused with 422, and a retry that meets the first
request still running waits for its answer, because a telephone on a bad network should not have to understand a 409.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, insert_if_absent
from propman.errors import Refused
from propman.text import N_


class IdempotencyKey(Base):
    """A key that was used: what was asked (as a hash) and what was answered (ids only, never personal content)."""

    __tablename__ = "idempotency_key"

    principal: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column()
    used_at: Mapped[datetime]


def new_key() -> str:
    """A fresh key: 128 random bits as 32 hexadecimal digits, put into a form by the server."""
    return secrets.token_hex(16)


def fingerprint(payload: Mapping[str, object]) -> str:
    """SHA-256 over `payload` (JSON-able values; bytes by their own hash), independent of the order of its keys."""

    def plain(value: object) -> object:
        return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)

    text = json.dumps(payload, sort_keys=True, default=plain, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def once(
    session: Session,
    *,
    principal: str,
    key: str,
    payload: Mapping[str, object],
    now: datetime,
    act: Callable[[], dict[str, Any]],
) -> dict[str, Any]:
    """Run `act` once for (principal, key) and give its answer now and at every retry; the caller commits.

    In: `principal` says whose key it is ("user:7", "code:0A1B…"); `payload` is what was asked; `act` makes the change
    and returns ids. The row goes in before `act`, so that a rival waits on the unique key until this transaction ends.
    Raises `Refused`: 400 for a key that is not 32 hexadecimal digits, 422 for a used key with another payload.
    """
    if len(key) != 32 or not all(letter in "0123456789abcdef" for letter in key):
        raise Refused(N_("This form has lost its key. Open the page again and send it once more."), status=400)
    asked = fingerprint(payload)
    stored = _stored(session, principal, key)
    if stored is None and _claim(session, principal, key, asked, now):
        answer = act()
        row = session.get_one(IdempotencyKey, (principal, key))
        row.answer = answer
        session.flush()
        return answer
    stored = stored or _stored(session, principal, key)
    if stored is None:
        raise RuntimeError("an idempotency key was neither free nor taken")
    if stored.fingerprint != asked:
        raise Refused(N_("This form was already sent with other content. Open the page again to send a new one."))
    return stored.answer


def _claim(session: Session, principal: str, key: str, asked: str, now: datetime) -> bool:
    values = {"principal": principal, "key": key, "fingerprint": asked, "answer": {}, "used_at": now}
    return bool(session.execute(insert_if_absent(session, IdempotencyKey, values)).rowcount)  # type: ignore[attr-defined]


def _stored(session: Session, principal: str, key: str) -> IdempotencyKey | None:
    query = select(IdempotencyKey).where(IdempotencyKey.principal == principal, IdempotencyKey.key == key)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()
