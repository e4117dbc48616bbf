"""Dated rows. Each is in force from `valid_from` up to, not including, `valid_to`; `verified_on` NULL is 未核实.

Where two rows of one key are in force, the later `valid_from` counts: a correction is a row of its own.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ColumnElement, String, UniqueConstraint, and_, inspect
from sqlalchemy.orm import Mapped, mapped_column

from propman.calendar import DayKind
from propman.data.escalation import Level, TimeLimit
from propman.data.reading import GoesTo, QuestionKind, Trade, YearStatus
from propman.data.works import AttributeKind, Criticality, UsualMaintainer, WarrantyBasis, WorkClass
from propman.db import Base, BigId, stored_by_value
from propman.spans import lasts_beyond


class Dated:
    """Columns of every dated row: when it is in force, where it comes from, when somebody checked that."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date | None]

    @classmethod
    def in_force(cls, on: date) -> ColumnElement[bool]:
        """The condition that a row is in force on the day `on`."""
        return and_(cls.valid_from <= on, lasts_beyond(cls.valid_to, on))

    @classmethod
    def named_by(cls) -> tuple[str, ...]:
        """The columns that name one thing: those of the one unique constraint, but the day, which comes last."""
        table = inspect(cls).local_table
        (unique,) = (one for one in table.constraints if isinstance(one, UniqueConstraint))
        return tuple(column.name for column in unique.columns)[:-1]

    @property
    def called(self) -> str:
        """How the audit names the thing that this row speaks of: "heat:room_temperature"."""
        return ":".join(str(getattr(self, name)) for name in self.named_by()) or "*"


class RulesStamp(Base):
    """One row: a random word that every change of a dated row draws anew (`catalogue.kept`)."""

    __tablename__ = "rules_stamp"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    stamp: Mapped[str] = mapped_column(String(32))


class Category(Dated, Base):
    """A tile of the report form: what can be broken, in residents' words."""

    __tablename__ = "category"
    __table_args__ = (UniqueConstraint("code", "valid_from"),)

    code: Mapped[str] = mapped_column(String(40))
    name_zh: Mapped[str] = mapped_column(String(40))
    name_en: Mapped[str] = mapped_column(String(60))
    icon: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(2))  # the one a report gets unless a dispatcher corrects it
    emergency: Mapped[bool]  # shows the number to call at once, and still records the report
    private: Mapped[bool]  # happens inside a flat: never listed in public
    position: Mapped[int]


class CategoryQuestion(Dated, Base):
    """What a report of a category is asked besides. `kind` never changes; `choices_*` are lines, alike in number."""

    __tablename__ = "category_question"
    __table_args__ = (
        UniqueConstraint("category", "code", "valid_from"),
        CheckConstraint("(kind = 'choice') = (choices_zh IS NOT NULL)", name="one_of_a_list_has_one"),
        CheckConstraint("(choices_zh IS NULL) = (choices_en IS NULL)", name="choices_in_both_languages"),
        CheckConstraint("kind = 'number' OR unit IS NULL AND least IS NULL AND most IS NULL", name="limits_of_numbers"),
    )

    category: Mapped[str] = mapped_column(String(40))
    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(100))
    kind: Mapped[QuestionKind] = mapped_column(stored_by_value(QuestionKind))
    required: Mapped[bool]
    unit: Mapped[str | None] = mapped_column(String(20))  # of a number, as its limits
    least: Mapped[int | None]
    most: Mapped[int | None]
    choices_zh: Mapped[str | None] = mapped_column(String(400))
    choices_en: Mapped[str | None] = mapped_column(String(600))


class ClockRule(Dated, Base):
    """The time limits of one category ("*": of every other) at one priority, as text that `limits.Limit` reads."""

    __tablename__ = "clock_rule"
    __table_args__ = (
        UniqueConstraint("category", "priority", "valid_from"),
        CheckConstraint("priority IN ('P0','P1','P2','P3','P4')", name="known_priority"),
    )

    category: Mapped[str] = mapped_column(String(40))
    priority: Mapped[str] = mapped_column(String(2))
    respond: Mapped[str] = mapped_column(String(20))
    on_site: Mapped[str] = mapped_column(String(20))
    make_safe: Mapped[str] = mapped_column(String(20))
    resolve: Mapped[str] = mapped_column(String(20))


class RoutingRule(Dated, Base):
    """Who should go for a category: a kind of organisation (of a trade), in what order, and why."""

    __tablename__ = "routing_rule"
    __table_args__ = (UniqueConstraint("category", "position", "valid_from"),)

    category: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    goes_to: Mapped[GoesTo] = mapped_column(stored_by_value(GoesTo))
    trade: Mapped[Trade | None] = mapped_column(stored_by_value(Trade))  # of a utility or contractor
    reason_zh: Mapped[str] = mapped_column(String(200))
    reason_en: Mapped[str] = mapped_column(String(200))


class EmergencyNumber(Dated, Base):
    """A telephone number to call at once, and the categories whose page shows it."""

    __tablename__ = "emergency_number"
    __table_args__ = (UniqueConstraint("number", "valid_from"),)

    number: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    categories: Mapped[str] = mapped_column(String(400))  # comma-separated codes
    areas: Mapped[str | None] = mapped_column(String(400))  # codes of the divisions whose number it is; NULL: of all
    position: Mapped[int]


class CalendarDay(Dated, Base):
    """A day that differs from its weekday: a holiday, or a weekend day made up for as a workday."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("day", "valid_from"),)

    day: Mapped[date]
    kind: Mapped[DayKind] = mapped_column(stored_by_value(DayKind))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))


class CalendarYear(Dated, Base):
    """A year, and whether the State Council has published its holidays. A year without a row is provisional too."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("year", "valid_from"),)

    year: Mapped[int]
    status: Mapped[YearStatus] = mapped_column(stored_by_value(YearStatus))


class WorkHours(Dated, Base):
    """The shifts of every workday ("08:30-12:00,13:30-17:30"), and whether make-up workdays are worked."""

    __tablename__ = "work_hours"
    __table_args__ = (UniqueConstraint("valid_from"),)

    shifts: Mapped[str] = mapped_column(String(100))
    make_up_workdays: Mapped[bool]


class SettingRow(Dated, Base):
    """A number that an installation may change, such as how many days a confirmed repair can be reopened."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("name", "valid_from"),)

    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[int]
    unit: Mapped[str] = mapped_column(String(20))
    label_zh: Mapped[str] = mapped_column(String(120))
    label_en: Mapped[str] = mapped_column(String(160))

    @property
    def name_zh(self) -> str:
        """What it is called, as the other rows say it."""
        return self.label_zh

    @property
    def name_en(self) -> str:
        """The same in English."""
        return self.label_en


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


class EscalationRule(Dated, Base):
    """Who is told before, at or after a deadline of the kind `time_limit`, at one priority or at all ("*").

    It speaks when `share_left` percent of the limit are left, or `minutes_after` the deadline; both are counted as the
    limit is.
    """

    __tablename__ = "escalation_rule"
    __table_args__ = (
        UniqueConstraint("code", "valid_from"),
        CheckConstraint("priority IN ('*','P0','P1','P2','P3','P4')", name="known_priority"),
        CheckConstraint("(share_left IS NULL) <> (minutes_after IS NULL)", name="one_moment"),
        CheckConstraint("share_left IS NULL OR share_left BETWEEN 1 AND 99", name="share_is_a_part"),
        CheckConstraint("minutes_after IS NULL OR minutes_after >= 0", name="not_before"),
    )

    code: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    time_limit: Mapped[TimeLimit] = mapped_column(stored_by_value(TimeLimit))
    priority: Mapped[str] = mapped_column(String(2))
    share_left: Mapped[int | None]
    minutes_after: Mapped[int | None]
    level: Mapped[Level] = mapped_column(stored_by_value(Level))
