"""That duties were reminded of: once for each duty and level, an organisation once a day, everybody in one notice."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.inspections.models.duties import Duty
from propman.inspections.models.plans import Plan
from propman.inspections.reminding import Level


class Digest(Base):
    """What an organisation was told on one day, in one go; also of nothing, so that it is looked after once a day."""

    __tablename__ = "duty_digest"
    __table_args__ = (UniqueConstraint("organisation_id", "day"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    day: Mapped[date]
    notices: Mapped[int] = mapped_column(default=0)  # how many outbox rows were written with it

    organisation: Mapped[Organisation] = relationship()

    @property
    def event_ref(self) -> str:
        """How its notices name it."""
        return f"duty_digest:{self.id}"


class Reminder(Base):
    """That a duty was told of at a level."""

    __tablename__ = "duty_reminder"
    __table_args__ = (Index(None, "digest_id"),)

    duty_id: Mapped[int] = mapped_column(BigId, ForeignKey(Duty.id), primary_key=True)
    level: Mapped[Level] = mapped_column(stored_by_value(Level), primary_key=True)
    digest_id: Mapped[int] = mapped_column(BigId, ForeignKey(Digest.id))


class SeasonReminder(Base):
    """That the season of a plan which begins on `season_on` was told of."""

    __tablename__ = "season_reminder"
    __table_args__ = (Index(None, "digest_id"),)

    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey(Plan.id), primary_key=True)
    season_on: Mapped[date] = mapped_column(primary_key=True)
    digest_id: Mapped[int] = mapped_column(BigId, ForeignKey(Digest.id))

    plan: Mapped[Plan] = relationship()
