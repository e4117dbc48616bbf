"""The tables of call-backs: one for each completion that somebody set out to call about, and its attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.callbacks.rules import Attempt, Ending
from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.tickets.models import Ticket, TicketEvent
from propman.tickets.workflow import CallOutcome


class CallBack(Base):
    """The call-back about one completion, the move `completion`; there is none before somebody first calls.

    `attempts` and `days` count its attempts, so that the database itself refuses a "not reached" that comes too early.
    The answers are NULL where a question was left out. Somebody holds it while calling: `claimed_by` until
    `claimed_until`.
    """

    __tablename__ = "call_back"
    __table_args__ = (
        UniqueConstraint("completion_id"),
        Index(None, "ticket_id"),
        CheckConstraint("(claimed_by_id IS NULL) = (claimed_until IS NULL)", name="claimed_until_when"),
        CheckConstraint("(ended_at IS NULL) = (ending IS NULL)", name="ended_somehow"),
        CheckConstraint("days <= attempts", name="days_have_attempts"),
        CheckConstraint("ending IS NULL OR ending <> 'not_reached' OR (attempts >= 3 AND days >= 2)",
                        name="not_reached_after_three_on_two_days"),
        CheckConstraint("(ending IS NOT NULL AND ending = 'reached') = (contacted_in_time IS NOT NULL OR "
                        "solved IS NOT NULL OR stars IS NOT NULL)", name="answers_of_who_was_reached"),
        CheckConstraint("stars IS NULL OR stars BETWEEN 1 AND 5", name="stars_one_to_five"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    completion_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    attempts: Mapped[int] = mapped_column(default=0)
    days: Mapped[int] = mapped_column(default=0)
    later_at: Mapped[datetime | None]  # when the reporter asked to be called, if that is what was said last
    claimed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))
    claimed_until: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ending: Mapped[Ending | None] = mapped_column(stored_by_value(Ending))
    contacted_in_time: Mapped[bool | None]
    solved: Mapped[bool | None]
    stars: Mapped[int | None]

    ticket: Mapped[Ticket] = relationship()
    completion: Mapped[TicketEvent] = relationship()
    claimed_by: Mapped[User | None] = relationship()

    def claimed(self, now: datetime) -> bool:
        """Whether somebody is calling at `now`."""
        return self.claimed_until is not None and now < self.claimed_until


class CallAttempt(Base):
    """One attempt, made with the move `event` of the ticket, which says when, by whom and how it went.

    `organisation` is the caller's own, so that what a company says of itself can be told apart.
    """

    __tablename__ = "call_attempt"
    __table_args__ = (
        UniqueConstraint("event_id"),
        Index(None, "call_back_id", "id"),
        CheckConstraint("(outcome = 'later') = (later_at IS NOT NULL)", name="later_has_a_time"),
        CheckConstraint("outcome <> 'not_reached'", name="an_end_is_no_attempt"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_back_id: Mapped[int] = mapped_column(BigId, ForeignKey("call_back.id"))
    event_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket_event.id"))
    organisation_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    outcome: Mapped[CallOutcome] = mapped_column(stored_by_value(CallOutcome, "outcome"))
    later_at: Mapped[datetime | None]

    call_back: Mapped[CallBack] = relationship()
    event: Mapped[TicketEvent] = relationship()
    organisation: Mapped[Organisation | None] = relationship()

    @property
    def facts(self) -> Attempt:
        """What the rules must know of it."""
        return Attempt(self.event.at, self.outcome, self.later_at)
