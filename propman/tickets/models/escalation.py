"""That a deadline was reminded of, or escalated: once per run of a clock, rule and level.

No move of the ticket: nobody acted, its version stays, and a form that somebody has open stays good.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.catalogue.models import EscalationRule
from propman.data.escalation import Level
from propman.db import Base, BigId, stored_by_value
from propman.tickets.models.ticket import TicketClock


class Escalation(Base):
    """The rule `code` (its row `rule`) spoke of one run of a clock at `at`, when that was due `due_at`.

    `level` is whom the rule names and `reached` who was told: somebody higher where nobody is at that level, or NULL
    where nobody is anywhere. `passed_over` tells that a higher level was told at once, and nobody of this one.
    """

    __tablename__ = "escalation"
    __table_args__ = (
        UniqueConstraint("clock_id", "code", "level"),
        CheckConstraint("NOT passed_over OR (reached IS NULL AND notices = 0)", name="passed_over_told_nobody"),
        Index(None, "ticket_id", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    clock_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_clock.id"))
    code: Mapped[str] = mapped_column(String(40))
    rule_id: Mapped[int] = mapped_column(BigId, ForeignKey("escalation_rule.id"))
    level: Mapped[Level] = mapped_column(stored_by_value(Level))
    at: Mapped[datetime]
    due_at: Mapped[datetime]
    passed_over: Mapped[bool]
    reached: Mapped[Level | None] = mapped_column(stored_by_value(Level, "reached"))
    notices: Mapped[int] = mapped_column(default=0)  # how many outbox rows were written with it

    rule: Mapped[EscalationRule] = relationship()
    clock: Mapped[TicketClock] = relationship()

    @property
    def event_ref(self) -> str:
        """How its notices name it."""
        return f"escalation:{self.id}"
