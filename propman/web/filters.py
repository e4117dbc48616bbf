"""Dates, times, spans, money and names as text of the reader's language, in the time of Asia/Shanghai."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from flask import Flask
from flask_babel import get_locale, gettext, ngettext

from propman import clock, money
from propman.web.speech import speech

MINUTE = timedelta(minutes=1)


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
        yuan=yuan,
        quantity=quantity,
        named=name_of,
        iso=lambda at: at.isoformat(timespec="seconds"),
    )


def language() -> str:
    """The language of the reader: "zh" or "en"."""
    locale = get_locale()
    return locale.language if locale else "zh"


def moment(at: datetime | None) -> str:
    """`at` as date and time to the minute; a dash for None."""
    return clock.to_the_minute(at) if at else "–"


def second(at: datetime) -> str:
    """`at` as date and time to the second."""
    return f"{clock.local(at):%Y-%m-%d %H:%M:%S}"


def day(on: date | datetime | None) -> str:
    """`on` as a date with its weekday; a dash for None."""
    return speech().day(on)


def hour(at: datetime) -> str:
    """The time of `at` to the minute, where the day is said already."""
    return f"{clock.local(at):%H:%M}"


def ago(at: datetime) -> str:
    """How long ago `at` was, in words."""
    passed = clock.now() - at
    return str(gettext("%(span)s ago", span=span(passed)) if passed >= timedelta(minutes=1) else gettext("just now"))


def left(due_at: datetime) -> str:
    """The time left until `due_at`, or by how much it has passed, in words."""
    remaining = due_at - clock.now()
    return left_in_words(abs(remaining) // MINUTE, remaining >= timedelta(0), language())


@lru_cache(maxsize=20_000)  # lists are full of them, and most are alike
def left_in_words(minutes: int, ahead: bool, language: str) -> str:
    """As `left`, for whoever has counted already; `language` is the reader's."""
    words = span_in_words(minutes, language)
    return str(gettext("%(span)s left", span=words) if ahead else gettext("%(span)s over", span=words))


def span(length: timedelta) -> str:
    """`length` in its two largest units: days and hours, hours and minutes, or minutes."""
    return span_in_words(max(length // MINUTE, 0), language())


@lru_cache(maxsize=20_000)
def span_in_words(minutes: int, _language: str) -> str:
    """As `span`, for whoever has counted already; `_language` is the reader's."""
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


def yuan(fen: int | None) -> str:
    """An amount of money, as in "1,234.50 yuan"; a dash for None."""
    return "–" if fen is None else str(gettext("%(amount)s yuan", amount=money.text(fen)))


def quantity(number: Decimal) -> str:
    """A quantity without needless zeros, as one would type it: 820.5."""
    return format(number.normalize(), "f")


def name_of(row: object) -> str:
    """The name of a dated row (a category, a type of part) in the reader's language."""
    return in_language(row, "name")


def in_language(row: object, what: str) -> str:
    """Of a dated row's two texts about `what` ("name", "reason") the one in the reader's language."""
    return str(getattr(row, f"{what}_zh" if language() == "zh" else f"{what}_en"))
