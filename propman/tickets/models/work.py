"""What a repair took: minutes, parts and other cost, as whoever completed it says. One record per completion."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId
from propman.personal import PersonalText


class WorkRecord(Base):
    """What the completion `event_id` took. `minutes` and `other_fen` are NULL where nothing was said."""

    __tablename__ = "work_record"
    __table_args__ = (
        CheckConstraint("minutes BETWEEN 1 AND 6000", name="minutes_within_reason"),
        CheckConstraint("other_fen >= 0", name="other_cost_is_no_debt"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"), unique=True)
    minutes: Mapped[int | None]
    other_fen: Mapped[int | None] = mapped_column(BigId)

    parts: Mapped[list[WorkPart]] = relationship(order_by="WorkPart.id")

    @property
    def cost_fen(self) -> int:
        """Parts and other cost together; a part without a price counts for nothing."""
        return (self.other_fen or 0) + sum(part.cost_fen for part in self.parts)


class WorkPart(Base):
    """One kind of thing that was used up: what, how many, and what one of them cost, if that is known."""

    __tablename__ = "work_part"
    __table_args__ = (
        CheckConstraint("pieces BETWEEN 1 AND 9999", name="pieces_within_reason"),
        CheckConstraint("unit_fen >= 0", name="price_is_no_debt"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    record_id: Mapped[int] = mapped_column(BigId, ForeignKey("work_record.id"), index=True)
    what_id: Mapped[int] = mapped_column(BigId, ForeignKey("personal_text.id"))
    pieces: Mapped[int]
    unit_fen: Mapped[int | None] = mapped_column(BigId)

    what: Mapped[PersonalText] = relationship()

    @property
    def cost_fen(self) -> int:
        """What all of them cost."""
        return self.pieces * (self.unit_fen or 0)
