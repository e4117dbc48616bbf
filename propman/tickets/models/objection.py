"""That somebody objects to a dispatch (派单异议): this is not ours. Who, whom it concerns instead, and how it ended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.tickets.models.ticket import Ticket
from propman.tickets.workflow import Party


class ObjectionEnd(StrEnum):
    """How an objection ended."""

    UPHELD = "upheld"
    REJECTED = "rejected"
    LAPSED = "lapsed"  # the report ended, or passed on in another way


class Objection(Base):
    """One objection to one ticket while `organisation` had it, by its dispatcher or by the person it sent.

    One is open at a time, and each of the two objects once while the ticket stands with an organisation; a reopening
    (`round` counts them) is a new chance.
    """

    __tablename__ = "objection"
    __table_args__ = (
        Index("uq_objection_open", "ticket_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index("uq_objection_decided", "ticket_id", "organisation_id", "party", "round", unique=True,
              sqlite_where=text("end_kind IN ('upheld','rejected')"),
              postgresql_where=text("end_kind IN ('upheld','rejected')")),
        CheckConstraint("party IN ('dispatcher','assignee')", name="of_whom_has_it"),
        CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name="ended_somehow"),
        CheckConstraint("ended_at IS NULL OR ended_at >= objected_at", name="ended_after_begun"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    party: Mapped[Party] = mapped_column(stored_by_value(Party))
    round: Mapped[int]
    by_id: Mapped[int] = mapped_column(BigId, ForeignKey("user.id"))
    concerns_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    objected_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_kind: Mapped[ObjectionEnd | None] = mapped_column(stored_by_value(ObjectionEnd))

    ticket: Mapped[Ticket] = relationship()
    concerns: Mapped[Organisation | None] = relationship(foreign_keys=[concerns_id])
