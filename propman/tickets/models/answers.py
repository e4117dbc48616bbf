"""What was answered to the questions of a ticket's category."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.catalogue.models import CategoryQuestion
from propman.db import Base, BigId
from propman.personal import PersonalText


class TicketAnswer(Base):
    """One answer: yes or no, which of the list (from 0), a number, or words of their own, which can be erased."""

    __tablename__ = "ticket_answer"
    __table_args__ = (
        UniqueConstraint("ticket_id", "question_id"),
        CheckConstraint(
            "CASE WHEN flag IS NULL THEN 0 ELSE 1 END + CASE WHEN choice IS NULL THEN 0 ELSE 1 END + "
            "CASE WHEN number IS NULL THEN 0 ELSE 1 END + CASE WHEN text_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_answer",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    question_id: Mapped[int] = mapped_column(BigId, ForeignKey("category_question.id"))  # the version that was asked
    flag: Mapped[bool | None]
    choice: Mapped[int | None]
    number: Mapped[Decimal | None]
    text_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))

    question: Mapped[CategoryQuestion] = relationship()
    text: Mapped[PersonalText | None] = relationship()
