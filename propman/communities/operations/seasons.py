"""Heating seasons (采暖期), as each city or county sets them: entered, checked against their source, withdrawn."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record_change
from propman.communities.kinds import SEASON_KINDS
from propman.communities.models import HeatingSeason, Place
from propman.communities.operations.guards import YEARS_AHEAD, no_slip
from propman.communities.seasons import LONGEST, SHORTEST, SeasonRule, month_and_day
from propman.db import ID_LIMIT, held
from propman.errors import NotFound, Refused
from propman.personal import one_line
from propman.text import N_

FIRST_YEAR = 1990
LONGEST_SOURCE = 300
_LEAP_YEAR = 2024  # in which every month and day there is, is


def add_season(
    session: Session,
    *,
    place_id: int,
    from_year: int,
    to_year: int | None,
    starts: str,
    ends: str,
    source: str,
    verified_on: date | None = None,
    actor_id: int | None,
    now: datetime,
) -> HeatingSeason:
    """Enter when a city or county is heated: from "10-20" to the end of "04-20", in seasons that begin in these years.

    `to_year` None: until further notice. Raises `Refused` for a place that sets no season, years that are reversed,
    days that are none or give a season shorter or longer than any, a missing source, and the same row again.
    """
    place, today = held(session, Place, place_id), clock.local_date(now)
    if place.kind not in SEASON_KINDS:
        raise Refused(N_("Only cities and counties set the heating season."), field="place_id")
    _fit_years(from_year, to_year, today)
    _fit_days(from_year, starts, ends)
    source = _fit_source(source)
    if verified_on is not None:
        _fit_verified(verified_on, today)
    row = HeatingSeason(place_id=place.id, from_year=from_year, to_year=to_year, starts=starts, ends=ends,
                        source=source, verified_on=verified_on)  # fmt: skip
    _refuse_same(session, row)
    session.add(row)
    session.flush()
    _record(session, row, None, _in_words(row), actor_id, now)
    return row


def verify_season(
    session: Session, *, season_id: int, verified_on: date, actor_id: int | None, now: datetime
) -> HeatingSeason:
    """Say on which day a row was compared with its source. Raises `Refused` for a day yet to come; `NotFound`."""
    row = _held(session, season_id)
    _fit_verified(verified_on, clock.local_date(now))
    old = _in_words(row)
    row.verified_on = verified_on
    session.flush()
    _record(session, row, old, _in_words(row), actor_id, now)
    return row


def withdraw_season(session: Session, *, season_id: int, actor_id: int | None, now: datetime) -> HeatingSeason:
    """Take back a row that was entered by mistake: it counts no more, and stays on record. Raises `NotFound`."""
    row = _held(session, season_id)
    row.withdrawn_at = now
    session.flush()
    _record(session, row, _in_words(row), None, actor_id, now)
    return row


def _held(session: Session, season_id: int) -> HeatingSeason:
    """The row, while its place is held; one that was withdrawn is not there any more."""
    row = session.get(HeatingSeason, season_id) if 0 < season_id < ID_LIMIT else None
    if row is None:
        raise NotFound()
    held(session, Place, row.place_id)
    session.refresh(row)
    if row.withdrawn_at is not None:
        raise NotFound()
    return row


def _fit_years(from_year: int, to_year: int | None, today: date) -> None:
    last = today.year + YEARS_AHEAD
    for year, field in ((from_year, "from_year"), (to_year, "to_year")):
        if year is not None and not FIRST_YEAR <= year <= last:
            raise Refused(N_("It must be a year from %(first)s to %(last)s."), field=field, first=FIRST_YEAR, last=last)
    if to_year is not None and to_year < from_year:
        raise Refused(N_("The last year lies before the first."), field="to_year")


def _fit_days(year: int, starts: str, ends: str) -> None:
    """Refuse what is no month and day, and a season that no place has."""
    for text, field in ((starts, "starts"), (ends, "ends")):
        try:
            month_and_day(text, _LEAP_YEAR)
        except ValueError:
            raise Refused(N_("%(typed)s is no month and day. Write 10-20."), field=field, typed=text[:10]) from None
    season = SeasonRule(year, None, starts, ends).season(year)
    days = (season.last_on - season.first_on).days + 1
    if not SHORTEST <= days <= LONGEST:
        raise Refused(N_("That would be a season of %(days)s days. Look at the months."), field="ends", days=days)


def _fit_source(text: str) -> str:
    nothing = N_("Say where it is written: the notice of the city or county.")
    return one_line(text, nothing=nothing, field="source", most=LONGEST_SOURCE)


def _fit_verified(on: date, today: date) -> None:
    no_slip(on, today, field="verified_on")
    if on > today:
        raise Refused(N_("%(day)s is yet to come."), field="verified_on", day=on.isoformat())


def _refuse_same(session: Session, row: HeatingSeason) -> None:
    """Refuse a row that says what another one says already."""
    same = select(HeatingSeason.id).where(
        HeatingSeason.place_id == row.place_id,
        HeatingSeason.from_year == row.from_year,
        HeatingSeason.to_year.is_(None) if row.to_year is None else HeatingSeason.to_year == row.to_year,
        HeatingSeason.starts == row.starts,
        HeatingSeason.ends == row.ends,
        HeatingSeason.withdrawn_at.is_(None),
    )
    if session.scalars(same).first() is not None:
        raise Refused(N_("This is entered already."), status=409)


def _in_words(row: HeatingSeason) -> str:
    """A row as the history tells it: "2016–: 10-20 → 04-20 (哈政规〔2016〕1号), 2026-03-10"."""
    checked = f", {row.verified_on.isoformat()}" if row.verified_on else ""
    return f"{row.from_year}–{row.to_year or ''}: {row.starts} → {row.ends} ({row.source}){checked}"


def _record(
    session: Session, row: HeatingSeason, old: str | None, new: str | None, actor_id: int | None, now: datetime
) -> None:
    record_change(session, subject_kind="place", subject_id=row.place_id, field="heating_season", old=old, new=new,
                  actor_id=actor_id, now=now)  # fmt: skip
