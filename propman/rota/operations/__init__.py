"""Keeping a rota. Whoever sends people for an organisation keeps its rota."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from propman import clock
from propman.audit.operations import record
from propman.communities.models import Organisation
from propman.db import held
from propman.errors import NotFound, Refused
from propman.roles import Viewer
from propman.rota import queries
from propman.rota.duty import Kind
from propman.rota.models import Departure, Shift
from propman.text import N_

MOST_SHIFTS = 500  # of an organisation
MOST_DEPARTURES = 500
LONGEST = timedelta(days=366)
FARTHEST = timedelta(days=731)


def add_shifts(
    session: Session, *, viewer: Viewer, organisation_id: int, user_id: int, weekdays: Collection[int], begins: time,
    ends: time, now: datetime,
) -> list[Shift]:  # fmt: skip
    """Let somebody be reachable on `weekdays`; hours that begin at the same time are replaced. Flushes.

    Raises `NotFound` for whom `viewer` cannot send, `Refused` (422) for no day and for one too many.
    """
    queries.load_person(session, viewer, organisation_id, user_id, now)
    held(session, Organisation, organisation_id)
    if not weekdays:
        raise Refused(N_("Choose at least one day of the week."), field="day0")
    own = (Shift.organisation_id == organisation_id, Shift.user_id == user_id, Shift.begins == begins)
    session.execute(delete(Shift).where(*own, Shift.weekday.in_(weekdays)))
    _room(session, Shift, organisation_id, MOST_SHIFTS)
    made = [
        Shift(organisation_id=organisation_id, user_id=user_id, weekday=day, begins=begins, ends=ends)
        for day in sorted(set(weekdays))
    ]
    session.add_all(made)
    session.flush()
    record(session, act="rota_hours_set", subject_kind="user", subject_id=user_id, actor_id=viewer.user_id, now=now,
           organisation=organisation_id, weekdays=sorted(set(weekdays)), begins=f"{begins:%H:%M}",
           ends=f"{ends:%H:%M}")  # fmt: skip
    return made


def add_departure(
    session: Session, *, viewer: Viewer, organisation_id: int, user_id: int, kind: Kind, first: date,
    begins: time | None, last: date | None, ends: time | None, now: datetime,
) -> Departure:  # fmt: skip
    """Let somebody be away, or on duty beyond the weekly hours. Flushes.

    Without times whole days are meant, the last one too; an end that lies before the begin of the same day is on the
    next one. Raises `NotFound` for whom `viewer` cannot send, `Refused` (422) for a span that is none.
    """
    queries.load_person(session, viewer, organisation_id, user_id, now)
    held(session, Organisation, organisation_id)
    today = clock.local_date(now)
    if not today - LONGEST <= first <= today + FARTHEST or last is not None and not first <= last <= first + LONGEST:
        raise Refused(N_("Give a first and a last day, at most a year apart."), field="last")
    starts_at = clock.at_local(first, begins or time.min)
    last_day = last or first
    ends_at = clock.at_local(last_day, ends) if ends else clock.at_local(last_day + timedelta(days=1))
    if ends_at <= starts_at and last is None:
        ends_at += timedelta(days=1)
    if ends_at <= max(starts_at, now):
        raise Refused(N_("It must end after its begin, and not lie in the past."), field="ends")
    _room(session, Departure, organisation_id, MOST_DEPARTURES)
    made = Departure(organisation_id=organisation_id, user_id=user_id, kind=kind, starts_at=starts_at, ends_at=ends_at)
    session.add(made)
    session.flush()
    record(session, act="rota_departure_set", subject_kind="user", subject_id=user_id, actor_id=viewer.user_id, now=now,
           organisation=organisation_id, kind=kind.value, starts_at=starts_at.isoformat(),
           ends_at=ends_at.isoformat())  # fmt: skip
    return made


def delete_row(
    session: Session, *, viewer: Viewer, organisation_id: int, user_id: int, row: type[Shift] | type[Departure],
    row_id: int, now: datetime,
) -> None:  # fmt: skip
    """Take one row of somebody's rota out. Raises `NotFound` for a foreign one and for none alike."""
    queries.load_person(session, viewer, organisation_id, user_id, now)
    own = (row.organisation_id == organisation_id, row.user_id == user_id, row.id == row_id)
    found = session.scalars(select(row).where(*own)).one_or_none()
    if found is None:
        raise NotFound()
    session.delete(found)
    session.flush()
    record(session, act="rota_row_deleted", subject_kind="user", subject_id=user_id, actor_id=viewer.user_id, now=now,
           organisation=organisation_id, row=row.__tablename__)  # fmt: skip


def forget(session: Session, *, before: datetime) -> int:
    """Delete what departed from the weekly hours and was over before `before`; how many rows."""
    gone = session.execute(delete(Departure).where(Departure.ends_at < before))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _room(session: Session, row: type[Shift] | type[Departure], organisation_id: int, most: int) -> None:
    count = select(func.count()).select_from(row).where(row.organisation_id == organisation_id)
    if (session.scalar(count) or 0) >= most:
        raise Refused(N_("The rota is full: at most %(most)s entries."), most=most)
