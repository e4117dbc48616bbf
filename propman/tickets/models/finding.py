"""That an inspection found something: which failed item opened which ticket, or joined it, and what cured it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId
from propman.tickets.models.ticket import Ticket, TicketEvent

CURED, WAITS = text("cured_id IS NOT NULL"), text("cured_id IS NULL")


class TicketFinding(Base):
    """One failed item. `source` is its name where it failed, and gives one ticket or one joining for ever.

    Its words are personal texts of the ticket or of the event, so that they are erased with it. The first re-check that
    passes afterwards cures it for good, `cured_hours` begun hours later. `found_at`, the time of its event, and
    `template`, that of the inspection by which it was found (None: by none), are kept for figures.
    """

    __tablename__ = "ticket_finding"
    __table_args__ = (
        UniqueConstraint("source"),
        UniqueConstraint("event_id"),
        CheckConstraint("(cured_id IS NULL) = (cured_hours IS NULL)", name="cured_after_hours"),
        Index("ix_ticket_finding_cured", "cured_id", sqlite_where=CURED, postgresql_where=CURED),
        Index(
            "ix_ticket_finding_waits", "ticket_id", "found_at", "template", sqlite_where=WAITS, postgresql_where=WAITS
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    found_at: Mapped[datetime]
    template: Mapped[str | None] = mapped_column(String(20))
    cured_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket_event.id"))  # the re-check
    cured_hours: Mapped[int | None]

    ticket: Mapped[Ticket] = relationship()
    event: Mapped[TicketEvent] = relationship(foreign_keys=[event_id])
