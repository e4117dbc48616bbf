"""Dated rows. Each is in force from `valid_from` up to, not including, `valid_to`; `verified_on` NULL is 未核实."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from propman.calendar import DayKind
from propman.db import Base, BigId, stored_by_value


class Dated:
    """Columns of every dated row: when it is in force, where it comes from, when somebody checked that."""

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    source: Mapped[str] = mapped_column(String(300))
    verified_on: Mapped[date | None]


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


class ClockRule(Dated, Base):
    """The time limits of one category at one priority, as text that `tickets.sla.Limit` reads."""

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
    """Who should go for a category: a kind of organisation, in what order, and why."""

    __tablename__ = "routing_rule"
    __table_args__ = (UniqueConstraint("category", "position", "valid_from"),)

    category: Mapped[str] = mapped_column(String(40))
    position: Mapped[int]
    goes_to: Mapped[str] = mapped_column(String(40))
    reason_zh: Mapped[str] = mapped_column(String(200))
    reason_en: Mapped[str] = mapped_column(String(200))


class EmergencyNumber(Dated, Base):
    """A telephone number to call at once, and for which categories ("*" for all)."""

    __tablename__ = "emergency_number"
    __table_args__ = (UniqueConstraint("number", "name_en", "valid_from"),)

    number: Mapped[str] = mapped_column(String(20))
    name_zh: Mapped[str] = mapped_column(String(60))
    name_en: Mapped[str] = mapped_column(String(80))
    categories: Mapped[str] = mapped_column(String(400))  # comma-separated codes
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
    """A year whose holidays the State Council has published; any other year is provisional."""

    __tablename__ = "calendar_year"
    __table_args__ = (UniqueConstraint("year", "valid_from"),)

    year: Mapped[int]


class SettingRow(Dated, Base):
    """A number or text that an installation may change, such as how long a confirmed repair can be reopened."""

    __tablename__ = "setting"
    __table_args__ = (UniqueConstraint("name", "valid_from"),)

    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(200))
