"""Draws, from what each was drawn, and what came of each thing that was drawn.

What was recorded before is never changed: a spot check stands beside it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value
from propman.personal import PersonalText
from propman.rounds.models import RoundPoint
from propman.spotchecks.rules import SEED_BYTES, Kind, Outcome, Whose
from propman.tickets.models import Ticket, TicketEvent

OPEN, COUNTED = text("outcome IS NULL"), text("month IS NOT NULL")


class SpotDraw(Base):
    """One draw in an area: of a month by itself, or by hand, with a reason.

    It is from what was recorded from `begins_at` up to `ends_at`, and had not been drawn before. `seed` is drawn before
    anything of that is read. `share` (percent) and `most` are the rules of that day, and so is `unfailed`: whether
    points were in it at which nothing failed as nothing applied; earlier draws were from those alone that passed.
    """

    __tablename__ = "spot_draw"
    __table_args__ = (
        UniqueConstraint("area_id", "month"),
        CheckConstraint("(month IS NULL) = (asked_by_id IS NOT NULL)", name="of_a_month_or_by_hand"),
        CheckConstraint("(asked_by_id IS NULL) = (reason_id IS NULL)", name="by_hand_for_a_reason"),
        CheckConstraint("begins_at < ends_at AND ends_at <= drawn_at", name="drawn_from_what_is_over"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    area_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    month: Mapped[date | None]
    asked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(User.id))
    reason_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))
    seed: Mapped[str] = mapped_column(String(2 * SEED_BYTES))
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    drawn_at: Mapped[datetime]
    share: Mapped[int]
    most: Mapped[int]
    due_on: Mapped[date]
    unfailed: Mapped[bool] = mapped_column(default=True)

    area: Mapped[Place] = relationship()
    asked_by: Mapped[User | None] = relationship()
    reason: Mapped[PersonalText | None] = relationship()


class SpotFrame(Base):
    """From what was drawn: everything of one kind of one person, by id in their order ("17,18,21")."""

    __tablename__ = "spot_frame"

    draw_id: Mapped[int] = mapped_column(BigId, ForeignKey(SpotDraw.id), primary_key=True)
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind), primary_key=True)
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id), primary_key=True)
    ids: Mapped[str] = mapped_column(Text)

    person: Mapped[User] = relationship()

    @property
    def whose(self) -> Whose:
        """As the rules know it."""
        return Whose(self.kind, self.person_id)

    @property
    def things(self) -> list[int]:
        """The ids."""
        return [int(each) for each in self.ids.split(",")]


class SpotCheck(Base):
    """One thing that was drawn, once for ever: a point, or the completion of a report. It has one end, or none yet.

    `person_id` had said that it is in order, for `organisation_id`; where that is none, `answering_id` is who answered
    for the community then: for whom it counts. `month` is the one in which the end was recorded.
    `led_to_id` is the report that a disagreement opened or joined.
    """

    __tablename__ = "spot_check"
    __table_args__ = (
        UniqueConstraint("point_id"),
        UniqueConstraint("completion_id"),
        Index(None, "draw_id"),
        Index(None, "community_id", "month"),
        Index(None, "person_id", "month"),
        Index(None, "organisation_id", "month"),
        Index(None, "answering_id", "month"),
        Index("ix_spot_check_counted", "month", "community_id", sqlite_where=COUNTED, postgresql_where=COUNTED),
        Index("ix_spot_check_open", "community_id", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        CheckConstraint("(kind = 'point') = (point_id IS NOT NULL)", name="a_point_is_one"),
        CheckConstraint("(kind = 'repair') = (completion_id IS NOT NULL) AND "
                        "(kind = 'repair') = (ticket_id IS NOT NULL)",
                        name="a_repair_is_one"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL) AND (outcome IS NULL) = (month IS NULL) AND "
                        "(outcome IS NULL) = (checked_by_id IS NULL)", name="ended_as_a_whole"),
        CheckConstraint("checked_by_id IS NULL OR checked_by_id <> person_id", name="by_a_second_person"),
        CheckConstraint("outcome IS NULL OR outcome = 'agreed' OR words_id IS NOT NULL", name="says_what_and_why"),
        CheckConstraint("(outcome IS NOT NULL AND outcome = 'disagreed') = (led_to_id IS NOT NULL)",
                        name="a_disagreement_is_a_report"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draw_id: Mapped[int] = mapped_column(BigId, ForeignKey(SpotDraw.id))
    kind: Mapped[Kind] = mapped_column(stored_by_value(Kind))
    point_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(RoundPoint.id))
    completion_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(TicketEvent.id))
    ticket_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Ticket.id))
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    person_id: Mapped[int] = mapped_column(BigId, ForeignKey(User.id))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))
    answering_id: Mapped[int] = mapped_column(BigId, ForeignKey(Organisation.id))
    outcome: Mapped[Outcome | None] = mapped_column(stored_by_value(Outcome))
    ended_at: Mapped[datetime | None]
    month: Mapped[date | None]
    checked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(User.id))
    words_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))
    led_to_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Ticket.id))

    draw: Mapped[SpotDraw] = relationship()
    point: Mapped[RoundPoint | None] = relationship()
    completion: Mapped[TicketEvent | None] = relationship()
    ticket: Mapped[Ticket | None] = relationship(foreign_keys=[ticket_id])
    community: Mapped[Place] = relationship()
    person: Mapped[User] = relationship(foreign_keys=[person_id])
    organisation: Mapped[Organisation | None] = relationship(foreign_keys=[organisation_id])
    checked_by: Mapped[User | None] = relationship(foreign_keys=[checked_by_id])
    words: Mapped[PersonalText | None] = relationship()
    led_to: Mapped[Ticket | None] = relationship(foreign_keys=[led_to_id])

    @property
    def source(self) -> str:
        """What tells the report that a disagreement opened or joined of it."""
        return f"{SOURCE}{self.id}"


SOURCE = "spot check "
