"""Counters that refuse: at most `limit` of something within a window, on every host, without a lock-out by strangers.

One row per (what, window); the count goes up by one statement that also compares, so that racers cannot overshoot.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, String, delete, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, Gate, insert_or_add


class Counter(Base):
    """How often `subject` was counted in the window that began at `window_at`."""

    __tablename__ = "counter"
    __table_args__ = (CheckConstraint("n >= 0", name="n_not_negative"),)

    subject: Mapped[str] = mapped_column(String(120), primary_key=True)
    window_at: Mapped[datetime] = mapped_column(primary_key=True)
    n: Mapped[int]


@dataclass(frozen=True)
class Allowance:
    """At most `most`, one or more, of `subject` in the window that begins at `window_at` (aware)."""

    subject: str
    most: int
    window_at: datetime


class Spent(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An allowance is used up, which was at most so many."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


def take(session: Session, *, subject: str, limit: int, window_at: datetime) -> bool:
    """Count one more of `subject` in the window; False, and no count, when `limit` were counted already.

    `window_at` is the start of the window (aware): the caller chooses days, hours or quarters. Flushes.
    """
    if limit <= 0:
        return False
    return insert_or_add(session, Counter, _one(Allowance(subject, limit, window_at)), counted="n", bounded=True)


def gate_for(model: type[Base], row: Mapping[str, Any], allowances: Sequence[Allowance]) -> Gate:
    """A gate that lets a new `row` of `model` in and, for a new one, counts one more of each of the `allowances`."""
    return Gate(model, row, Counter, "n", [_one(each) for each in allowances])


def _one(allowance: Allowance) -> dict[str, Any]:
    return {"subject": allowance.subject, "window_at": allowance.window_at, "n": 1, "most": allowance.most}


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
