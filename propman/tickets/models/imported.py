"""Where a ticket came from that was taken over from another system, and what that system says of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId
from propman.tickets.models.ticket import Ticket


class ImportedTicket(Base):
    """One row of the other system. By its name and id there it is taken over once.

    Times and status are claims of that system: nothing here is counted by them. Its words are personal texts of the
    ticket and of its first event, so that they are erased with it.
    """

    __tablename__ = "imported_ticket"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        UniqueConstraint("ticket_id"),
        CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opened"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(40))
    source_id: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    month: Mapped[str] = mapped_column(String(7), index=True)  # of `opened_at`, local: "2014-11"
    status: Mapped[str] = mapped_column(String(80))  # in the words of that system
    channel: Mapped[str] = mapped_column(String(80))  # by which it came in there; empty where that does not say

    ticket: Mapped[Ticket] = relationship()
