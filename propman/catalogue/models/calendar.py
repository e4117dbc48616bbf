"""When work is done, and the numbers that an installation may change."""

from __future__ import annotations

from datetime import date

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.calendar import DayKind
from propman.catalogue.models.dated import Dated
from propman.data.reading import YearStatus
from propman.db import Base, stored_by_value


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
