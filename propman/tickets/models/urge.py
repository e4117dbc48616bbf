"""That an official urges a repair (督办): words, a day for the answer, and how it ended."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.db import Base, BigId, stored_by_value
from propman.tickets.models.ticket import Ticket


class UrgeEnd(StrEnum):
    """How an urge ended."""

    ANSWERED = "answered"
    REPAIRED = "repaired"
    CLOSED = "closed"  # with the report, in another way


class Urge(Base):
    """One urge of one ticket; while none has ended, no second one begins.

    `overdue_told_at` is when it was told, once, that its day had passed.
    """

    __tablename__ = "urge"
    __table_args__ = (
        Index("uq_urge_open", "ticket_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name="ended_somehow"),
        CheckConstraint("ended_at IS NULL OR ended_at >= urged_at", name="ended_after_begun"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    by_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    answer_by_on: Mapped[date]
    urged_at: Mapped[datetime]
    overdue_told_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_kind: Mapped[UrgeEnd | None] = mapped_column(stored_by_value(UrgeEnd))

    ticket: Mapped[Ticket] = relationship()
    by: Mapped[User] = relationship()
