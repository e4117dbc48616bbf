"""Old, new, when and who of every column that changes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import money
from propman.audit.operations import record_change
from propman.communities.models import Organisation, Place
from propman.projects.models import Project, WorkItem

NAMED: Mapping[str, type[Organisation] | type[Place]] = {
    "owner_id": Organisation, "contractor_id": Organisation, "claim_holder_id": Organisation, "place_id": Place,
}  # fmt: skip
"""Columns whose history tells the name, as it was then, in place of the id."""


def change(
    session: Session, row: Project | WorkItem, new: Mapping[str, object], actor_id: int | None, now: datetime
) -> None:
    """Set the columns of `row` to their `new` values and keep those that change. Flushes."""
    for field, value in new.items():
        note(session, row, field, getattr(row, field), value, actor_id, now)
        setattr(row, field, value)
    session.flush()


def begin(session: Session, row: Project | WorkItem, fields: Mapping[str, object], actor_id: int | None,
          now: datetime) -> None:  # fmt: skip
    """Add `row` with these columns and keep what each begins with. Flushes."""
    for field, value in fields.items():
        setattr(row, field, value)
    session.add(row)
    session.flush()
    for field, value in fields.items():
        note(session, row, field, None, value, actor_id, now)


def note(
    session: Session, row: Project | WorkItem, field: str, old: object, new: object, actor_id: int | None, now: datetime
) -> None:
    """Keep one change; nothing where old equals new."""
    record_change(
        session,
        subject_kind=row.__tablename__,
        subject_id=row.id,
        field=field,
        old=_written(session, field, old),
        new=_written(session, field, new),
        actor_id=actor_id,
        now=now,
    )


def _written(session: Session, field: str, value: object) -> object:
    """`value` as the history tells it: names for ids, yuan for fen."""
    if value is None:
        return None
    if field in NAMED:
        return session.scalar(select(NAMED[field].name).where(NAMED[field].id == value))
    return money.text(value) if field.endswith("_fen") and isinstance(value, int) else value
