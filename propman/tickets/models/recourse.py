"""Who answers for a repair: the verdict on its warranty, who pays, and to whom it was referred."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.assets.warranty import Reason, Verdict
from propman.catalogue.models import WarrantyRule
from propman.communities.models import Organisation
from propman.db import Base, BigId, stored_by_value
from propman.personal import PersonalText
from propman.tickets.models.ticket import Ticket
from propman.tickets.payer import Payer


class TicketVerdict(Base):
    """What the rule said of a ticket. A later finding is a row of its own, and the last `run` counts.

    `facts` are what it rests on, as `recourse.Grounds` reads and writes them; `rule_id` is the version of the rule that
    was applied. `actor_id` is NULL where the system found it, as the report came in.
    """

    __tablename__ = "ticket_verdict"
    __table_args__ = (
        UniqueConstraint("ticket_id", "run"),
        CheckConstraint(
            "verdict <> 'covered' OR (last_on IS NOT NULL AND last_on >= arose_on)", name="covered_to_a_day"
        ),
        CheckConstraint("verdict = 'unknown' OR asset_id IS NOT NULL", name="judged_a_part"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    run: Mapped[int]
    verdict: Mapped[Verdict] = mapped_column(stored_by_value(Verdict))
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("asset.id"), index=True)
    arose_on: Mapped[date]
    last_on: Mapped[date | None]  # the last day of the cover
    rule_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("warranty_rule.id"))
    reason: Mapped[Reason] = mapped_column(stored_by_value(Reason))
    facts: Mapped[dict[str, Any]] = mapped_column()
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    decided_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    asset: Mapped[Asset | None] = relationship()
    rule: Mapped[WarrantyRule | None] = relationship()
    note: Mapped[PersonalText | None] = relationship()
    actor: Mapped[User | None] = relationship()


class TicketPayer(Base):
    """Who pays for a repair, by which row of the table of `payer`, or against it for a reason; the last `run` counts.

    `facts` are what the table was asked with, by the names of `payer.Facts`. `flagged`: somebody pays for what the
    warranty covers. `actor_id` is NULL where nobody but the system has decided.
    """

    __tablename__ = "ticket_payer"
    __table_args__ = (
        UniqueConstraint("ticket_id", "run"),
        CheckConstraint("rule BETWEEN 1 AND 8", name="rule_of_the_table"),
        CheckConstraint("payer = proposed OR reason_id IS NOT NULL", name="override_has_a_reason"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"))
    run: Mapped[int]
    rule: Mapped[int]  # the row of the table that matched first
    proposed: Mapped[Payer] = mapped_column(stored_by_value(Payer, "proposed"))
    payer: Mapped[Payer] = mapped_column(stored_by_value(Payer))
    facts: Mapped[dict[str, Any]] = mapped_column()
    flagged: Mapped[bool]
    reason_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    decided_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    reason: Mapped[PersonalText | None] = relationship()
    actor: Mapped[User | None] = relationship()


class ReferralKind(StrEnum):
    """To whom a repair is referred: the contractor who built it, or the utility whose it is."""

    CONTRACTOR = "contractor"
    UTILITY = "utility"


class ReferralEnd(StrEnum):
    """How a referral ended."""

    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    PROVEN = "proven"  # repaired, and confirmed or closed
    WITHDRAWN = "withdrawn"  # the report itself was


class Referral(Base):
    """One referral of one ticket. It gives access to that ticket from `sent_at` to `ended_at`.

    `insists_on` is the refused or failed one that it takes up again. Its clock is its own: an answer is due by
    `answer_due_at`; silence is derived, never stored.
    """

    __tablename__ = "referral"
    __table_args__ = (
        Index("uq_referral_open", "ticket_id", unique=True, sqlite_where=text("ended_at IS NULL"),
              postgresql_where=text("ended_at IS NULL")),
        Index(None, "organisation_id", "ended_at"),
        CheckConstraint("(ended_at IS NULL) = (end_kind IS NULL)", name="ended_somehow"),
        CheckConstraint("accepted_at IS NULL OR accepted_at >= sent_at", name="accepted_after_sent"),
        CheckConstraint("ended_at IS NULL OR ended_at >= sent_at", name="ended_after_sent"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(BigId, ForeignKey("ticket.id"), index=True)
    kind: Mapped[ReferralKind] = mapped_column(stored_by_value(ReferralKind))
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    claim_holder_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("asset.id"), index=True)
    verdict_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("ticket_verdict.id"))
    insists_on_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("referral.id"))
    sent_at: Mapped[datetime]
    answer_due_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    end_kind: Mapped[ReferralEnd | None] = mapped_column(stored_by_value(ReferralEnd))

    ticket: Mapped[Ticket] = relationship()
    organisation: Mapped[Organisation] = relationship(foreign_keys=[organisation_id])
    claim_holder: Mapped[Organisation | None] = relationship(foreign_keys=[claim_holder_id])
    asset: Mapped[Asset | None] = relationship()
    verdict: Mapped[TicketVerdict | None] = relationship()

    def silent_at(self, now: datetime) -> bool:
        """Whether the day of the answer has passed at `now` and none came."""
        return self.accepted_at is None and self.ended_at is None and self.answer_due_at < now
