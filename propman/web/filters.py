"""Dates, times and spans as text of the reader's language, in the time of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Flask
from flask_babel import format_date, format_datetime, gettext, ngettext

from propman import clock


def install(app: Flask) -> None:
    """Make the filters known to the templates of `app`."""
    app.jinja_env.filters.update(
        moment=moment,
        second=second,
        day=day,
        hour=hour,
        ago=ago,
        left=left,
        span=span,
        iso=lambda at: at.isoformat(timespec="seconds"),
    )


def moment(at: datetime | None) -> str:
    """`at` as date and time to the minute; a dash for None."""
    return format_datetime(at, "yyyy-MM-dd HH:mm") if at else "–"


def second(at: datetime) -> str:
    """`at` as date and time to the second."""
    return str(format_datetime(at, "yyyy-MM-dd HH:mm:ss"))


def day(on: date | datetime | None) -> str:
    """`on` as a date with its weekday; a dash for None."""
    if on is None:
        return "–"
    if isinstance(on, datetime):
        on = clock.local_date(on)
    return str(format_date(on, "yyyy-MM-dd EEE"))


def hour(at: datetime) -> str:
    """The time of `at` to the minute, where the day is said already."""
    return str(format_datetime(at, "HH:mm"))


def ago(at: datetime) -> str:
    """How long ago `at` was, in words."""
    passed = clock.now() - at
    return str(gettext("%(span)s ago", span=span(passed)) if passed >= timedelta(minutes=1) else gettext("just now"))


def left(due_at: datetime) -> str:
    """The time left until `due_at`, or by how much it has passed, in words."""
    remaining = due_at - clock.now()
    if remaining >= timedelta(0):
        return str(gettext("%(span)s left", span=span(remaining)))
    return str(gettext("%(span)s over", span=span(-remaining)))


def span(length: timedelta) -> str:
    """`length` in its two largest units: days and hours, hours and minutes, or minutes."""
    minutes = max(int(length.total_seconds()) // 60, 0)
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        parts = [ngettext("%(num)d day", "%(num)d days", days)]
        parts += [ngettext("%(num)d h", "%(num)d h", hours)] if hours and days < 7 else []
    elif hours:
        parts = [ngettext("%(num)d h", "%(num)d h", hours)]
        parts += [ngettext("%(num)d min", "%(num)d min", rest)] if rest else []
    else:
        parts = [ngettext("%(num)d min", "%(num)d min", rest)]
    return " ".join(parts)
