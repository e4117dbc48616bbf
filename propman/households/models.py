"""The flat, who lives in it from when to when, the slip that lets people join, and the wish to be let in.

Rows hold ids: a name stands in the account alone, and what was typed of a flat is personal content that can be erased.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Place
from propman.db import Base, BigId, stored_by_value
from propman.personal import PersonalText
from propman.spans import Span


class Joined(StrEnum):
    """How somebody came into a household."""

    CODE = "code"  # of a printed slip
    CONFIRMED = "confirmed"  # by the company, the street office or the grid worker


class Household(Base):
    """A flat of an entrance, or of a building without entrances, by its number."""

    __tablename__ = "household"
    __table_args__ = (UniqueConstraint("place_id", "number"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    number: Mapped[str] = mapped_column(String(20))
    floor: Mapped[int | None]

    place: Mapped[Place] = relationship(foreign_keys=[place_id])


class Occupant(Span, Base):
    """`user` lives in the household from `starts_on` up to, not including, `ends_on`: the day of moving out."""

    __tablename__ = "occupant"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("(joined = 'confirmed') = (confirmed_by_id IS NOT NULL)", name="confirmed_by_somebody"),
        Index("uq_occupant_now", "household_id", "user_id", unique=True, sqlite_where=text("ends_on IS NULL"),
              postgresql_where=text("ends_on IS NULL")),
        Index(None, "user_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    household_id: Mapped[int] = mapped_column(BigId, ForeignKey("household.id"))
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    joined: Mapped[Joined] = mapped_column(stored_by_value(Joined))
    confirmed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    household: Mapped[Household] = relationship()
    user: Mapped[User] = relationship(foreign_keys=[user_id])


class HouseholdSlip(Base):
    """A slip for one household. Its code is derived from `nonce` by a key of the installation; stored is its hash.

    It lets people in before the day `expires_on`, unless it was revoked; nobody has more than one that was not.
    """

    __tablename__ = "household_slip"
    __table_args__ = (
        Index("uq_household_slip_in_use", "household_id", unique=True, sqlite_where=text("revoked_at IS NULL"),
              postgresql_where=text("revoked_at IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    household_id: Mapped[int] = mapped_column(BigId, ForeignKey("household.id"))
    key_id: Mapped[str] = mapped_column(String(8))
    nonce: Mapped[str] = mapped_column(String(43))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    expires_on: Mapped[date]
    revoked_at: Mapped[datetime | None]

    household: Mapped[Household] = relationship()


class JoinWish(Base):
    """Somebody asks to be let into a flat that is named in words: the answer tells nothing about which there are."""

    __tablename__ = "join_wish"
    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (granted IS NULL)", name="answered_with_an_answer"),
        Index("uq_join_wish_open", "user_id", "place_id", unique=True, sqlite_where=text("answered_at IS NULL"),
              postgresql_where=text("answered_at IS NULL")),
        Index(None, "place_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    flat_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    answered_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    user: Mapped[User] = relationship(foreign_keys=[user_id])
    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    flat: Mapped[PersonalText | None] = relationship()
