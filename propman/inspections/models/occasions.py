"""Events that bring duties: snowfall, storm, a pressure test, the flood season; where, from when to when, on what word.

What an event brings are rows of `duty` like all others, each of a plan of its own for the community and the schedule.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value
from propman.inspections.upon import Days, Kind
from propman.personal import PersonalText

LONGEST_SOURCE = 200
ON = text("NOT off")


class Move(StrEnum):
    """What can happen to an event."""

    OPENED = "opened"
    DATED = "dated"  # its end is known, or another than was thought
    CLASSED = "classed"  # it is of another class than was thought: heavy snow, not light
    CALLED_OFF = "called_off"


class Occasion(Base):
    """An event of a `kind` in the area `place`, and the schedules that it brings there, by their codes. `version`
    counts its moves.
    """

    __tablename__ = "occasion"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        CheckConstraint("version > 0", name="version_counts"),
        Index(None, "starts_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind))
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))  # an official has none
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    schedules: Mapped[str] = mapped_column(String(400))  # comma-separated
    source: Mapped[str] = mapped_column(String(LONGEST_SOURCE))  # on whose word
    called_off_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    place: Mapped[Place] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012

    @property
    def days(self) -> Days:
        """From when to when, as the rules take it."""
        return Days(self.starts_on, self.ends_on)

    @property
    def codes(self) -> frozenset[str]:
        """The schedules that it brings."""
        return frozenset(self.schedules.split(","))


class OccasionMove(Base):
    """One move of an event, never changed: its class and days afterwards, by whom, and why."""

    __tablename__ = "occasion_move"
    __table_args__ = (
        UniqueConstraint("occasion_id", "version"),
        CheckConstraint("(move = 'opened') = (version = 1)", name="begins_with_the_opening"),
        CheckConstraint("move = 'opened' OR reason_id IS NOT NULL", name="a_change_says_why"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    occasion_id: Mapped[int] = mapped_column(BigId, ForeignKey(Occasion.id))
    version: Mapped[int]
    move: Mapped[Move] = mapped_column(stored_by_value(Move))
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    reason_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))

    actor: Mapped[User] = relationship()
    reason: Mapped[PersonalText | None] = relationship()


class OccasionPlace(Base):
    """A community in which the event brings duties. `template`, days and `off` are those of the event, so that the
    database itself refuses two that begin on one day.
    """

    __tablename__ = "occasion_place"
    __table_args__ = (
        Index("uq_occasion_place_day", "community_id", "template", "starts_on", unique=True,
              sqlite_where=ON, postgresql_where=ON),
    )  # fmt: skip

    occasion_id: Mapped[int] = mapped_column(BigId, ForeignKey(Occasion.id), primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id), primary_key=True)
    template: Mapped[str] = mapped_column(String(10))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    off: Mapped[bool] = mapped_column(default=False)

    community: Mapped[Place] = relationship()
