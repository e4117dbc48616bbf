"""One key, one effect, the same answer.

The pattern of the IETF draft "The Idempotency-Key HTTP Header Field" (draft-ietf-httpapi-idempotency-key-header-07):
a key belongs to a principal, the same key with another payload is refused with 422, and a retry that meets the first
request still running waits for its answer, because a telephone on a bad network should not have to understand a 409.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from sqlalchemy import String, Table, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, Gate, Shut, insert_if_absent
from propman.errors import Refused
from propman.text import N_
from propman.throttle import Allowance, Spent, gate_for

KEPT = timedelta(days=30)  # how long a row must stand after its key was used
SENT_WITHIN = timedelta(days=28)  # how long after it was shown a form may be sent for the first time
AHEAD = KEPT - SENT_WITHIN  # how far the clocks of two servers, or of one set back, may be apart without a gap
KEY = re.compile(r"[0-9a-f]{40}")


class IdempotencyKey(Base):
    """A key that was used, as its hash: what was asked, as a digest; what was answered: ids, no personal content."""

    __tablename__ = "idempotency_key"

    principal: Mapped[str] = mapped_column(String(64), primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]] = mapped_column()
    used_at: Mapped[datetime]


_KEYS = cast(Table, IdempotencyKey.__table__)
_ANSWERED = (
    update(_KEYS)
    .where(_KEYS.c.principal == bindparam("whose"), _KEYS.c.key_hash == bindparam("which"))
    .values(answer=bindparam("answered"))
)


def new_key(now: datetime, draw: Callable[[int], int] = secrets.randbits) -> str:
    """A fresh key for a form that is shown at `now`: the time as 8 hexadecimal digits, and 32 of 128 random bits."""
    return f"{int(now.timestamp()):08x}{draw(128):032x}"


def hash_key(key: str) -> str:
    """SHA-256 of `key` as 64 hexadecimal digits: by it a key is found again, and nobody can go back from it."""
    return hashlib.sha256(key.encode()).hexdigest()


def fingerprint(key: str, payload: Mapping[str, object]) -> str:
    """HMAC-SHA-256 under `key` over `payload` (JSON-able values; bytes by their own hash), in any order of its names.

    Over the SHA-256 of the payload and not its text: so the rows that once held that alone could be brought over.
    """

    def plain(value: object) -> object:
        return hashlib.sha256(value).hexdigest() if isinstance(value, bytes) else str(value)

    text = json.dumps(payload, sort_keys=True, default=plain, ensure_ascii=True)
    return hmac.digest(key.encode(), hashlib.sha256(text.encode()).hexdigest().encode(), hashlib.sha256).hex()


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
    Raises `Refused`: 400 for what is no key and for a new key of a form shown 28 days ago or longer, 422 for a used key
    with another payload.
    """
    row, unusable = _row(principal, key, payload, now), _unusable(key, now)
    if unusable is not None or not insert_if_absent(session, IdempotencyKey, row):
        return _answered(session, row, unusable)
    answer = act()
    session.flush()
    session.execute(_ANSWERED, {"whose": principal, "which": row["key_hash"], "answered": answer})
    return answer


def once_along(
    session: Session,
    *,
    principal: str,
    key: str,
    payload: Mapping[str, object],
    now: datetime,
    act: Callable[[Gate], object],
    answer: dict[str, Any],
    allowances: Sequence[Allowance] = (),
) -> dict[str, Any]:
    """`once` for what comes in by one statement and knows its `answer` before: the key goes in along with it, and one
    of each of the `allowances` is counted, which a retry never is.

    `act` puts its first rows behind the gate that it is given (`db.put_together`) and only reads until then. So a retry
    may be refused before it comes to the gate, because of what the first has changed; it is answered as the first was.
    Raises `Refused` as `once` does, and `throttle.Spent` where an allowance is used up.
    """
    row, unusable = {**_row(principal, key, payload, now), "answer": answer}, _unusable(key, now)
    gate = gate_for(IdempotencyKey, row, allowances)
    try:
        if unusable is None:
            act(gate)
            session.flush()
            return answer
    except Shut as shut:
        if shut.full is not None:
            raise Spent(shut.full["most"]) from None
    except Refused:
        if gate.passed or _stored(session, row) is None:
            raise
    return _answered(session, row, unusable)


def forget(session: Session, *, before: datetime) -> int:
    """Delete the keys that were used before `before`, which lies `KEPT` back or more; how many."""
    gone = session.execute(delete(IdempotencyKey).where(IdempotencyKey.used_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _unusable(key: str, now: datetime) -> Refused | None:
    """Why a `key` that nobody used (or whose use is forgotten) may not be used any more; None where it may."""
    shown_at = datetime.fromtimestamp(int(key[:8], 16), UTC) if KEY.fullmatch(key) else None
    if shown_at is None or shown_at > now + AHEAD:
        return Refused(N_("This form has lost its key. Open the page again and send it once more."), status=400)
    if shown_at <= now - SENT_WITHIN:
        sentence = N_("This page was opened more than %(days)s days ago. Open it again to send something new.")
        return Refused(sentence, status=400, days=SENT_WITHIN.days)
    return None


def _row(principal: str, key: str, payload: Mapping[str, object], now: datetime) -> dict[str, Any]:
    return {"principal": principal, "key_hash": hash_key(key), "fingerprint": fingerprint(key, payload), "answer": {},
            "used_at": now}  # fmt: skip


def _answered(session: Session, row: Mapping[str, Any], unusable: Refused | None) -> dict[str, Any]:
    """What the key of `row` was answered with. Raises `Refused`: `unusable` where nobody used it, or what it was used
    for is something else.
    """
    stored = _stored(session, row)
    if stored is None:
        raise unusable or RuntimeError("an idempotency key was neither free nor taken")
    if stored.fingerprint != row["fingerprint"]:
        raise Refused(N_("This form was already sent with other content. Open the page again to send a new one."))
    return stored.answer


def _stored(session: Session, row: Mapping[str, Any]) -> IdempotencyKey | None:
    which = (IdempotencyKey.principal == row["principal"], IdempotencyKey.key_hash == row["key_hash"])
    query = select(IdempotencyKey).where(*which).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()
