"""That an inspection found something: which failed item opened which ticket, or joined it."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId
from propman.tickets.models.ticket import Ticket, TicketEvent


class TicketFinding(Base):
    """One failed item. `source` is its name where it failed, and gives one ticket or one joining for ever.

    Its words are personal texts of the ticket or of the event, so that they are erased with it.
    """

    __tablename__ = "ticket_finding"
    __table_args__ = (UniqueConstraint("source"), UniqueConstraint("event_id"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))

    ticket: Mapped[Ticket] = relationship()
    event: Mapped[TicketEvent] = relationship()
