"""Places form one tree, from the province down to an entrance; organisations answer for parts of it.

A scope is a prefix of `Place.path`; that one mechanism serves an official of the province and a building head alike.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.db import Base, BigId, stored_by_value


class PlaceKind(StrEnum):
    """Levels of the tree, from the top. The first three are divisions with a code after GB/T 2260."""

    PROVINCE = "province"
    PREFECTURE = "prefecture"
    COUNTY = "county"
    STREET = "street"  # the area of a street office, 街道
    COMMUNITY = "community"  # a residential compound, 小区
    BUILDING = "building"
    ENTRANCE = "entrance"


class OrganisationKind(StrEnum):
    """Who takes part (domain.md §7.1)."""

    HOUSING_BUREAU = "housing_bureau"
    FINANCE_OFFICE = "finance_office"
    DEVELOPMENT_OFFICE = "development_office"
    STREET_OFFICE = "street_office"
    NEIGHBOURHOOD_COMMITTEE = "neighbourhood_committee"
    OWNERS_COMMITTEE = "owners_committee"
    PROPERTY_COMPANY = "property_company"
    CONTRACTOR = "contractor"
    UTILITY = "utility"


class Place(Base):
    """One node of the tree. `path` is "/1/4/39/": the ids from the root to this place, so that a prefix is a scope."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("(kind = 'province') = (parent_id IS NULL)", name="only_the_province_has_no_parent"),
        Index("ix_place_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("uq_place_open_name", "parent_id", "name", unique=True, sqlite_where=text("closed_on IS NULL"),
              postgresql_where=text("closed_on IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[PlaceKind] = mapped_column(stored_by_value(PlaceKind))
    parent_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    path: Mapped[str] = mapped_column(String(160))
    division_code: Mapped[str | None] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    name_en: Mapped[str | None] = mapped_column(String(80))
    sort_key: Mapped[str] = mapped_column(String(200))  # pinyin, so that both databases sort names alike
    households: Mapped[int | None]
    closed_on: Mapped[date | None]

    parent: Mapped[Place | None] = relationship(remote_side=[id])


class Organisation(Base):
    """A body that takes part; `place_id` is the area it belongs to (a bureau's division, an office's street)."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(stored_by_value(OrganisationKind))
    name: Mapped[str] = mapped_column(String(80), unique=True)
    sort_key: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))  # the public service telephone, not a person's
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    closed_on: Mapped[date | None]

    place: Mapped[Place] = relationship()


class Engagement(Base):
    """`organisation` manages `community` from `starts_on` up to, not including, `ends_on`. Rights follow it.

    The database refuses a second open engagement; overlaps are refused under a row lock on the community.
    """

    __tablename__ = "engagement"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on > starts_on", name="ends_after_start"),
        Index("uq_engagement_open", "community_id", unique=True, sqlite_where=text("ends_on IS NULL"),
              postgresql_where=text("ends_on IS NULL")),
        Index(None, "organisation_id", "community_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(BigId, ForeignKey("organisation.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]

    community: Mapped[Place] = relationship()
    organisation: Mapped[Organisation] = relationship()


class PlaceCode(Base):
    """The code on a printed label: 13 random Crockford base-32 characters (65 bits), revocable, never reused."""

    __tablename__ = "place_code"

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    made_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    place: Mapped[Place] = relationship()
