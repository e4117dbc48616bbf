"""The figures of closed months, by community and summed for what lies above; answers that are left out of rates."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.personal import PersonalText
from propman.spotchecks.rules import Kind
from propman.tickets.models import TicketEvent

FLOWS = (
    "reported", "completed", "on_time_n", "on_time_yes", "closed_by_system", "declined", "cancelled", "merged",
    "reopened", "response_n", "response_yes", "solution_n", "solution_yes", "satisfied", "basically", "unsatisfied",
    "excluded", "later", "settled", "reached",
)  # fmt: skip
"""What happened in a month: summed over the months of a span."""

STOCKS = ("open_7", "open_30", "open_90", "open_older", "on_hold")
"""How it stood when a month ended: of a span the last month."""


class Measures:
    """The columns of `FLOWS` and `STOCKS`. All of them add up, over places, organisations and categories."""

    reported: Mapped[int] = mapped_column(default=0)
    completed: Mapped[int] = mapped_column(default=0)
    on_time_n: Mapped[int] = mapped_column(default=0)  # completed with a deadline
    on_time_yes: Mapped[int] = mapped_column(default=0)
    closed_by_system: Mapped[int] = mapped_column(default=0)
    declined: Mapped[int] = mapped_column(default=0)
    cancelled: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[int] = mapped_column(default=0)
    response_n: Mapped[int] = mapped_column(default=0)
    response_yes: Mapped[int] = mapped_column(default=0)
    solution_n: Mapped[int] = mapped_column(default=0)
    solution_yes: Mapped[int] = mapped_column(default=0)
    satisfied: Mapped[int] = mapped_column(default=0)  # four and five stars
    basically: Mapped[int] = mapped_column(default=0)  # three
    unsatisfied: Mapped[int] = mapped_column(default=0)  # one and two, and whatever is not solved
    excluded: Mapped[int] = mapped_column(default=0)  # answers left out of solution and satisfaction
    later: Mapped[int] = mapped_column(default=0)  # answers about what had one already
    settled: Mapped[int] = mapped_column(default=0)  # call-backs that were tried and came to an end
    reached: Mapped[int] = mapped_column(default=0)
    open_7: Mapped[int] = mapped_column(default=0)  # not repaired when the month ended, reported at most 7 days before
    open_30: Mapped[int] = mapped_column(default=0)
    open_90: Mapped[int] = mapped_column(default=0)
    open_older: Mapped[int] = mapped_column(default=0)
    on_hold: Mapped[int] = mapped_column(default=0)  # among the open ones


class MonthlyFact(Measures, Base):
    """The figures of one closed month for one community, organisation and category. Laid once, never changed."""

    __tablename__ = "monthly_fact"
    __table_args__ = (
        UniqueConstraint("community_id", "month", "organisation_id", "category"),
        Index(None, "organisation_id", "month"),
        CheckConstraint("on_time_yes <= on_time_n AND response_yes <= response_n AND solution_yes <= solution_n AND "
                        "reached <= settled AND on_hold <= open_7 + open_30 + open_90 + open_older",
                        name="parts_of_wholes"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    category: Mapped[str] = mapped_column(String(40))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    month: Mapped[date]


class DivisionFact(Measures, Base):
    """The sums of a closed month for a community and for every place above it."""

    __tablename__ = "division_fact"
    __table_args__ = (UniqueConstraint("place_id", "month"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    month: Mapped[date]


DUTY_FLOWS = ("done", "late", "missed", "excused", "skipped", "made_up")
"""How inspections ended that count in a month, and the missed ones that were made up for in it."""


FOUND_FLOWS = ("stops", "findings", "cured_3", "cured_7", "cured_30", "cured_older", "cure_hours")
"""What was recorded on rounds in a month and failed there; the findings that were cured in it, by their age in days."""

CHECKED_FLOWS = ("agreed", "disagreed", "not_checked")
"""How spot checks ended in a month."""

INSPECTED = DUTY_FLOWS + FOUND_FLOWS + CHECKED_FLOWS

REPAIRS = Kind.REPAIR.value
"""Stands for the template of spot checks of closed repairs, which have none."""


class InspectedMeasures:
    """The columns of `INSPECTED`. All of them add up, over places, organisations and templates."""

    done: Mapped[int] = mapped_column(default=0)
    late: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    excused: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0)
    made_up: Mapped[int] = mapped_column(default=0)
    stops: Mapped[int] = mapped_column(default=0)  # points recorded
    findings: Mapped[int] = mapped_column(default=0)  # items that failed there
    cured_3: Mapped[int] = mapped_column(default=0)  # at most 3 days before they passed a re-check
    cured_7: Mapped[int] = mapped_column(default=0)
    cured_30: Mapped[int] = mapped_column(default=0)
    cured_older: Mapped[int] = mapped_column(default=0)
    cure_hours: Mapped[int] = mapped_column(default=0)  # of all of these together
    agreed: Mapped[int] = mapped_column(default=0)  # spot checks
    disagreed: Mapped[int] = mapped_column(default=0)
    not_checked: Mapped[int] = mapped_column(default=0)


class InspectionFact(InspectedMeasures, Base):
    """The inspections of one closed month for one community, organisation and template. Laid once, never changed."""

    __tablename__ = "inspection_fact"
    __table_args__ = (
        UniqueConstraint("community_id", "month", "organisation_id", "template"),
        Index(None, "organisation_id", "month"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    template: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    month: Mapped[date]


class InspectionSum(InspectedMeasures, Base):
    """The sums of a closed month for a template, of a community and of every place above it."""

    __tablename__ = "inspection_sum"
    __table_args__ = (UniqueConstraint("place_id", "month", "template"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    template: Mapped[str] = mapped_column(String(20))
    month: Mapped[date]


class ClosedMonth(Base):
    """That a month is closed: whoever writes its row lays its figures, in the same transaction."""

    __tablename__ = "closed_month"
    __table_args__ = (UniqueConstraint("month"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    month: Mapped[date]
    closed_at: Mapped[datetime]


class Reason(StrEnum):
    """Why an answer is left out of solution and satisfaction."""

    UNREASONABLE = "unreasonable"
    OUT_OF_SCOPE = "out_of_scope"
    POLICY_BARRED = "policy_barred"


class AnswerExclusion(Base):
    """That the answer given with the move `event` is to be left out: asked by those it judges, decided by others.

    `month` is that of the decision: it takes effect in the month of the answer alone.
    """

    __tablename__ = "answer_exclusion"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index(None, "month"),
        CheckConstraint("(decided_at IS NULL) = (approved IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL) "
                        "AND (decided_at IS NULL) = (month IS NULL)", name="decided_as_a_whole"),
        CheckConstraint("decided_for_id IS NULL OR decided_for_id <> asked_for_id", name="decided_by_another"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> asked_by_id", name="not_by_oneself"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    reason: Mapped[Reason] = mapped_column(stored_by_value(Reason))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    asked_by_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    asked_for_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    asked_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    decided_for_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    month: Mapped[date | None]

    event: Mapped[TicketEvent] = relationship()
    note: Mapped[PersonalText | None] = relationship()
    asked_by: Mapped[User] = relationship(foreign_keys=[asked_by_id])
    asked_for: Mapped[Organisation] = relationship(foreign_keys=[asked_for_id])
    decided_by: Mapped[User | None] = relationship(foreign_keys=[decided_by_id])
    decided_for: Mapped[Organisation | None] = relationship(foreign_keys=[decided_for_id])
