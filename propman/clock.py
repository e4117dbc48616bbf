"""The only place that reads the clock or knows Asia/Shanghai.

Moments are aware UTC datetimes; days are dates of the local calendar; periods are half-open.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def zone(name: str) -> tzinfo:
    """The zone "Asia/Shanghai", or the offset "+08:00", of moments that another system wrote. Raises ValueError."""
    offset = re.fullmatch(r"([+-])([01]\d):([0-5]\d)", name)
    if offset:
        span = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(span if offset[1] == "+" else -span)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no time zone") from None


def local(at: datetime) -> datetime:
    """The moment `at` (aware) as local time of Asia/Shanghai."""
    return at.astimezone(SHANGHAI)


def to_the_minute(at: datetime) -> str:
    """The moment `at` (aware) in local time, as "2026-11-27 09:05": `strftime` takes twice as long, and lists are full
    of moments.
    """
    return str(at.astimezone(SHANGHAI))[:16]


def local_date(at: datetime) -> date:
    """The local calendar day that the moment `at` (aware) falls on."""
    return local(at).date()


def month_of(at: datetime) -> date:
    """The first day of the local month that the moment `at` (aware) falls in."""
    return local_date(at).replace(day=1)


def at_local(day: date, clock_time: time = time.min) -> datetime:
    """The moment (aware UTC) at which the local `clock_time` strikes on `day`; by default the start of the day."""
    return datetime.combine(day, clock_time, tzinfo=SHANGHAI).astimezone(UTC)


def day_span(day: date) -> tuple[datetime, datetime]:
    """The half-open span [start, end) of the local `day`, as two aware UTC moments, as far as there are moments."""
    begins = at_local(day) if day > date.min else datetime.min.replace(tzinfo=UTC)
    ends = at_local(day + timedelta(days=1)) if day < date.max else datetime.max.replace(tzinfo=UTC)
    return begins, ends
