"""The renovation project, its money, its work items and what became of them.

A work item is accepted on a day of its own: the warranty starts there, not when the project is finished
(建设工程质量管理条例, Art. 40). Money is in whole fen.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.communities.models import Organisation, Place
from propman.db import Base, BigId, stored_by_value
from propman.files.models import Photo
from propman.personal import PersonalText


class FundingSource(StrEnum):
    """Where the money comes from: public budget, bonds, pipeline franchise units, residents, social capital."""

    BUDGET = "budget"
    BONDS = "bonds"
    FRANCHISE_UNIT = "franchise_unit"
    RESIDENTS = "residents"
    SOCIAL_CAPITAL = "social_capital"


class TransferStatus(StrEnum):
    """How far a work item has come on its way to a utility: 未移交, 移交中, 已移交, 拒收."""

    NOT_TRANSFERRED = "not_transferred"
    IN_PROGRESS = "in_progress"
    TRANSFERRED = "transferred"
    REFUSED = "refused"


NEXT_STEPS = {
    TransferStatus.NOT_TRANSFERRED: frozenset({TransferStatus.IN_PROGRESS}),
    TransferStatus.IN_PROGRESS: frozenset({TransferStatus.TRANSFERRED, TransferStatus.REFUSED}),
    TransferStatus.REFUSED: frozenset({TransferStatus.IN_PROGRESS}),
    TransferStatus.TRANSFERRED: frozenset[TransferStatus](),
}
"""What may follow what on the way to a utility: what was refused can be handed over again, what was taken stays."""

OUTCOMES = frozenset({TransferStatus.TRANSFERRED, TransferStatus.REFUSED})
"""What a utility answers, with a document."""


class PhotoKind(StrEnum):
    """What a photograph of a work item shows."""

    BASELINE = "baseline"  # how it was at acceptance
    DRAWING = "drawing"


class Project(Base):
    """The renovation of one community: `owner` (建设单位) commissioned it and holds its claims."""

    __tablename__ = "project"
    __table_args__ = (
        UniqueConstraint("community_id", "number"),
        CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        CheckConstraint("year BETWEEN 1990 AND 2100", name="year_is_one"),
        CheckConstraint("accepted_on IS NULL OR started_on IS NULL OR accepted_on >= started_on",
                        name="accepted_after_start"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    number: Mapped[str] = mapped_column(String(40))  # as the bureau files it
    name: Mapped[str] = mapped_column(String(120))
    year: Mapped[int]  # of the renovation plan it belongs to
    owner_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    started_on: Mapped[date | None]
    accepted_on: Mapped[date | None]  # of the project as a whole; each item has its own
    cost_fen: Mapped[int] = mapped_column(BigInteger)

    community: Mapped[Place] = relationship()
    owner: Mapped[Organisation] = relationship()


class FundingShare(Base):
    """What one source gives. The shares of a project add up to its cost."""

    __tablename__ = "funding_share"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)

    project_id: Mapped[int] = mapped_column(BigId, ForeignKey("project.id"), primary_key=True)
    source: Mapped[FundingSource] = mapped_column(stored_by_value(FundingSource), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class WorkItem(Base):
    """One piece of the work, accepted on a day of its own; NULL while it is not accepted.

    `contract_months` is a term longer than the law's; `claim_holder` is who may claim on the contractor, where that is
    not the project's owner. The retention money (质量保证金) is released, less what was deducted, on its day.
    """

    __tablename__ = "work_item"
    __table_args__ = (
        UniqueConstraint("project_id", "number"),
        CheckConstraint("quantity IS NULL OR quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("cost_fen >= 0", name="cost_not_negative"),
        CheckConstraint("score IS NULL OR score BETWEEN 0 AND 100", name="score_of_100"),
        CheckConstraint("contract_months IS NULL OR contract_months BETWEEN 1 AND 1200", name="term_is_one"),
        CheckConstraint("design_life_years IS NULL OR design_life_years BETWEEN 1 AND 100", name="life_is_one"),
        CheckConstraint("retention_fen >= 0 AND retention_fen <= cost_fen", name="retention_within_cost"),
        CheckConstraint("deducted_fen >= 0 AND deducted_fen <= retention_fen", name="deducted_within_retention"),
        CheckConstraint("(deducted_fen > 0) = (deduction_reason_id IS NOT NULL)", name="deduction_has_a_reason"),
        CheckConstraint("retention_fen = 0 OR retention_due_on IS NOT NULL", name="retention_has_a_day"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(BigId, ForeignKey("project.id"))
    number: Mapped[int]  # within its project: 1, 2, …
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    type_code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    quantity: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(String(20))
    contractor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    claim_holder_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    supplier: Mapped[str | None] = mapped_column(String(120))
    drawing_no: Mapped[str | None] = mapped_column(String(80))
    accepted_on: Mapped[date | None]
    score: Mapped[int | None]  # of 100, at acceptance
    warranty_key: Mapped[str] = mapped_column(String(20))
    contract_months: Mapped[int | None]
    design_life_years: Mapped[int | None]
    cost_fen: Mapped[int] = mapped_column(BigInteger)
    retention_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    retention_due_on: Mapped[date | None]
    retention_released_on: Mapped[date | None]
    deducted_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    deduction_reason_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))

    project: Mapped[Project] = relationship()
    place: Mapped[Place] = relationship()
    contractor: Mapped[Organisation | None] = relationship(foreign_keys=[contractor_id])
    claim_holder: Mapped[Organisation | None] = relationship(foreign_keys=[claim_holder_id])
    deduction_reason: Mapped[PersonalText | None] = relationship()


class WorkItemPhoto(Base):
    """A photograph of a work item, at acceptance or of a drawing."""

    __tablename__ = "work_item_photo"
    __table_args__ = (Index(None, "work_item_id", "kind"),)

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"), primary_key=True)
    work_item_id: Mapped[int] = mapped_column(BigId, ForeignKey("work_item.id"))
    kind: Mapped[PhotoKind] = mapped_column(stored_by_value(PhotoKind))

    photo: Mapped[Photo] = relationship()


class Payment(Base):
    """Money due to somebody on a day, and what was paid of it and when; NULL while nothing was."""

    __tablename__ = "payment"
    __table_args__ = (
        CheckConstraint("due_fen > 0", name="due_positive"),
        CheckConstraint("(paid_fen IS NULL) = (paid_on IS NULL)", name="paid_on_a_day"),
        CheckConstraint("paid_fen IS NULL OR paid_fen > 0", name="paid_positive"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    project_id: Mapped[int] = mapped_column(BigId, ForeignKey("project.id"), index=True)
    work_item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("work_item.id"), index=True)
    payee_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    purpose: Mapped[str] = mapped_column(String(120))
    due_on: Mapped[date]
    due_fen: Mapped[int] = mapped_column(BigInteger)
    paid_on: Mapped[date | None]
    paid_fen: Mapped[int | None] = mapped_column(BigInteger)

    project: Mapped[Project] = relationship()
    work_item: Mapped[WorkItem | None] = relationship()
    payee: Mapped[Organisation] = relationship()


class Transfer(Base):
    """One step of a work item on its way to a utility; the latest row says how it stands. None: 未移交."""

    __tablename__ = "transfer"
    __table_args__ = (
        Index(None, "work_item_id", "id"),
        CheckConstraint("status NOT IN ('transferred','refused') OR document IS NOT NULL", name="end_has_a_document"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    work_item_id: Mapped[int] = mapped_column(BigId, ForeignKey("work_item.id"))
    status: Mapped[TransferStatus] = mapped_column(stored_by_value(TransferStatus))
    utility_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    document: Mapped[str | None] = mapped_column(String(120))  # number and name of the paper that says so
    happened_on: Mapped[date]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    work_item: Mapped[WorkItem] = relationship()
    utility: Mapped[Organisation] = relationship()
