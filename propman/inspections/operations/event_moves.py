"""One move of an event, whoever asks for it: its row, what stands with it, and calling it off."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.inspections.models import Duty, Occasion, OccasionMove, OccasionPlace, Target
from propman.inspections.models.occasions import Move
from propman.inspections.notices import tell_occasion
from propman.inspections.operations.ending import supersede
from propman.inspections.queries import occasions as queries
from propman.inspections.recurrence import read
from propman.inspections.upon import Brought, Days
from propman.personal import TextKind, write
from propman.roles import Viewer


def step(session: Session, occasion: Occasion, move: Move, viewer: Viewer, reason: str | None, now: datetime) -> None:
    """Write `occasion` as it stands now, with its move."""
    said = None
    if move is not Move.OPENED:
        said = write(session, kind=TextKind.NOTE, body=reason, now=now)
    occasion.version += 1
    session.add(occasion)
    session.flush()
    session.add(OccasionMove(
        occasion_id=occasion.id, version=occasion.version, move=move, kind=occasion.kind, at=now,
        actor_id=viewer.user_id, starts_on=occasion.starts_on, ends_on=occasion.ends_on,
        reason_id=said.id if said else None,
    ))  # fmt: skip
    session.flush()


def call_off(session: Session, occasion: Occasion, viewer: Viewer, reason: str, now: datetime) -> Occasion:
    """Call off `occasion`, which is held."""
    occasion.called_off_at = now
    step(session, occasion, Move.CALLED_OFF, viewer, reason, now)
    for one in places_of(session, occasion):
        one.off = True
    duties = open_of(session, occasion)
    supersede(session, duties=duties, number=occasion.version, actor_id=viewer.user_id or 0, now=now)
    session.flush()
    tell_occasion(session, occasion=occasion, move=Move.CALLED_OFF, but=viewer.user_id, now=now)
    return occasion


def brings(session: Session, occasion: Occasion, days: Days, on: date) -> Brought:
    """What `occasion` brings by `days`, as the library of the day says it."""
    rows = queries.schedules(session, occasion.kind, on)
    return Brought(days, {row.code: read(row.rule) for row in rows if row.code in occasion.codes})


def open_of(session: Session, occasion: Occasion) -> Sequence[Duty]:
    """What is open of it, held."""
    query = select(Duty).join(Duty.target).where(
        Duty.occasion_id == occasion.id, Duty.ended_as.is_(None), Duty.superseded_by.is_(None)
    )  # fmt: skip
    found = query.order_by(Duty.id).with_for_update(of=(Duty, Target)).execution_options(populate_existing=True)
    return session.scalars(found).all()


def places_of(session: Session, occasion: Occasion) -> Sequence[OccasionPlace]:
    """The communities that it has."""
    return session.scalars(select(OccasionPlace).where(OccasionPlace.occasion_id == occasion.id)).all()
