"""Counters that refuse: at most `limit` of something within a window, on every host, without a lock-out by strangers.

One row per (what, window); the count goes up by one statement that also compares, so that racers cannot overshoot.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import CheckConstraint, String, bindparam, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, insert_or_add


class Counter(Base):
    """How often `subject` was counted in the window that began at `window_at`."""

    __tablename__ = "counter"
    __table_args__ = (CheckConstraint("n >= 0", name="n_not_negative"),)

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    n: Mapped[int]


_FULL = Counter.n >= bindparam("most")


def take(session: Session, *, subject: str, limit: int, window_at: datetime) -> bool:
    """Count one more of `subject` in the window; False, and no count, when `limit` were counted already.

    `window_at` is the start of the window (aware): the caller chooses days, hours or quarters. Flushes.
    """
    if limit <= 0:
        return False
    counted = insert_or_add(session, Counter, counted="n", unless=_FULL)
    raised = session.execute(counted, {"subject": subject, "window_at": window_at, "n": 1, "most": limit})
    return bool(raised.rowcount)  # type: ignore[attr-defined]


def give_back(session: Session, *, subject: str, window_at: datetime) -> None:
    """Uncount one that `take` counted: for allowances that only failures use up."""
    counted = (Counter.subject == subject, Counter.window_at == window_at, Counter.n > 0)
    session.execute(update(Counter).where(*counted).values(n=Counter.n - 1))


def forget(session: Session, *, before: datetime) -> int:
    """Delete the windows that began before `before`, which refuse nothing any more; how many."""
    gone = session.execute(delete(Counter).where(Counter.window_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def quarter_hour(now: datetime) -> datetime:
    """Start of the quarter of an hour that `now` (aware) falls into."""
    return now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
