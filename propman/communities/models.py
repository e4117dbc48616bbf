"""Places form one tree, from the province down to an entrance; organisations answer for parts of it.

A scope is a prefix of `Place.path`; that one mechanism serves an official of the province and a building head alike.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, text
from sqlalchemy.ext.hybrid import hybrid_method
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.communities.kinds import OrganisationKind, PlaceKind
from propman.data.reading import Trade
from propman.db import Base, BigId, stored_by_value
from propman.spans import Span, lasts_beyond

__all__ = [
    "Carrier",
    "Engagement",
    "HeatingSeason",
    "LabelSheet",
    "Organisation",
    "OrganisationKind",
    "Place",
    "PlaceCode",
    "PlaceKind",
]

COMMUNITIES = text("kind = 'community'")


class Closing:
    """What closes with a date: from that day on it is not in use, and its history stays."""

    closed_on: Mapped[date | None]

    @hybrid_method
    def open_on(self, on: date) -> bool:
        """Whether it is in use on the day `on`; on the class, the condition that says so."""
        return self.closed_on is None or on < self.closed_on

    @open_on.inplace.expression  # type: ignore[attr-defined]
    @classmethod
    def _open_on(cls, on: date) -> ColumnElement[bool]:
        return lasts_beyond(cls.closed_on, on)


ABOVE_COMMUNITIES = 4  # province, prefecture, county and street


class InTree:
    """What lies in the tree of places, as its `path` says."""

    path: Mapped[str]

    @property
    def line_ids(self) -> tuple[int, ...]:
        """The ids from the root to this place, read from its path."""
        return tuple(int(part) for part in self.path.strip("/").split("/"))

    @property
    def community_line_ids(self) -> tuple[int, ...]:
        """The ids from the community down to this place; of a street and all above it, none."""
        return self.line_ids[ABOVE_COMMUNITIES:]


class Place(InTree, Closing, Base):
    """One node of the tree. `path` is "/1/4/39/": the ids from the root to this place, so that a prefix is a scope."""

    __tablename__ = "place"
    __table_args__ = (
        CheckConstraint("(kind = 'province') = (parent_id IS NULL)", name="only_the_province_has_no_parent"),
        Index("ix_place_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        Index("uq_place_open_name", "parent_id", "name", unique=True, sqlite_where=text("closed_on IS NULL"),
              postgresql_where=text("closed_on IS NULL")),
        Index("ix_place_community_path", "path", "id", postgresql_ops={"path": "text_pattern_ops"},
              sqlite_where=COMMUNITIES, postgresql_where=COMMUNITIES),
        Index("ix_place_community_name", "sort_key", "id", sqlite_where=COMMUNITIES, postgresql_where=COMMUNITIES),
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

    parent: Mapped[Place | None] = relationship(remote_side=[id])


class Organisation(Closing, Base):
    """A body that takes part; `place_id` is the area it belongs to (a bureau's division, an office's street)."""

    __tablename__ = "organisation"
    __table_args__ = (
        Index("uq_organisation_open_name", "place_id", "name", unique=True, sqlite_where=text("closed_on IS NULL"),
              postgresql_where=text("closed_on IS NULL")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(stored_by_value(OrganisationKind))
    trade: Mapped[Trade | None] = mapped_column(stored_by_value(Trade))  # of a utility or contractor
    name: Mapped[str] = mapped_column(String(80))  # unique in its area only: many cities have a 红旗街道
    sort_key: Mapped[str] = mapped_column(String(200))
    phone: Mapped[str | None] = mapped_column(String(40))  # the public service telephone, not a person's
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)

    place: Mapped[Place] = relationship()


class Engagement(Span, Base):
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

    community: Mapped[Place] = relationship()
    organisation: Mapped[Organisation] = relationship()


class Carrier(StrEnum):
    """What a label hangs on."""

    PLACE = "place"
    PART = "part"  # which one, `assets` knows


class LabelSheet(Base):
    """Blank labels that were drawn together for the people of one community, who hang them up and bind them there."""

    __tablename__ = "label_sheet"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    drawn_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId)  # a user's id, as in the audit

    community: Mapped[Place] = relationship()


class PlaceCode(Base):
    """The code on a printed label: 13 random Crockford base-32 characters (65 bits), revocable, never reused.

    A label printed in advance is blank: it has a sheet, and no place until somebody binds it on site. `place_id` of one
    on a part is the part's place. A place has one code in use; the rows of revoked ones stay, so that no code ever
    comes back.
    """

    __tablename__ = "place_code"
    __table_args__ = (
        CheckConstraint("(place_id IS NULL) = (carrier IS NULL)", name="bound_to_something"),
        CheckConstraint("place_id IS NOT NULL OR sheet_id IS NOT NULL", name="blank_was_printed"),
        Index("uq_place_code_in_use", "place_id", unique=True,
              sqlite_where=text("revoked_at IS NULL AND carrier = 'place'"),
              postgresql_where=text("revoked_at IS NULL AND carrier = 'place'")),
        Index(None, "sheet_id"),
    )  # fmt: skip

    code: Mapped[str] = mapped_column(String(13), primary_key=True)
    place_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("place.id"), index=True)
    carrier: Mapped[Carrier | None] = mapped_column(stored_by_value(Carrier))
    sheet_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("label_sheet.id"))
    made_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    place: Mapped[Place | None] = relationship()
    sheet: Mapped[LabelSheet | None] = relationship()


class HeatingSeason(Base):
    """When the heating of a city or county is on, as its government set it: from `starts` to the end of `ends`.

    In force for the seasons that begin in the years `from_year` to `to_year` (NULL: until further notice). A season
    is named by the year it begins in. The row of a county counts before its city's, the narrower before the wider, the
    later before the earlier. `verified_on` NULL is 未核实.
    """

    __tablename__ = "heating_season"
    __table_args__ = (
        CheckConstraint("to_year IS NULL OR to_year >= from_year", name="years_are_a_span"),
        CheckConstraint("from_year BETWEEN 1990 AND 2100", name="year_is_one"),
        Index(None, "place_id", "from_year"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey("place.id"))
    from_year: Mapped[int]
    to_year: Mapped[int | None]
    starts: Mapped[str] = mapped_column(String(5))  # "10-20"
    ends: Mapped[str] = mapped_column(String(5))  # "04-20" of the next year, heated to the end of the day
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date | None]
    withdrawn_at: Mapped[datetime | None]  # entered by mistake

    place: Mapped[Place] = relationship()
