"""Writing to the outbox in the transaction of the act, reading marks in the inbox, a dead letter's second life.

And the end of what has reached its reader long ago.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from propman.audit.operations import record
from propman.catalogue import kept
from propman.db import held, insert_absent, insert_if_absent, insert_or_add
from propman.errors import NotFound, Refused
from propman.notify import queries, spacing
from propman.notify.models import PERSONAL, Channel, ForgottenNotices, Notice, Preference, ServedChannel
from propman.notify.timing import CLOSING, Wishes, leaves_at
from propman.roles import Viewer
from propman.text import N_


@dataclass(frozen=True)
class Message:
    """What is told of one event to some people.

    `topic` is a key of the registered texts; `channels` says by which channels each recipient (a user's id) is told;
    `facts` fill the text's %(name)s places and hold ids and numbers only; `link` is the path on this site that the
    notice opens; of one `subject` a person is told once an hour outside the inbox, unless it is `urgent`. The recipient
    of a channel that is not `PERSONAL` is no user.
    """

    topic: str
    channels: Mapping[int, Collection[Channel]]
    facts: Mapping[str, Any]
    link: str
    subject: str | None = None
    urgent: bool = False
    first: bool = False  # nobody was told of the subject before


def tell(
    session: Session,
    *,
    event_ref: str,
    topic: str,
    channels: Mapping[int, Collection[Channel]],
    facts: Mapping[str, Any],
    link: str,
    now: datetime,
    subject: str | None = None,
    urgent: bool = False,
) -> int:
    """`tell_all` of one message."""
    message = Message(topic, channels, facts, link, subject, urgent)
    return tell_all(session, event_ref=event_ref, messages=[message], now=now)


def tell_all(session: Session, *, event_ref: str, messages: Sequence[Message], now: datetime) -> int:
    """Write the notices of one event, one per recipient and channel, in one statement; how many were new.

    `event_ref` names what happened ("ticket_event:42") and makes a repeated call harmless. Who is meant by two messages
    is told the first.
    """
    return insert_absent(session, Notice, told(session, event_ref, messages, now))


def number_of(messages: Iterable[Message]) -> int:
    """How many notices `tell_all` writes for an event of which nothing was told before."""
    return len({(who, channel) for one in messages for who, by in one.channels.items() for channel in by})


def told(session: Session, event_ref: str, messages: Sequence[Message], now: datetime) -> list[dict[str, Any]]:
    """The rows of `Notice`, by column, that `tell_all` writes for an event of which nothing was told before."""
    rows = {(row["recipient_id"], row["channel"]): row for one in reversed(messages)
            for row in _rows(session, event_ref, one, now)}  # fmt: skip
    return [rows[key] for key in sorted(rows)]


def _rows(session: Session, event_ref: str, message: Message, now: datetime) -> Iterator[dict[str, Any]]:
    channels, subject, urgent = message.channels, message.subject, message.urgent
    outside = [who for who, by in channels.items() if set(by) - {Channel.INBOX}]
    wishes = spacing.wishes_of(session, [who for who in outside if set(channels[who]) <= PERSONAL])
    told = subject and not urgent and not message.first
    last = spacing.last_about(session, outside, subject or "", now) if told else {}
    for recipient_id, by in channels.items():
        for channel in by:
            due_at, head_id = now, None
            if channel is not Channel.INBOX and not urgent:
                last_at = last.get((recipient_id, channel))
                due_at = leaves_at(now, wishes.get(recipient_id, spacing.usual(channel)), last_at=last_at)
                head_id = spacing.head_at(session, recipient_id, channel, due_at) if due_at > now + CLOSING else None
            yield {
                "event_ref": event_ref, "topic": message.topic, "recipient_id": recipient_id, "channel": channel,
                "facts": dict(message.facts), "link": message.link, "made_at": now, "due_at": due_at,
                "subject": subject, "head_id": head_id, "urgent": urgent,
            }  # fmt: skip


def serve(session: Session, *, served: Collection[tuple[Channel, int]]) -> None:
    """Note which of the ways of sending that not every installation has this one has. Flushes."""
    before, now = queries.served(session), set(served)
    if before == now:
        return
    kept.changed(session)
    for channel, recipient_id in sorted(before - now):
        row = (ServedChannel.channel == channel, ServedChannel.recipient_id == recipient_id)
        session.execute(delete(ServedChannel).where(*row))
    for channel, recipient_id in sorted(now - before):
        values = {"channel": channel, "recipient_id": recipient_id}
        insert_if_absent(session, ServedChannel, values)


def mark_read(session: Session, *, viewer: Viewer, notice_id: int, now: datetime) -> Notice:
    """Note that `viewer` opened a message of their inbox; a second time changes nothing. Flushes.

    Raises `NotFound` for a message of somebody else, and for none.
    """
    notice = queries.inbox_notice(session, viewer=viewer, notice_id=notice_id)
    if notice is None:
        raise NotFound()
    if notice.read_at is None:
        notice.read_at = now
        session.flush()
    return notice


def mark_all_read(session: Session, *, viewer: Viewer, newest_id: int, now: datetime) -> int:
    """Note that `viewer` saw every message of their inbox up to `newest_id`, the newest on the page; how many were new.

    What arrived after the page was made stays unread.
    """
    unread = update(Notice).where(*queries.unread_by(viewer), Notice.id <= newest_id)
    return int(session.execute(unread.values(read_at=now)).rowcount)  # type: ignore[attr-defined]


def revive(session: Session, *, viewer: Viewer, notice_id: int, now: datetime) -> bool:
    """Give a dead letter all its attempts again; False, and no change, if it is not dead (any more).

    Raises `NotFound` if there is no such notice.
    """
    if session.get(Notice, notice_id) is None:
        raise NotFound()
    dead = update(Notice).where(or_(Notice.id == notice_id, Notice.head_id == notice_id), Notice.dead_at.is_not(None))
    revived = session.execute(dead.values(dead_at=None, due_at=now, attempts=0, last_fault=None))
    if not revived.rowcount:  # type: ignore[attr-defined]
        return False
    record(session, act="notice_revived", subject_kind="notice", subject_id=notice_id, actor_id=viewer.user_id, now=now)
    return True


def prefer(session: Session, *, viewer: Viewer, wishes: Wishes) -> Preference:
    """Note how `viewer` wants to be told from now on; what waits already leaves as it was planned. Flushes.

    Raises `Refused` for quiet hours with one end.
    """
    if (wishes.quiet_from is None) != (wishes.quiet_until is None):
        raise Refused(N_("Say from when and until when it is quiet, or leave both empty."), field="quiet_until")
    if viewer.user_id is None:
        raise NotFound()
    insert_if_absent(session, Preference, {"recipient_id": viewer.user_id})
    row = held(session, Preference, viewer.user_id)
    row.digest_hour, row.quiet_from, row.quiet_until = wishes.digest_hour, wishes.quiet_from, wishes.quiet_until
    row.sms = wishes.sms
    session.flush()
    return row


def forget(session: Session, *, before: datetime) -> int:
    """Delete the messages that reached their reader before `before`, sent out or read in the inbox; how many.

    What waits, was given up, or was never opened stays. The number of those that went is kept for each event.
    """
    sent_out = (Notice.channel != Channel.INBOX) & (Notice.sent_at < before)
    read = (Notice.channel == Channel.INBOX) & Notice.sent_at.is_not(None) & (Notice.read_at < before)
    newest = select(func.max(Notice.id)).scalar_subquery()  # it stays, or SQLite would give its id to another one
    gone = delete(Notice).where(or_(sent_out, read), Notice.id < newest).returning(Notice.event_ref)
    events = Counter(session.scalars(gone.execution_options(synchronize_session=False)))
    if events:
        rows = [{"event_ref": ref, "n": n} for ref, n in sorted(events.items())]
        insert_or_add(session, ForgottenNotices, rows, counted="n")
    return events.total()
