"""The days off and the weekend days worked of one holiday, as the yearly notice of the State Council writes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from propman.calendar import DayKind
from propman.catalogue import queries
from propman.catalogue.models import CalendarDay
from propman.catalogue.operations.rules import add_rule, change_rule
from propman.errors import Refused
from propman.text import N_

LONGEST_HOLIDAY = 15


def add_holiday(
    session: Session, *, name: str, first_on: date, last_on: date, made_up: Sequence[date], source: str,
    verified_on: date | None, valid_from: date, actor_id: int | None, now: datetime,
) -> list[CalendarDay]:  # fmt: skip
    """Make the days from `first_on` to `last_on` days off, and the days `made_up` make-up workdays; gives the rows.

    A day that the calendar already has differently is changed from `valid_from`; one that it has alike stays. Raises
    `Refused` naming the field: a span that is reversed or too long, a weekday made up for, a day that is both.
    """
    length = (last_on - first_on).days + 1
    if not 1 <= length <= LONGEST_HOLIDAY:
        raise Refused(N_("A holiday has 1 to %(most)s days."), field="last_on", most=LONGEST_HOLIDAY)
    off = [first_on + timedelta(days=number) for number in range(length)]
    if len(set(made_up)) < len(made_up) or set(made_up) & set(off):
        raise Refused(N_("A day is off or made up for, and named once."), field="made_up")
    for one in made_up:
        if one.weekday() < 5:
            raise Refused(N_("%(day)s is a workday anyhow: only a weekend day is made up for."), field="made_up",
                          day=one.isoformat())  # fmt: skip
    said = {"name_en": name, "source": source, "verified_on": verified_on, "valid_from": valid_from}
    days = dict.fromkeys(off, DayKind.HOLIDAY) | dict.fromkeys(made_up, DayKind.WORKDAY)
    return [_set_day(session, one, {**said, "kind": kind}, actor_id, now) for one, kind in sorted(days.items())]


def _set_day(session: Session, on: date, said: dict[str, Any], actor_id: int | None, now: datetime) -> CalendarDay:
    versions = queries.versions(session, CalendarDay, CalendarDay.day == on)
    lasting = [row for row in versions if row.valid_to is None or row.valid_to > said["valid_from"]]
    if not lasting:
        row: CalendarDay = add_rule(session, kind="days", said={**said, "day": on}, actor_id=actor_id, now=now)
        return row
    if (lasting[0].kind, lasting[0].name_en) == (said["kind"], said["name_en"]):
        return lasting[0]
    changed: CalendarDay = change_rule(
        session, kind="days", row_id=lasting[0].id, said=said, actor_id=actor_id, now=now
    )
    return changed
