"""Rounds (一轮巡检): who went, for which duties, past which points, what was answered there, how well it is proven.

A duty is in one round at a time, and a point is recorded once: the database says so, whoever sends what how often.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, Float, ForeignKey, ForeignKeyConstraint, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.catalogue.models import InspectionItem
from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, Thousandths, stored_by_value
from propman.files.models import Photo
from propman.inspections.models import Duty, DutyEvent
from propman.personal import PersonalText
from propman.rounds.judging import Result
from propman.rounds.proof import Lack, Level

HELD = text("released_at IS NULL")
OF_A_PLACE = text("asset_id IS NULL")
COUNTED = text("month IS NOT NULL")
FAILED = text("failed > 0")


class Round(Base):
    """One person goes round a community for one organisation. The shift that its challenge holds for ends at
    `ends_at`; it is over at `closed_at`.
    """

    __tablename__ = "inspection_round"
    __table_args__ = (
        CheckConstraint("loaded_at >= started_at AND ends_at > loaded_at", name="shift_is_one"),
        CheckConstraint("closed_at IS NULL OR closed_at >= started_at", name="closed_after_start"),
        Index(None, "person_id", "closed_at"),
        Index(None, "community_id", "started_at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))  # None: of no organisation
    started_at: Mapped[datetime]
    loaded_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    community: Mapped[Place] = relationship()
    person: Mapped[User] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class RoundDuty(Base):
    """A duty that a round is for. Held until `released_at`: by its last point (`done_at`), or because the round ended
    without. `event_id` is the end of the duty, or the make-up, that came of it; done without one, it ended nothing.
    """

    __tablename__ = "round_duty"
    __table_args__ = (
        CheckConstraint("done_at IS NULL OR released_at IS NOT NULL", name="done_is_released"),
        CheckConstraint("event_id IS NULL OR done_at IS NOT NULL", name="an_end_needs_the_work"),
        UniqueConstraint("event_id"),
        Index("uq_round_duty_held", "duty_id", unique=True, sqlite_where=HELD, postgresql_where=HELD),
        Index(None, "duty_id"),
    )

    round_id: Mapped[int] = mapped_column(BigId, ForeignKey(Round.id), primary_key=True)
    duty_id: Mapped[int] = mapped_column(BigId, ForeignKey(Duty.id), primary_key=True)
    released_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    event_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(DutyEvent.id))

    round: Mapped[Round] = relationship()
    duty: Mapped[Duty] = relationship()
    event: Mapped[DutyEvent | None] = relationship()


class RoundPoint(Base):
    """A point (巡检点) of a round: a place or a part, and once somebody was there what came in, and when.

    `code` is the label that was seen there, `device_at` the clock of the device. `lacks` says why no stronger level was
    reached. Recorded, it counts in the `month` in which it came in, for whoever answered for its community on that day.
    `template` and `failed`, how many of its items failed, are kept for figures; D03 compares.
    """

    __tablename__ = "round_point"
    __table_args__ = (
        ForeignKeyConstraint(["round_id", "duty_id"], ["round_duty.round_id", "round_duty.duty_id"]),
        UniqueConstraint("round_id", "position"),
        Index("uq_round_point_place", "round_id", "duty_id", "place_id", unique=True, sqlite_where=OF_A_PLACE,
              postgresql_where=OF_A_PLACE),
        Index("uq_round_point_asset", "round_id", "duty_id", "asset_id", unique=True),
        Index(None, "asset_id"),
        Index(None, "place_id"),
        Index("ix_round_point_month", "month", "community_id", "template", "organisation_id", "failed",
              sqlite_where=COUNTED, postgresql_where=COUNTED),
        Index("ix_round_point_failed", "month", "community_id", sqlite_where=FAILED, postgresql_where=FAILED),
        Index("ix_round_point_organisation", "organisation_id", "month", sqlite_where=COUNTED,
              postgresql_where=COUNTED),
        CheckConstraint("(recorded_at IS NULL) = (level IS NULL)", name="recorded_is_proven"),
        CheckConstraint("(recorded_at IS NULL) = (result IS NULL)", name="recorded_has_a_result"),
        CheckConstraint("(recorded_at IS NULL) = (failed IS NULL) AND (result = 'fail') = (failed > 0)",
                        name="failed_is_its_result"),
        CheckConstraint("(recorded_at IS NULL) = (month IS NULL) AND (month IS NULL) = (community_id IS NULL) AND "
                        "(month IS NULL) = (organisation_id IS NULL)", name="recorded_counts_somewhere"),
        CheckConstraint("recorded_at IS NOT NULL OR code IS NULL AND device_at IS NULL AND latitude IS NULL",
                        name="nothing_before_it_is_recorded"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL) AND (latitude IS NULL) = (metres IS NULL)",
                        name="position_is_whole"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    round_id: Mapped[int] = mapped_column(BigId)
    duty_id: Mapped[int] = mapped_column(BigId, index=True)
    template: Mapped[str] = mapped_column(String(20))  # of its duty
    position: Mapped[int]
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Asset.id))
    recorded_at: Mapped[datetime | None]
    device_at: Mapped[datetime | None]
    code: Mapped[str | None] = mapped_column(String(13))
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    metres: Mapped[float | None] = mapped_column(Float)
    level: Mapped[Level | None] = mapped_column(stored_by_value(Level))
    lacks: Mapped[str | None] = mapped_column(String(100))  # comma-separated
    result: Mapped[Result | None] = mapped_column(stored_by_value(Result))
    failed: Mapped[int | None]
    month: Mapped[date | None]
    community_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Place.id))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))

    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    asset: Mapped[Asset | None] = relationship()
    answers: Mapped[list[RoundAnswer]] = relationship(order_by="RoundAnswer.id", viewonly=True)

    @property
    def lacking(self) -> tuple[Lack, ...]:
        """Why no stronger level was reached."""
        return tuple(Lack(each) for each in self.lacks.split(",")) if self.lacks else ()

    @property
    def untimed(self) -> bool:
        """Whether it is proven by its label without a time of the device, whose clock nobody could compare then."""
        return self.level is Level.SCANNED and self.device_at is None


class RoundAnswer(Base):
    """The answer to one item at one point, as the catalogue asked it that day. One that failed opened a report or
    joined one (`tickets.models.TicketFinding`, whose source is "answer 17").

    `earlier_id` is the answer with which the same photograph came in before, at another point or on another day;
    `serves`, for how many compulsory photographs of this point the same file came in, where it did so for several.
    """

    __tablename__ = "round_answer"
    __table_args__ = (
        UniqueConstraint("point_id", "item_id"),
        UniqueConstraint("photo_id"),
        CheckConstraint("(counted IS NULL) = (total IS NULL)", name="counted_of_a_total"),
        CheckConstraint("counted IS NULL OR counted BETWEEN 0 AND total", name="counted_is_no_more"),
        CheckConstraint("(earlier_id IS NULL) = (earlier_same_file IS NULL)", name="both_of_an_earlier_use"),
        CheckConstraint("earlier_id IS NULL OR photo_id IS NOT NULL", name="a_photo_is_used_again"),
        CheckConstraint("serves IS NULL OR serves > 1 AND photo_id IS NOT NULL", name="a_photo_serves_several"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    point_id: Mapped[int] = mapped_column(BigId, ForeignKey(RoundPoint.id))
    item_id: Mapped[int] = mapped_column(BigId, ForeignKey(InspectionItem.id))
    result: Mapped[Result] = mapped_column(stored_by_value(Result))
    number: Mapped[Decimal | None] = mapped_column(Thousandths)
    counted: Mapped[int | None]
    total: Mapped[int | None]
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))
    photo_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Photo.id))
    earlier_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("round_answer.id"))
    earlier_same_file: Mapped[bool | None]
    serves: Mapped[int | None]

    item: Mapped[InspectionItem] = relationship()
    note: Mapped[PersonalText | None] = relationship()
    photo: Mapped[Photo | None] = relationship()
    earlier: Mapped[RoundAnswer | None] = relationship(remote_side=[id])

    @property
    def source(self) -> str:
        """What tells the report that it opened or joined of it."""
        return f"{SOURCE}{self.id}"


SOURCE = "answer "
