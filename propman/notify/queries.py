"""Reading the inbox of a person, and the state of the outbox for those who look after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from propman.catalogue import kept
from propman.db import read
from propman.notify.models import Channel, ForgottenNotices, Notice, ServedChannel
from propman.roles import Viewer

PAGE = 40
MOST_COUNTED = 100  # an unread count beyond 99 tells nobody anything, and counting it would cost


@dataclass(frozen=True)
class Page:
    """Some notices, newest first; `before` is the key of the next page, None on the last one."""

    notices: Sequence[Notice]
    before: int | None


@dataclass(frozen=True)
class Outbox:
    """How the outbox stands: messages still to send, messages given up, and since when the longest due one is due."""

    waiting: int
    dead: int
    due_since: datetime | None


def inbox(session: Session, *, viewer: Viewer, before: int | None = None) -> Page:
    """The messages to `viewer`, those older than the message `before` if that is given. Nobody's inbox is empty."""
    return _page(session, [_mine(viewer), Notice.channel == Channel.INBOX], before)


def inbox_notice(session: Session, *, viewer: Viewer, notice_id: int) -> Notice | None:
    """One message of the inbox of `viewer`; None for somebody else's and for none."""
    query = select(Notice).where(Notice.id == notice_id, _mine(viewer), Notice.channel == Channel.INBOX)
    return session.scalars(query).one_or_none()


def unread_count(session: Session, *, viewer: Viewer) -> int:
    """How many messages `viewer` has not opened, counted up to 100. One query over a small index."""
    some = select(Notice.id).where(*unread_by(viewer)).limit(MOST_COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def unread_by(viewer: Viewer) -> tuple[ColumnElement[bool], ...]:
    """The conditions for the messages that `viewer` has not opened."""
    return _mine(viewer), Notice.channel == Channel.INBOX, Notice.read_at.is_(None)


def dead_letters(session: Session, *, before: int | None = None) -> Page:
    """The messages that were given up, whoever they were for."""
    return _page(session, [Notice.dead_at.is_not(None)], before)


def outbox(session: Session) -> Outbox:
    """How the outbox stands."""
    waiting = Notice.sent_at.is_(None) & Notice.dead_at.is_(None)
    count, due_since = session.execute(select(func.count(), func.min(Notice.due_at)).where(waiting)).one()
    dead = session.scalar(select(func.count()).where(Notice.dead_at.is_not(None))) or 0
    return Outbox(waiting=count, dead=dead, due_since=due_since)


_SERVED = select(ServedChannel.channel, ServedChannel.recipient_id)


def served(session: Session) -> set[tuple[Channel, int]]:
    """The ways of sending that not every installation has, and this one has, each with its recipient or `EVERYBODY`.

    They change when somebody sets the installation up anew, and are kept in memory with the rules.
    """
    return kept.rules(session).once(_SERVED, lambda: {(row[0], row[1]) for row in read(session, _SERVED, {})})


def told(session: Session) -> Counter[str]:
    """How many notices were written of each event, by its name: those that are there and those that were forgotten."""
    written = Counter[str]()
    there = select(Notice.event_ref, func.count()).group_by(Notice.event_ref)
    for query in (there, select(ForgottenNotices.event_ref, ForgottenNotices.n)):
        for event_ref, n in session.execute(query):
            written[event_ref] += n
    return written


def due_since(session: Session) -> datetime | None:
    """Since when the longest due message is due; a moment ahead if all are put off, None if none waits."""
    return session.scalar(select(func.min(Notice.due_at)).where(Notice.sent_at.is_(None), Notice.dead_at.is_(None)))


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    return Notice.recipient_id == viewer.user_id


def _page(session: Session, conditions: list[ColumnElement[bool]], before: int | None) -> Page:
    if before is not None:
        conditions = [*conditions, Notice.id < before]
    found = session.scalars(select(Notice).where(*conditions).order_by(Notice.id.desc()).limit(PAGE + 1)).all()
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)
