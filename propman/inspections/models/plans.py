"""Plans, and what they speak of.

A plan is versioned: what it says of time holds from a first day on, and what was due before stays due.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from propman.accounts.models import User
from propman.assets.models import Asset
from propman.communities.models import Place
from propman.data.inspections import CountsFrom
from propman.db import Base, BigId, stored_by_value
from propman.inspections.recurrence import LONGEST_TEXT, read
from propman.inspections.schedule import OnHolidays, Schedule, Season
from propman.personal import PersonalText
from propman.projects.models import Project
from propman.spans import Span

Counts = CountsFrom
"""From what the next duty is counted. By completion there is always just one open; else all are laid ahead."""

AROSE = text("arose AND project_id IS NULL")
OPEN_PLACE = text("asset_id IS NULL AND ends_on IS NULL")
OPEN_PART = text("ends_on IS NULL")
SHORT = text("falls_short")


class Pace(StrEnum):
    """What a version of a plan says of itself."""

    RUNS = "runs"
    PAUSED = "paused"
    ENDED = "ended"


class Plan(Base):
    """One schedule of a template, for a community. `version` counts its versions, the last of which holds.

    `whole`: for everything there of which the template speaks, of `asset_types` where some are named; what is added
    joins by itself. Else for what was chosen. `arose`: by itself, of a warranty or of the acceptance of `project`.
    `counted_on` is the day from which the calendar is counted. It is ended for good by its last version.
    """

    __tablename__ = "inspection_plan"
    __table_args__ = (
        CheckConstraint("version > 0", name="version_counts"),
        CheckConstraint("whole OR asset_types IS NULL", name="types_of_the_whole"),
        CheckConstraint("whole OR NOT arose", name="what_arose_is_whole"),
        CheckConstraint("arose OR project_id IS NULL", name="of_a_project_by_itself"),
        Index(None, "community_id", "template"),
        Index(None, "template", "schedule"),
        Index("uq_inspection_plan_project", "project_id", "template", "schedule", unique=True),
        Index("uq_inspection_plan_arose", "community_id", "template", "schedule", unique=True,
              sqlite_where=AROSE, postgresql_where=AROSE),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    template: Mapped[str] = mapped_column(String(20))  # by the code of the catalogue
    schedule: Mapped[str] = mapped_column(String(40))  # which of the template's
    community_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))
    version: Mapped[int] = mapped_column()
    whole: Mapped[bool] = mapped_column(default=False)
    asset_types: Mapped[str | None] = mapped_column(String(200))  # comma-separated codes
    arose: Mapped[bool] = mapped_column(default=False)
    project_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Project.id))
    counted_on: Mapped[date]

    community: Mapped[Place] = relationship()
    project: Mapped[Project | None] = relationship()
    versions: Mapped[list[PlanVersion]] = relationship(order_by="PlanVersion.number", viewonly=True)
    __mapper_args__ = {"version_id_col": version, "version_id_generator": False}  # noqa: RUF012


class PlanVersion(Base):
    """What a plan says from `first_on` on: the day from which due days are this version's, up to the next one's.

    One whose next begins no later never holds: it was taken back before it began.
    """

    __tablename__ = "inspection_plan_version"
    __table_args__ = (
        CheckConstraint("number > 0", name="number_counts"),
        CheckConstraint("tolerance BETWEEN 0 AND 50", name="tolerance_is_a_share"),
        CheckConstraint("greatest_gap IS NULL OR greatest_gap BETWEEN 1 AND 3660", name="gap_is_one"),
        CheckConstraint("(season_starts IS NULL) = (season_ends IS NULL)", name="season_has_both_ends"),
        CheckConstraint("pace = 'runs' OR reason_id IS NOT NULL", name="why_it_stands_still"),
        CheckConstraint("NOT falls_short OR reason_id IS NOT NULL", name="why_it_falls_short"),
        CheckConstraint("NOT falls_short OR NOT by_template", name="own_terms_fall_short"),
        Index("ix_inspection_plan_version_falls_short", "plan_id", sqlite_where=SHORT, postgresql_where=SHORT),
    )

    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey(Plan.id), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    first_on: Mapped[date]
    pace: Mapped[Pace] = mapped_column(stored_by_value(Pace))
    rule: Mapped[str] = mapped_column(String(LONGEST_TEXT))
    counts: Mapped[Counts] = mapped_column(stored_by_value(Counts))
    on_holidays: Mapped[OnHolidays] = mapped_column(stored_by_value(OnHolidays))
    season_starts: Mapped[str | None] = mapped_column(String(5))
    season_ends: Mapped[str | None] = mapped_column(String(5))
    tolerance: Mapped[int]  # per cent of the interval
    early: Mapped[bool]  # work before the window ends the duty as well
    greatest_gap: Mapped[int | None]  # days between two visits
    by_template: Mapped[bool] = mapped_column(default=False)  # as its schedule says, also when that changes
    falls_short: Mapped[bool] = mapped_column(default=False)  # less than its template asked for when that was said
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(User.id))  # None: as it was shipped
    reason_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(PersonalText.id))

    actor: Mapped[User | None] = relationship()
    reason: Mapped[PersonalText | None] = relationship()

    @property
    def season(self) -> Season | None:
        """In which part of the year anything is due; None: all year."""
        return Season(self.season_starts, self.season_ends) if self.season_starts and self.season_ends else None

    def schedule(self, anchor: date, until: date | None = None, since: date | None = None) -> Schedule:
        """What it says of a target whose days are counted from `anchor`, in the plan from `since` on; `until` is where
        another version begins.
        """
        first_on = max(self.first_on, since or self.first_on)
        return Schedule(read(self.rule), anchor, first_on, until, self.season, self.greatest_gap)


class Target(Span, Base):
    """What a plan has inspected: a place or a part, with a duty of its own from `starts_on` up to `ends_on`.

    It ends with its part, and where its days are counted from another day from now on: then another begins. `anchor_on`
    is the day from which its due days are counted: its acceptance, or its last valid inspection. `next_on`
    is its first due day that is not laid; None where none follows, or where it waits for the one that is open.
    """

    __tablename__ = "inspection_target"
    __table_args__ = (
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        Index("uq_inspection_target_place", "plan_id", "place_id", unique=True,
              sqlite_where=OPEN_PLACE, postgresql_where=OPEN_PLACE),
        Index("uq_inspection_target_asset", "plan_id", "asset_id", unique=True,
              sqlite_where=OPEN_PART, postgresql_where=OPEN_PART),
        Index(None, "next_on", "id"),
        Index(None, "asset_id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    plan_id: Mapped[int] = mapped_column(BigId, ForeignKey(Plan.id))
    place_id: Mapped[int] = mapped_column(BigId, ForeignKey(Place.id))  # of a part: where it is
    asset_id: Mapped[int | None] = mapped_column(BigId, ForeignKey(Asset.id))
    anchor_on: Mapped[date]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    next_on: Mapped[date | None]

    plan: Mapped[Plan] = relationship()
    place: Mapped[Place] = relationship()
    asset: Mapped[Asset | None] = relationship()
