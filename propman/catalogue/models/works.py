"""What a renovation makes, what such parts carry, how they are guaranteed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.catalogue.models.dated import Dated
from propman.data.reading import Trade
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WarrantyBasis, WorkClass
from propman.db import Base, stored_by_value


class AssetAttribute(Dated, Base):
    """A property that parts of some types carry, such as the nominal width of a pipe."""

    __tablename__ = "asset_attribute"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    kind: Mapped[AttributeKind] = mapped_column(stored_by_value(AttributeKind))
    unit: Mapped[str | None] = mapped_column(String(20))  # of a number


class AssetType(Dated, Base):
    """A type of part: what a renovation makes or renews (domain: 基础类, 完善类, 提升类)."""

    __tablename__ = "asset_type"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("life_to >= life_from AND (life_from IS NULL) = (life_to IS NULL)", name="life_is_a_span"),
    )

    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    work_class: Mapped[WorkClass] = mapped_column(stored_by_value(WorkClass))
    attributes: Mapped[str | None] = mapped_column(String(400))  # comma-separated codes
    life_from: Mapped[int | None]  # years of service, lower and upper
    life_to: Mapped[int | None]
    warranty_keys: Mapped[str] = mapped_column(String(60))  # comma-separated, the usual one first
    maintainer: Mapped[UsualMaintainer] = mapped_column(stored_by_value(UsualMaintainer))
    trade: Mapped[Trade | None] = mapped_column(stored_by_value(Trade))  # of the utility or licensed firm
    criticality: Mapped[Criticality] = mapped_column(stored_by_value(Criticality))
    categories: Mapped[str] = mapped_column(String(200))  # comma-separated: reports that can mean such a part


class WarrantyRule(Dated, Base):
    """The least that the law gives for one kind of work. `minimum` months or heating seasons; else NULL."""

    __tablename__ = "warranty_rule"
    __table_args__ = (
        UniqueConstraint("key", "valid_from"),
        CheckConstraint("(basis IN ('months','seasons')) = (minimum IS NOT NULL)", name="counted_has_a_minimum"),
    )

    key: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    basis: Mapped[WarrantyBasis] = mapped_column(stored_by_value(WarrantyBasis))
    minimum: Mapped[int | None]
