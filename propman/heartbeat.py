"""Signs of life of the jobs: when each last did its work, and until when that lets us rest.

The row says itself when the next sign is due, so that whoever asks needs no timetable.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from propman.db import Base, insert_if_absent


class Heartbeat(Base):
    """The last time that the job `name` succeeded, and the last fault since, if there was one."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    beaten_at: Mapped[datetime | None]
    expected_by: Mapped[datetime]  # a job that has not succeeded again by then is not well
    done: Mapped[int] = mapped_column(default=0)  # how many things the last success dealt with
    fault: Mapped[str | None] = mapped_column(String(80))
    fault_at: Mapped[datetime | None]


def beat(session: Session, *, name: str, now: datetime, expected_by: datetime, done: int) -> None:
    """Note that the job `name` succeeded at `now` and dealt with `done` things. Flushes."""
    row = _row(session, name, expected_by)
    row.beaten_at, row.expected_by, row.done, row.fault, row.fault_at = now, expected_by, done, None, None
    session.flush()


def stumble(session: Session, *, name: str, now: datetime, fault: str) -> None:
    """Note that the job `name` failed at `now`; `fault` is a word without personal content. Flushes."""
    row = _row(session, name, now)
    row.fault, row.fault_at = fault[:80], now
    session.flush()


def last(session: Session, name: str) -> Heartbeat | None:
    """What is known of the job `name`."""
    return session.get(Heartbeat, name)


def all_well(session: Session, *, now: datetime) -> bool:
    """Whether jobs run and none is later than its row allows."""
    known, late = session.execute(
        select(func.count(), func.count().filter(Heartbeat.expected_by < now)).select_from(Heartbeat)
    ).one()
    return known > 0 and late == 0


def forget_all_but(session: Session, names: set[str]) -> None:
    """Drop the rows of jobs that the timetable no longer knows: nobody will beat for them again."""
    session.execute(delete(Heartbeat).where(Heartbeat.name.not_in(names)))


def _row(session: Session, name: str, expected_by: datetime) -> Heartbeat:
    insert_if_absent(session, Heartbeat, {"name": name, "expected_by": expected_by})
    return session.get_one(Heartbeat, name)
