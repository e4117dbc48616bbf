"""What is inspected (巡检模板), how often, and what is looked at."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.catalogue.models.dated import Dated
from propman.data.inspections import About, CountsFrom, Grade, ItemKind, OnHolidays
from propman.data.reading import Trade
from propman.data.works import UsualMaintainer
from propman.db import Base, Thousandths, stored_by_value


class InspectionTemplate(Dated, Base):
    """An inspection: about what, by whom, on what it rests, what is shown as proof (`data.inspections.TemplateRow`)."""

    __tablename__ = "inspection_template"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("(about = 'part') = (asset_types IS NOT NULL)", name="parts_have_types"),
    )

    code: Mapped[str] = mapped_column(String(10))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    about: Mapped[About] = mapped_column(stored_by_value(About))
    asset_types: Mapped[str | None] = mapped_column(String(200))  # comma-separated codes
    alternatives: Mapped[bool]  # a plan takes one of its schedules, and else all of them
    maintainer: Mapped[UsualMaintainer] = mapped_column(stored_by_value(UsualMaintainer))
    trade: Mapped[Trade | None] = mapped_column(stored_by_value(Trade))  # of the utility or licensed firm
    roles: Mapped[str] = mapped_column(String(200))  # comma-separated: who may do it
    who_zh: Mapped[str] = mapped_column(String(120))
    who_en: Mapped[str] = mapped_column(String(200))
    grade: Mapped[Grade] = mapped_column(stored_by_value(Grade))
    basis_zh: Mapped[str] = mapped_column(String(200))
    basis_en: Mapped[str] = mapped_column(String(300))
    evidence_zh: Mapped[str] = mapped_column(String(120))
    evidence_en: Mapped[str] = mapped_column(String(200))


class InspectionSchedule(Dated, Base):
    """How often a template comes round; `rule` is text that `inspections.recurrence` reads."""

    __tablename__ = "inspection_schedule"
    __table_args__ = (
        UniqueConstraint("template", "code", "valid_from"),
        CheckConstraint("(season_from IS NULL) = (season_to IS NULL)", name="season_has_two_ends"),
        CheckConstraint("NOT in_heating_season OR season_from IS NOT NULL", name="heating_season_or_else"),
        CheckConstraint("NOT in_heating_season OR greatest_gap IS NULL", name="heating_season_leaves_a_gap"),
        CheckConstraint("tolerance BETWEEN 0 AND 50", name="tolerance_is_a_part"),
        CheckConstraint("greatest_gap IS NULL OR greatest_gap > 0", name="gap_of_days"),
    )

    template: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    rule: Mapped[str] = mapped_column(String(120))
    counts_from: Mapped[CountsFrom] = mapped_column(stored_by_value(CountsFrom))
    tolerance: Mapped[int]  # percent of the interval, on either side
    early: Mapped[bool]  # work since the last duty ends the next one
    greatest_gap: Mapped[int | None]  # days between two visits
    season_from: Mapped[str | None] = mapped_column(String(5))  # "11-01", in the season as the other end
    season_to: Mapped[str | None] = mapped_column(String(5))
    in_heating_season: Mapped[bool] = mapped_column(default=False)  # of the place; those days where nobody entered one
    binding: Mapped[bool] = mapped_column(default=False)  # its basis says how often: no plan may say it more rarely
    on_holidays: Mapped[OnHolidays] = mapped_column(stored_by_value(OnHolidays))


class InspectionItem(Dated, Base):
    """One thing to look at, and how it is answered (`data.inspections.ItemRow`)."""

    __tablename__ = "inspection_item"
    __table_args__ = (
        UniqueConstraint("template", "code", "valid_from"),
        CheckConstraint("kind = 'number' OR unit IS NULL AND most IS NULL", name="limits_of_numbers"),
        CheckConstraint("kind <> 'check' OR least IS NULL", name="checks_have_no_limit"),
        CheckConstraint("kind <> 'count' OR least IS NULL OR least <= 100000", name="counts_pass_by_percent"),
        CheckConstraint("least <= most", name="limits_rise"),
    )

    template: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100))
    kind: Mapped[ItemKind] = mapped_column(stored_by_value(ItemKind))
    unit: Mapped[str | None] = mapped_column(String(20))
    least: Mapped[Decimal | None] = mapped_column(Thousandths)  # of a count the percentage that passes
    most: Mapped[Decimal | None] = mapped_column(Thousandths)
    photo: Mapped[bool]  # an answer without a photograph is none
    schedules: Mapped[str | None] = mapped_column(String(200))  # comma-separated: at which it is asked; NULL: at each
