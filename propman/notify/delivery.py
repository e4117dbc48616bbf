"""Carrying the outbox away: a worker claims one message, sends it, marks it; the caller commits after each step.

A claim is a compare-and-set with a lease, so that any number of workers may run. A worker killed after sending and
before marking lets the lease run out, and the message goes a second time under the same dedupe id: at least once,
at most twice per crash. The pattern is the transactional outbox (microservices.io/patterns/data).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.notify.models import Channel, Notice
from propman.notify.spacing import put_off, too_soon
from propman.notify.timing import APART

JOB = "deliver"  # the name under which the delivering job gives signs of life
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 8
FIRST_PAUSE = timedelta(minutes=1)
UNFINISHED = "unfinished"  # a worker started to send and never told how it ended

Send = Callable[[Notice], None]


class Undeliverable(Exception):  # noqa: N818 - an answer about one message, not a fault of the program
    """No second attempt will help; the text is one word for the dead letter, without personal content."""


def pause_after(attempts: int) -> timedelta:
    """How long to wait after `attempts` (1 or more) have failed: 1 min, 3 min, 9 min, … 12 h. All eight take 18 hours,
    so that a mail server that is down for a night costs no message."""
    return FIRST_PAUSE * int(3 ** (attempts - 1))


def claim_next(session: Session, *, channels: Collection[Channel], now: datetime) -> Notice | None:
    """Claim the message of `channels` that has been due longest, for 60 seconds; None when none is due.

    A message whose attempts all started and never finished kills its worker: it is put aside as dead on the way. One
    about what this person was told of in this hour, or is just being told of, is put off.
    """
    due = (
        select(Notice)
        .where(
            Notice.sent_at.is_(None),
            Notice.dead_at.is_(None),
            Notice.due_at <= now,
            or_(Notice.claimed_until.is_(None), Notice.claimed_until <= now),
            Notice.channel.in_(channels),
            Notice.head_id.is_(None),
        )
        .order_by(Notice.due_at, Notice.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    while (notice := session.scalars(due).one_or_none()) is not None:
        if _taken(session, notice, now):
            session.refresh(notice)
            return notice
    return None


def _taken(session: Session, notice: Notice, now: datetime) -> bool:
    """Whether `notice` is ours to send. It is put off while a rival has another about the same thing in hand, as the
    unique index finds; and where one has left in this hour, which is certain only once we have it in hand ourselves.
    """
    try:
        with session.begin_nested():
            won = _settle(session, notice, now)
            last_at = too_soon(session, notice, now) if won else None
            if last_at is not None:
                raise _TooSoon(last_at)
            return won
    except _TooSoon as other:
        put_off(session, notice, other.last_at, now)
    except IntegrityError:
        put_off(session, notice, now + LEASE - APART, now)
    return False


class _TooSoon(Exception):  # noqa: N818 - no fault: what was taken in hand is put down again
    """Another message about the same thing left at `last_at`."""

    def __init__(self, last_at: datetime) -> None:
        super().__init__(last_at)
        self.last_at = last_at


def _settle(session: Session, notice: Notice, now: datetime) -> bool:
    """Claim `notice`, or bury it if it has used up its attempts; True if it is ours to send.

    Naming the old number of attempts is the compare-and-set: every rival's claim raises it.
    """
    exhausted = notice.attempts >= MOST_ATTEMPTS
    values: dict[str, object] = {"last_fault": UNFINISHED if notice.claim else notice.last_fault}
    if exhausted:
        values |= {"dead_at": now, "claim": None, "claimed_until": None}
    else:
        values |= {"attempts": notice.attempts + 1, "claim": secrets.token_hex(16), "claimed_until": now + LEASE}
    unchanged = update(Notice).where(
        Notice.id == notice.id,
        Notice.attempts == notice.attempts,
        Notice.sent_at.is_(None),
        Notice.dead_at.is_(None),
    )
    won = session.execute(unchanged.values(**values).execution_options(synchronize_session=False))
    if won.rowcount and exhausted:  # type: ignore[attr-defined]
        session.execute(update(Notice).where(Notice.head_id == notice.id, Notice.sent_at.is_(None)).values(dead_at=now))
    return bool(won.rowcount) and not exhausted  # type: ignore[attr-defined]


def mark_sent(session: Session, *, notice: Notice, now: datetime) -> None:
    """Note that `notice` was sent, and what was gathered into it, whoever holds the claim by now: it went. Flushes."""
    session.execute(
        update(Notice)
        .where(or_(Notice.id == notice.id, Notice.head_id == notice.id), Notice.sent_at.is_(None))
        .values(sent_at=now, dead_at=None, claim=None, claimed_until=None, last_fault=None)
    )


def gathered(session: Session, notice: Notice) -> list[Notice]:
    """`notice`, and what leaves with it, in the order in which it was written."""
    others = select(Notice).where(Notice.head_id == notice.id)
    return sorted([notice, *session.scalars(others)], key=lambda one: one.id)


def mark_failed(session: Session, *, notice: Notice, fault: str, now: datetime, final: bool = False) -> None:
    """Note that this attempt failed with `fault`, a word without personal content. Flushes.

    The next attempt waits longer each time; after the eighth, or if `final`, the message is dead. Nothing happens if
    the claim has passed to another worker.
    """
    values: dict[str, object] = {"last_fault": fault[:80], "claim": None, "claimed_until": None}
    if final or notice.attempts >= MOST_ATTEMPTS:
        values["dead_at"] = now
    else:
        values["due_at"] = now + pause_after(notice.attempts)
    failed = session.execute(
        update(Notice)
        .where(Notice.id == notice.id, Notice.claim == notice.claim, Notice.sent_at.is_(None))
        .values(**values)
    )
    if failed.rowcount:  # type: ignore[attr-defined]
        session.execute(update(Notice).where(Notice.head_id == notice.id, Notice.sent_at.is_(None)).values(**values))
