"""One row per message and recipient and channel: the outbox, and for the channel "inbox" the message itself."""

from __future__ import annotations

from datetime import datetime, time
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Time, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from propman.db import Base, BigId, stored_by_value
from propman.notify.timing import SmsWish


class Channel(StrEnum):
    """How a message reaches somebody. Whom the id of its recipient means depends on it."""

    INBOX = "inbox"  # a user, and so for the next two
    EMAIL = "email"
    SMS = "sms"
    CALLER = "caller"  # an SMS to the telephone left with a report: the id of its `PersonalText`
    GROUP = "group"  # the group chat of an organisation, through its robot: the id of the organisation


PERSONAL = frozenset({Channel.INBOX, Channel.EMAIL, Channel.SMS})
"""The channels whose recipient is a user, and has wishes."""
EVERYBODY = 0
"""In place of a recipient, where a channel is served for all."""


class ServedChannel(Base):
    """A way of sending that not every installation has, and this one has: written by whoever carries messages away.

    Who writes a notice learns here, and not from the settings, whether anybody would carry it.
    """

    __tablename__ = "served_channel"

    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel), primary_key=True)
    recipient_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)  # or `EVERYBODY`


class Preference(Base):
    """How somebody wants to be told outside the inbox, see `timing.Wishes`; without a row at once, at any hour."""

    __tablename__ = "notice_preference"
    __table_args__ = (
        CheckConstraint("digest_hour IS NULL OR digest_hour BETWEEN 0 AND 23", name="digest_at_an_hour"),
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet_has_two_ends"),
    )

    recipient_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    digest_hour: Mapped[int | None]
    quiet_from: Mapped[time | None] = mapped_column(Time)
    quiet_until: Mapped[time | None] = mapped_column(Time)
    sms: Mapped[SmsWish] = mapped_column(stored_by_value(SmsWish), default=SmsWish.USUAL)


class ForgottenNotices(Base):
    """How many notices of one event reached their readers and were forgotten since, so that the recount misses none."""

    __tablename__ = "forgotten_notices"
    __table_args__ = (CheckConstraint("n > 0", name="n_positive"),)

    event_ref: Mapped[str] = mapped_column(String(60), primary_key=True)
    n: Mapped[int]


IN_HAND = "claim IS NOT NULL AND subject IS NOT NULL AND channel <> 'inbox' AND NOT urgent"


class Notice(Base):
    """A message to one person by one channel. `facts` hold ids and numbers only; the text is made when it is read.

    A worker claims it by setting `claim` and `claimed_until`; `attempts` counts starts and not endings, so that a
    message that kills its worker is noticed; after the last attempt it is dead, visible, and never counted as sent.
    A row with a `head_id` was gathered into that message: it is never claimed, and shares its fate.
    One person has one message about one `subject` in hand at a time, but for urgent ones: see `spacing`.
    A row of the channel "inbox" is visible to its reader from the commit on, whether or not a worker has marked it.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("event_ref", "recipient_id", "channel"),
        CheckConstraint("NOT (sent_at IS NOT NULL AND dead_at IS NOT NULL)", name="sent_or_dead"),
        Index("ix_notice_waiting", "due_at", sqlite_where=text("sent_at IS NULL AND dead_at IS NULL"),
              postgresql_where=text("sent_at IS NULL AND dead_at IS NULL")),
        Index("ix_notice_dead", "id", sqlite_where=text("dead_at IS NOT NULL"),
              postgresql_where=text("dead_at IS NOT NULL")),
        Index("ix_notice_unread", "recipient_id", "channel", sqlite_where=text("read_at IS NULL"),
              postgresql_where=text("read_at IS NULL")),
        Index(None, "recipient_id", "channel", "id"),
        Index("ix_notice_subject", "recipient_id", "subject", "due_at", sqlite_where=text("subject IS NOT NULL"),
              postgresql_where=text("subject IS NOT NULL")),
        Index("ix_notice_gathered", "head_id", sqlite_where=text("head_id IS NOT NULL"),
              postgresql_where=text("head_id IS NOT NULL")),
        Index("uq_notice_in_hand", "recipient_id", "channel", "subject", unique=True,
              sqlite_where=text(IN_HAND), postgresql_where=text(IN_HAND)),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_ref: Mapped[str] = mapped_column(String(60))  # "ticket_event:42"
    topic: Mapped[str] = mapped_column(String(60))  # "ticket.assigned"
    recipient_id: Mapped[int] = mapped_column(BigId)
    channel: Mapped[Channel] = mapped_column(stored_by_value(Channel))
    facts: Mapped[dict[str, Any]] = mapped_column()
    link: Mapped[str] = mapped_column(String(120))  # path on this site
    subject: Mapped[str | None] = mapped_column(String(60))  # what it is about: "2611-0482915"
    urgent: Mapped[bool] = mapped_column(default=False)  # waits for nothing
    head_id: Mapped[int | None] = mapped_column(
        BigId
    )  # the message that this one leaves with; no key, both are forgotten
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    claimed_until: Mapped[datetime | None]
    claim: Mapped[str | None] = mapped_column(String(32))
    attempts: Mapped[int] = mapped_column(default=0)
    last_fault: Mapped[str | None] = mapped_column(String(80))  # a word, never an address
    sent_at: Mapped[datetime | None]
    dead_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]

    @property
    def dedupe_id(self) -> str:
        """The id that goes with every attempt, so that a second sending can be recognised."""
        return f"{self.event_ref}:{self.recipient_id}:{self.channel}"
