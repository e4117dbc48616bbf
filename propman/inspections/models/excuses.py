"""That a duty is to be excused (免检): asked with a reason by who has it, decided by another organisation above."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.db import Base, BigId
from propman.inspections.models.duties import Duty
from propman.personal import PersonalText

WAITS = text("decided_at IS NULL")
GRANTED = text("granted")


class Excuse(Base):
    """One wish. While `decided_at` is NULL it waits, and changes nothing: past its cut-off the duty is missed."""

    __tablename__ = "duty_excuse"
    __table_args__ = (
        Index("uq_duty_excuse_waiting", "duty_id", unique=True, sqlite_where=WAITS, postgresql_where=WAITS),
        Index("uq_duty_excuse_granted", "duty_id", unique=True, sqlite_where=GRANTED, postgresql_where=GRANTED),
        Index(None, "asked_for_id", "id"),
        CheckConstraint("(decided_at IS NULL) = (granted IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)",
                        name="decided_as_a_whole"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="not_by_oneself"),
        CheckConstraint("decided_for_id IS NULL OR decided_for_id <> asked_for_id", name="decided_by_another"),
        CheckConstraint("granted IS NULL OR granted OR words_id IS NOT NULL", name="a_refusal_says_why"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    duty_id: Mapped[int] = mapped_column(BigId, ForeignKey(Duty.id))
    asked_at: Mapped[datetime]
    asked_by_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    asked_for_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    reason_id: Mapped[int] = mapped_column(BigId, ForeignKey(PersonalText.id))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(User.id))
    decided_for_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))  # an official has none
    granted: Mapped[bool | None]
    words_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))

    duty: Mapped[Duty] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    asked_for: Mapped[Organisation] = relationship(foreign_keys=[asked_for_id])
    reason: Mapped[PersonalText] = relationship(foreign_keys=[reason_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    decided_for: Mapped[Organisation | None] = relationship(foreign_keys=[decided_for_id])
    words: Mapped[PersonalText | None] = relationship(foreign_keys=[words_id])
