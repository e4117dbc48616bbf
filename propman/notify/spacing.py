"""What keeps messages to one person about one thing an hour apart: when they are written, and again when they leave.

Two transactions that cannot see each other may write two messages that leave at once. So whoever takes one in hand
looks again, and the unique index `uq_notice_in_hand` lets nobody take two at a time.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from propman.db import among, read
from propman.notify.models import PERSONAL, Channel, Notice, Preference
from propman.notify.timing import APART, AT_ONCE, BY_DAY, CLOSING, Wishes, leaves_at

_WISHES = select(
    Preference.recipient_id, Preference.digest_hour, Preference.quiet_from, Preference.quiet_until, Preference.sms
).where(among(Preference.recipient_id, "people"))

_LAST = (
    select(Notice.recipient_id, Notice.channel, func.max(Notice.due_at))
    .where(
        among(Notice.recipient_id, "people"),
        Notice.subject == bindparam("subject"), Notice.due_at > bindparam("since"), Notice.dead_at.is_(None),
    )
    .group_by(Notice.recipient_id, Notice.channel)
)  # fmt: skip


def wishes_of(session: Session, recipient_ids: Collection[int]) -> dict[int, Wishes]:
    """How those people want to be told outside the inbox, by id; who never said is not there."""
    if not recipient_ids:
        return {}
    rows = read(session, _WISHES, {"people": list(recipient_ids)})
    return {row.recipient_id: Wishes(row.digest_hour, row.quiet_from, row.quiet_until, row.sms) for row in rows}


def usual(channel: Channel) -> Wishes:
    """How somebody is told by `channel` who never said when."""
    return BY_DAY if channel is Channel.CALLER else AT_ONCE


def last_about(
    session: Session, recipient_ids: Collection[int], subject: str, now: datetime
) -> dict[tuple[int, Channel], datetime]:
    """When the last message about `subject` left for each of these, or will, by recipient and channel; who got none in
    this hour is not there. One statement for all.
    """
    asked = {"people": list(recipient_ids), "subject": subject, "since": now - APART}
    return {(who, channel): at for who, channel, at in read(session, _LAST, asked)} if recipient_ids else {}


def head_at(session: Session, recipient_id: int, channel: Channel, due_at: datetime) -> int | None:
    """The message to this person by `channel` that waits to leave at `due_at`, into which more can be gathered."""
    waiting = (
        Notice.due_at == due_at, Notice.recipient_id == recipient_id, Notice.channel == channel,
        Notice.head_id.is_(None), Notice.attempts == 0, Notice.sent_at.is_(None), Notice.dead_at.is_(None),
    )  # fmt: skip
    return session.scalar(select(Notice.id).where(*waiting).order_by(Notice.id).limit(1))


def too_soon(session: Session, notice: Notice, now: datetime) -> datetime | None:
    """When the last message about the same thing left, if `notice`, due at `now`, must wait for that; else None."""
    if notice.subject is None or notice.urgent or notice.channel is Channel.INBOX:
        return None
    left = (
        Notice.recipient_id == notice.recipient_id, Notice.subject == notice.subject, Notice.channel == notice.channel,
        Notice.id != notice.id, Notice.head_id.is_(None), Notice.sent_at > now - APART + CLOSING,
    )  # fmt: skip
    return session.scalar(select(func.max(Notice.sent_at)).where(*left))


def put_off(session: Session, notice: Notice, last_at: datetime, now: datetime) -> None:
    """Let `notice`, and what was gathered into it, leave an hour after `last_at`, or with what waits for then already.

    Nothing happens if a rival has taken it in hand since it was read. Flushes.
    """
    said = wishes_of(session, [notice.recipient_id]) if notice.channel in PERSONAL else {}
    wishes = said.get(notice.recipient_id, usual(notice.channel))
    due_at = max(leaves_at(now, wishes, last_at=last_at), now + CLOSING)
    waiting = select(Notice.id, Notice.due_at).where(
        Notice.recipient_id == notice.recipient_id, Notice.channel == notice.channel, Notice.id != notice.id,
        Notice.subject == notice.subject, Notice.head_id.is_(None), Notice.attempts == 0, Notice.sent_at.is_(None),
        Notice.dead_at.is_(None), Notice.due_at > now + CLOSING,
    )  # fmt: skip
    found = session.execute(waiting.order_by(Notice.due_at, Notice.id).limit(1)).one_or_none()
    values: dict[str, object] = {"due_at": found.due_at if found else due_at}
    unclaimed = (Notice.id == notice.id, Notice.attempts == notice.attempts, Notice.sent_at.is_(None))
    mine = update(Notice).where(*unclaimed).values(**values, **({"head_id": found.id} if found else {}))
    if session.execute(mine).rowcount:  # type: ignore[attr-defined]
        values |= {"head_id": found.id} if found else {}
        session.execute(update(Notice).where(Notice.head_id == notice.id, Notice.sent_at.is_(None)).values(**values))
