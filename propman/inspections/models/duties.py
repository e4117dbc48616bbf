"""The duties that plans make: a row for each, which is never deleted."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value
from propman.inspections.models.occasions import Occasion
from propman.inspections.models.plans import Target
from propman.inspections.schedule import End
from propman.personal import PersonalText

OPEN = text("ended_as IS NULL AND superseded_by IS NULL")
BY_RULE = text("superseded_by IS NULL AND occasion_id IS NULL")
UPON = text("superseded_by IS NULL AND occasion_id IS NOT NULL")
UNDONE = text("ended_as IN ('missed', 'excused', 'skipped')")
ENDED = text("month IS NOT NULL")
MADE_UP = text("act = 'make_up'")


class Duty(Base):
    """What is due once. `due_on` is the rule's own day; `do_on` where a holiday moves it, changed while it is open.

    In time from `opens_on` to `closes_on`, late up to `cut_off_on`. It has one end, or is not past its cut-off; or a
    later version of its plan, or the end of its target, superseded it, and it counts no more. `organisation_id`
    answers for the end. Of one upon an event (`occasion_id`) `due_on` is the deadline that the event's days give.
    """

    __tablename__ = "duty"
    __table_args__ = (
        Index("uq_duty_due", "target_id", "due_on", unique=True, sqlite_where=BY_RULE, postgresql_where=BY_RULE),
        Index("uq_duty_occasion", "occasion_id", "target_id", unique=True, sqlite_where=UPON, postgresql_where=UPON),
        Index("ix_duty_open", "cut_off_on", "id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index(None, "community_id", "due_on", "id"),
        CheckConstraint("opens_on <= closes_on AND closes_on <= cut_off_on", name="window_is_one"),
        CheckConstraint("(ended_as IS NULL) = (ended_at IS NULL)", name="an_end_has_a_moment"),
        CheckConstraint("(ended_as IS NULL) = (organisation_id IS NULL)", name="somebody_answers_for_an_end"),
        CheckConstraint("(ended_as IN ('done', 'late')) = (done_on IS NOT NULL)", name="work_has_a_day"),
        CheckConstraint("ended_as IS NULL OR superseded_by IS NULL", name="superseded_while_open"),
        CheckConstraint("(ended_as IS NULL) = (month IS NULL)", name="an_end_counts_in_a_month"),
        Index(None, "due_on", "id"),
        Index("ix_duty_waiting", "due_on", "community_id", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_duty_undone", "due_on", "id", sqlite_where=UNDONE, postgresql_where=UNDONE),
        Index("ix_duty_month", "month", "community_id", "ended_as", sqlite_where=ENDED, postgresql_where=ENDED),
        Index("ix_duty_organisation", "organisation_id", "month", sqlite_where=ENDED, postgresql_where=ENDED),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    target_id: Mapped[int] = mapped_column(BigId, ForeignKey(Target.id))
    plan_version: Mapped[int]
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    due_on: Mapped[date]
    do_on: Mapped[date]
    opens_on: Mapped[date]
    closes_on: Mapped[date]
    cut_off_on: Mapped[date]
    skips: Mapped[bool]  # it falls on a holiday and is left out for that; it counts all the same
    ended_as: Mapped[End | None] = mapped_column(stored_by_value(End))
    ended_at: Mapped[datetime | None]
    done_on: Mapped[date | None]
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))
    month: Mapped[date | None]  # in which it counts: of its due day or, if later, that in which its end was written
    superseded_by: Mapped[int | None]  # the number of the version that stood then
    occasion_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Occasion.id))  # upon which it is due

    target: Mapped[Target] = relationship()
    community: Mapped[Place] = relationship()
    organisation: Mapped[Organisation | None] = relationship()


class DutyAct(StrEnum):
    """What can happen to a duty after it was laid."""

    MOVE = "move"  # to another day, for a holiday
    END = "end"
    ASK_EXCUSE = "ask_excuse"
    REFUSE_EXCUSE = "refuse_excuse"
    MAKE_UP = "make_up"  # 补检: later work on what was missed, once
    SUPERSEDE = "supersede"


class DutyEvent(Base):
    """One move of a duty, never changed: who, when, and what it brought."""

    __tablename__ = "duty_event"
    __table_args__ = (
        UniqueConstraint("duty_id", "number"),
        CheckConstraint("number > 0", name="number_counts"),
        CheckConstraint("(act = 'end') = (ended_as IS NOT NULL)", name="an_end_is_one"),
        CheckConstraint("act <> 'move' OR do_on IS NOT NULL", name="a_move_has_a_day"),
        Index("ix_duty_event_made_up", "at", sqlite_where=MADE_UP, postgresql_where=MADE_UP),
        Index("uq_duty_event_made_up", "duty_id", unique=True, sqlite_where=MADE_UP, postgresql_where=MADE_UP),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    duty_id: Mapped[int] = mapped_column(BigId, ForeignKey(Duty.id))
    number: Mapped[int]
    act: Mapped[DutyAct] = mapped_column(stored_by_value(DutyAct))
    ended_as: Mapped[End | None] = mapped_column(stored_by_value(End))
    do_on: Mapped[date | None]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(User.id), index=True)  # None: by itself
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Organisation.id))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))

    duty: Mapped[Duty] = relationship()
    actor: Mapped[User | None] = relationship()
    note: Mapped[PersonalText | None] = relationship()
