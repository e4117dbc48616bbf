"""That an inspection found something: which failed item opened which ticket, or joined it, and what cured it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId
from propman.tickets.models.ticket import Ticket, TicketEvent

COUNTED, WAITS = text("month IS NOT NULL"), text("cured_id IS NULL")


class TicketFinding(Base):
    """One failed item. `source` is its name where it failed, and gives one ticket or one joining for ever.

    Its words are personal texts of the ticket or of the event, so that they are erased with it. The first re-check that
    passes afterwards cures it for good, `cured_hours` begun hours later, and counts in its `month` for whoever held the
    ticket (NULL: in none, for the ticket was taken over). For figures it says when it was found, as its event does, and
    the `template` of the inspection that found it (None: none did).
    """

    __tablename__ = "ticket_finding"
    __table_args__ = (
        UniqueConstraint("source"),
        UniqueConstraint("event_id"),
        CheckConstraint("(cured_id IS NULL) = (cured_hours IS NULL)", name="cured_after_hours"),
        CheckConstraint("month IS NULL OR cured_id IS NOT NULL", name="counts_once_cured"),
        CheckConstraint("(month IS NULL) = (community_id IS NULL) AND (month IS NULL) = (organisation_id IS NULL)",
                        name="cured_counts_somewhere"),
        Index("ix_ticket_finding_cured", "month", "community_id", "organisation_id", "template", "cured_hours",
              sqlite_where=COUNTED, postgresql_where=COUNTED),
        Index("ix_ticket_finding_waits", "ticket_id", "found_at", "template", sqlite_where=WAITS,
              postgresql_where=WAITS),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    source: Mapped[str] = mapped_column(String(80))
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    found_at: Mapped[datetime]
    template: Mapped[str | None] = mapped_column(String(20))
    cured_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket_event.id"))  # the re-check
    cured_hours: Mapped[int | None]
    month: Mapped[date | None]
    community_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("place.id"))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))

    ticket: Mapped[Ticket] = relationship()
    event: Mapped[TicketEvent] = relationship(foreign_keys=[event_id])
