"""What was changed: old, new, when and who, as the administration pages show it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.audit.models import Change

MOST = 50


@dataclass(frozen=True)
class HistoryLine:
    """One field changed at one moment by a person (a user's id; None: by the system)."""

    at: datetime
    actor_id: int | None
    field: str
    old: str | None
    new: str | None


def history(session: Session, *, subject_kind: str, subject_id: int, most: int = MOST) -> tuple[HistoryLine, ...]:
    """The last `most` changes of one thing ("place" or "organisation", its id), the latest first."""
    query = select(Change).where(Change.subject_kind == subject_kind, Change.subject_id == str(subject_id))
    rows = session.scalars(query.order_by(Change.id.desc()).limit(most))
    return tuple(HistoryLine(row.at, row.actor_id, row.field, row.old, row.new) for row in rows)
