"""The part (部位设施) of a community, building or entrance: papers, condition, photographs, hand-over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, attribute_keyed_dict, mapped_column, relationship

from propman.communities.models import Engagement, Organisation, Place
from propman.data.works import Criticality
from propman.db import Base, BigId, stored_by_value
from propman.files.models import Photo
from propman.personal import PersonalText
from propman.projects.models import FundingSource, WorkItem


class Ownership(StrEnum):
    """Whose a part is."""

    OWNERS = "owners"  # all owners in common, 全体业主共有
    UTILITY = "utility"
    OPERATOR = "operator"
    PUBLIC = "public"  # the municipality


class NoProject(StrEnum):
    """Why a part belongs to no renovation project."""

    EARLIER = "earlier"  # there before the renovation and not renewed by it
    LATER = "later"  # added afterwards
    DONATED = "donated"
    UNKNOWN = "unknown"  # papers not found


class WarrantyStanding(StrEnum):
    """What the rule says of a part, whatever the day: it ends on a day, or that cannot be told."""

    DATED = "dated"
    UNKNOWN = "unknown"
    NONE = "none"  # never guaranteed: no project made it


class ConditionSource(StrEnum):
    """On what occasion a condition was found."""

    ACCEPTANCE = "acceptance"
    TAKE_OVER = "take_over"
    VISIT = "visit"


class AssetPhotoStage(StrEnum):
    """Then or now."""

    BASELINE = "baseline"
    NOW = "now"


def _listed(name: str, where: str) -> Index:
    """An index for a list, in its order, of the few parts that are `where`."""
    few = text(where)
    return Index(name, "community_id", "type_code", "id", sqlite_where=few, postgresql_where=few)


class Asset(Base):
    """One part. `code` is the bureau's own number, unique in its community.

    `warranty_*` is what `warranty.end` gave for its papers, kept for lists; a recount compares. `condition` 1 to 5 is
    the latest of its `AssetCondition` rows. `removed_on`: from that day it is gone, and its history stays.
    """

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("community_id", "code"),
        CheckConstraint("(work_item_id IS NULL) = (no_project IS NOT NULL)", name="project_or_reason"),
        CheckConstraint("quantity IS NULL OR quantity >= 0", name="quantity_not_negative"),
        CheckConstraint("cost_fen IS NULL OR cost_fen >= 0", name="cost_not_negative"),
        CheckConstraint("contract_months IS NULL OR contract_months BETWEEN 1 AND 1200", name="term_is_one"),
        CheckConstraint("design_life_years IS NULL OR design_life_years BETWEEN 1 AND 100", name="life_is_one"),
        CheckConstraint("condition IS NULL OR condition BETWEEN 1 AND 5", name="condition_one_to_five"),
        CheckConstraint("(condition IS NULL) = (condition_on IS NULL)", name="condition_is_dated"),
        CheckConstraint("(warranty = 'dated') = (warranty_last_on IS NOT NULL)", name="dated_has_a_day"),
        CheckConstraint("in_use_since <= removed_on", name="used_before_it_goes"),  # NULL is no objection
        Index(None, "community_id", "type_code", "id"),
        Index(None, "community_id", "warranty_last_on", postgresql_include=["place_id", "condition", "removed_on"]),
        Index(None, "place_id", "type_code"),
        Index(None, "work_item_id"),
        Index(None, "warranty_last_on", "id"),
        Index(None, "condition", "id"),
        Index(None, "code"),
        _listed("ix_asset_without_maintainer", "maintainer_id IS NULL"),
        _listed("ix_asset_never_looked_at", "condition IS NULL"),
        _listed("ix_asset_gone", "removed_on IS NOT NULL"),
        {"sqlite_autoincrement": True},  # an import that is undone takes its parts away: their numbers never come back
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    code: Mapped[str] = mapped_column(String(40))
    type_code: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120))
    spot: Mapped[str | None] = mapped_column(String(80))  # where exactly: 屋面东侧
    quantity: Mapped[Decimal | None]
    unit: Mapped[str | None] = mapped_column(String(20))
    attributes: Mapped[dict[str, Any]] = mapped_column(default=dict)  # by codes of AssetAttribute
    model: Mapped[str | None] = mapped_column(String(120))  # supplier and model
    drawing_no: Mapped[str | None] = mapped_column(String(80))
    ownership: Mapped[Ownership] = mapped_column(stored_by_value(Ownership))
    maintainer_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"), index=True)
    claim_holder_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("organisation.id"))
    criticality: Mapped[Criticality] = mapped_column(stored_by_value(Criticality))
    cost_fen: Mapped[int | None] = mapped_column(BigInteger)
    work_item_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("work_item.id"))
    no_project: Mapped[NoProject | None] = mapped_column(stored_by_value(NoProject))
    accepted_on: Mapped[date | None]  # where it differs from its work item's
    in_use_since: Mapped[date | None]  # what its registration says (使用登记证: 投入使用日期)
    warranty_key: Mapped[str | None] = mapped_column(String(20))  # where it differs from its work item's
    contract_months: Mapped[int | None]
    design_life_years: Mapped[int | None]
    warranty: Mapped[WarrantyStanding] = mapped_column(stored_by_value(WarrantyStanding))
    warranty_last_on: Mapped[date | None]  # the last day it is covered
    condition: Mapped[int | None]
    condition_on: Mapped[date | None]
    removed_on: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    community: Mapped[Place] = relationship(foreign_keys=[community_id])
    place: Mapped[Place] = relationship(foreign_keys=[place_id])
    maintainer: Mapped[Organisation | None] = relationship(foreign_keys=[maintainer_id])
    claim_holder: Mapped[Organisation | None] = relationship(foreign_keys=[claim_holder_id])
    work_item: Mapped[WorkItem | None] = relationship()
    funding: Mapped[dict[FundingSource, AssetFunding]] = relationship(
        collection_class=attribute_keyed_dict("source"), cascade="all, delete-orphan"
    )
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def claimant(self) -> Organisation | None:
        """Who may claim under the warranty: named for the part, else for its work item, else the project's owner."""
        if self.claim_holder is not None or self.work_item is None:
            return self.claim_holder
        return self.work_item.claim_holder or self.work_item.project.owner

    @property
    def shares(self) -> dict[FundingSource, int]:
        """What each source gave, in fen, in the order of the sources."""
        return {source: self.funding[source].amount_fen for source in FundingSource if source in self.funding}

    @shares.setter
    def shares(self, given: Mapping[FundingSource, int]) -> None:
        for source in self.funding.keys() - given.keys():
            del self.funding[source]
        for source, fen in given.items():
            if source in self.funding:
                self.funding[source].amount_fen = fen
            else:
                self.funding[source] = AssetFunding(source=source, amount_fen=fen)

    def there_on(self, on: date) -> bool:
        """Whether it had not been removed on the day `on`."""
        return self.removed_on is None or on < self.removed_on


class AssetFunding(Base):
    """What one source gave for a part. The shares of a part, once they are recorded, add up to its cost."""

    __tablename__ = "asset_funding"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="amount_positive"),)

    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"), primary_key=True)
    source: Mapped[FundingSource] = mapped_column(stored_by_value(FundingSource), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(BigInteger)


class AssetCondition(Base):
    """How a part was found on a day: 1 very poor, 2 poor, 3 fair, 4 good, 5 as new. Append-only."""

    __tablename__ = "asset_condition"
    __table_args__ = (
        CheckConstraint("score BETWEEN 1 AND 5", name="score_one_to_five"),
        Index(None, "asset_id", "found_on", "id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"))
    score: Mapped[int]
    found_on: Mapped[date]
    source: Mapped[ConditionSource] = mapped_column(stored_by_value(ConditionSource))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    note: Mapped[PersonalText | None] = relationship()


class AssetPhoto(Base):
    """A photograph of a part, then (at acceptance) or now."""

    __tablename__ = "asset_photo"
    __table_args__ = (Index(None, "asset_id", "stage"),)

    photo_id: Mapped[int] = mapped_column(BigId, ForeignKey("photo.id"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"))
    stage: Mapped[AssetPhotoStage] = mapped_column(stored_by_value(AssetPhotoStage))
    taken_on: Mapped[date]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    photo: Mapped[Photo] = relationship()


class PartCode(Base):
    """Says that a code (`communities.PlaceCode`) hangs on a part; one in use per part."""

    __tablename__ = "part_code"

    code: Mapped[str] = mapped_column(String(13), ForeignKey("place_code.code"), primary_key=True)
    asset_id: Mapped[int] = mapped_column(BigId, ForeignKey("asset.id"), index=True)

    asset: Mapped[Asset] = relationship()


class TakeOverState(StrEnum):
    """How one thing stood at the hand-over from one company to the next."""

    OPEN = "open"
    HANDED_OVER = "handed_over"
    MISSING = "missing"
    DEFECTIVE = "defective"


class TakeOver(Base):
    """The take-over inspection (承接查验) as an engagement begins: 物业管理条例, Art. 28-29; 民法典, Art. 949."""

    __tablename__ = "take_over"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    engagement_id: Mapped[int] = mapped_column(BigId, ForeignKey("engagement.id"), unique=True)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    engagement: Mapped[Engagement] = relationship()


class TakeOverItem(Base):
    """One line of the checklist: a paper or a room of the shipped list (`item`), or a part (`asset_id`)."""

    __tablename__ = "take_over_item"
    __table_args__ = (
        CheckConstraint("(item IS NULL) = (asset_id IS NOT NULL)", name="item_or_part"),
        UniqueConstraint("take_over_id", "item"),
        UniqueConstraint("take_over_id", "asset_id"),
        CheckConstraint("state NOT IN ('missing','defective') OR note_id IS NOT NULL", name="fault_has_a_note"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    take_over_id: Mapped[int] = mapped_column(BigId, ForeignKey("take_over.id"))
    position: Mapped[int]
    item: Mapped[str | None] = mapped_column(String(40))  # code of data/take_over_items.toml
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("asset.id"), index=True)
    state: Mapped[TakeOverState] = mapped_column(stored_by_value(TakeOverState))
    note_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("personal_text.id"))
    checked_at: Mapped[datetime | None]
    checked_by_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("user.id"))

    note: Mapped[PersonalText | None] = relationship()
    asset: Mapped[Asset | None] = relationship()
