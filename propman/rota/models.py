"""The weekly hours of people, and what departs from them on some days."""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import CheckConstraint, ForeignKey, Index, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.rota.duty import Kind


class Shift(Base):
    """`user` is reachable for the organisation every week on `weekday` (0 is Monday)."""

    __tablename__ = "rota_shift"
    __table_args__ = (
        UniqueConstraint("organisation_id", "user_id", "weekday", "begins"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="known_weekday"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    weekday: Mapped[int]
    begins: Mapped[time] = mapped_column(Time())
    ends: Mapped[time] = mapped_column(Time())  # at or before `begins`: on the next day


class Departure(Base):
    """`user` is away, or on duty beyond the weekly hours, from `starts_at` up to, not including, `ends_at`."""

    __tablename__ = "rota_departure"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        Index(None, "organisation_id", "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
