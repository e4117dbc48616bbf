"""A planned outage, the places it concerns, what happened to it, and who wants to be told of it besides.

The sentence is the organisation's own and public; it names no person.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.data.reading import Trade
from propman.db import Base, BigId, stored_by_value
from propman.outages.rules import Move, Times

LONGEST = 300


class Outage(Base):
    """`organisation` turns `supply` off at some places of `community`, as planned from `starts_at` to `ends_at`.

    `ended_at`: somebody said that it is over. Its times are those of its last event; `version` counts these.
    """

    __tablename__ = "outage"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("ended_at >= starts_at", name="ended_after_start"),
        CheckConstraint("ended_at IS NULL OR called_off_at IS NULL", name="ended_or_called_off"),
        CheckConstraint("version > 0", name="version_counts"),
        Index(None, "community_id", "ends_at"),
        Index(None, "organisation_id", "ends_at"),
        Index(None, "ends_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    supply: Mapped[Trade] = mapped_column(stored_by_value(Trade, "supply"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    called_off_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(String(LONGEST))  # why, and what to do
    version: Mapped[int] = mapped_column()

    organisation: Mapped[Organisation] = relationship()
    community: Mapped[Place] = relationship()
    places: Mapped[list[Place]] = relationship(secondary="outage_place", order_by=Place.sort_key)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012

    @property
    def times(self) -> Times:
        """Its times, as the rules take them."""
        return Times(self.starts_at, self.ends_at, self.ended_at, self.called_off_at is not None)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths of its places."""
        return tuple(place.path for place in self.places)


class OutagePlace(Base):
    """A place that the outage concerns as a whole: the community itself, a building, an entrance."""

    __tablename__ = "outage_place"
    __table_args__ = (Index(None, "place_id"),)

    outage_id: Mapped[int] = mapped_column(BigId, ForeignKey(Outage.id), primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id), primary_key=True)


class OutageEvent(Base):
    """One move of an outage, never changed: its times before (none of a new one) and after, by whom, and when."""

    __tablename__ = "outage_event"
    __table_args__ = (
        UniqueConstraint("outage_id", "version"),
        CheckConstraint("(move = 'announced') = (version = 1)", name="begins_with_the_announcement"),
        CheckConstraint("(move = 'announced') = (starts_before IS NULL)", name="before_is_known"),
        CheckConstraint("(starts_before IS NULL) = (ends_before IS NULL)", name="before_is_whole"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    outage_id: Mapped[int] = mapped_column(BigId, ForeignKey(Outage.id))
    version: Mapped[int]
    move: Mapped[Move] = mapped_column(stored_by_value(Move))
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    starts_before: Mapped[datetime | None]
    ends_before: Mapped[datetime | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]  # of one that was ended, when it was

    @property
    def ref(self) -> str:
        """By what its notices are known."""
        return f"outage_event:{self.id}"


class OutageFollower(Base):
    """`user` wants to be told of the outage, whether they live there or not."""

    __tablename__ = "outage_follower"
    __table_args__ = (Index(None, "user_id"),)

    outage_id: Mapped[int] = mapped_column(BigId, ForeignKey(Outage.id), primary_key=True)
    user_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id), primary_key=True)
    since: Mapped[datetime]
