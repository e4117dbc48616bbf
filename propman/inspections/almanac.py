"""Due days once more, day by day and by hand, for the recount: no code of `schedule`, and none of dateutil. Pure."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

WEEK = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def due_days(text: str, anchor: date, since: date, until: date, season: tuple[str, str] | None = None) -> list[date]:
    """The days on which what is written as `text` comes round, counted from `anchor`, in [since, until)."""
    return [day for day in _days(max(since, date(1990, 1, 1)), until)
            if _is_due(text, anchor, day) and (season is None or in_season(day, *season))]  # fmt: skip


def _days(since: date, until: date) -> Iterator[date]:
    for number in range((until - since).days):
        yield since + timedelta(days=number)


def _is_due(text: str, anchor: date, day: date) -> bool:
    name, _equals, value = text.partition("=")
    if name == "YEARS":
        years = [int(each) for each in value.split(",")]
        passed = day.year - anchor.year
        return (passed in years or passed > max(years)) and day == _month_day(day.year, anchor.month, anchor.day)
    if name == "AFTER":
        return any(day == _later(anchor, int(each)) for each in value.split(","))
    if name in ("STARTS", "ENDS"):
        return False  # upon an event alone
    if name == "BEFORE":
        return day == anchor - timedelta(days=int(value))
    return day >= anchor and _by_rule(dict(part.split("=") for part in text.split(";")), anchor, day)


def _by_rule(said: dict[str, str], anchor: date, day: date) -> bool:
    every, months = int(said.get("INTERVAL", 1)), [int(each) for each in said.get("BYMONTH", "").split(",") if each]
    weekdays = [WEEK.index(each) for each in said.get("BYDAY", "").split(",") if each]
    if months and day.month not in months:
        return False
    if said["FREQ"] == "DAILY":
        return (day - anchor).days % every == 0
    if said["FREQ"] == "WEEKLY":
        weeks = (_monday(day) - _monday(anchor)).days // 7
        return weeks % every == 0 and day.weekday() in (weekdays or [anchor.weekday()])
    if said["FREQ"] == "MONTHLY":
        fits = ((day.year - anchor.year) * 12 + day.month - anchor.month) % every == 0
    else:
        fits = (day.year - anchor.year) % every == 0 and (bool(months) or day.month == anchor.month)
    if weekdays:
        return fits and _by_weekday(said.get("BYSETPOS"), weekdays, day, whole_year=said["FREQ"] == "YEARLY")
    wanted = [int(each) for each in said.get("BYMONTHDAY", str(anchor.day)).split(",")]
    return fits and day in [_month_day(day.year, day.month, each) for each in wanted]


def _by_weekday(position: str | None, weekdays: list[int], day: date, *, whole_year: bool) -> bool:
    if day.weekday() not in weekdays:
        return False
    if position is None:
        return True
    if whole_year:
        raise ValueError("the first of a year is asked for nowhere")
    length = monthrange(day.year, day.month)[1]
    same = [each for each in range(1, length + 1) if date(day.year, day.month, each).weekday() in weekdays]
    at = int(position)
    index = at if at < 0 else at - 1
    return -len(same) <= index < len(same) and same[index] == day.day


def in_season(day: date, starts: str, ends: str) -> bool:
    """Whether `day` lies in a season, both ends of which, as "MM-DD", are in it."""
    here, first, last = ((day.month, day.day), *(tuple(int(each) for each in end.split("-")) for end in (starts, ends)))
    return first <= here <= last if first <= last else here >= first or here <= last


def _later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    return _month_day(day.year + years, month + 1, day.day)


def _month_day(year: int, month: int, day: int) -> date:
    return date(year, month, min(day, monthrange(year, month)[1]))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
