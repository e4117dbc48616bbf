"""Reading the audit: what was changed about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman.audit.models import Change
from propman.personal import PersonalText

MOST = 50


@dataclass(frozen=True)
class HistoryLine:
    """One field changed at one moment by a person (a user's id; None: by the system).

    `old` and `new` are the values as they were; None where there was none, or where a personal one was erased.
    """

    at: datetime
    actor_id: int | None
    field: str
    old: str | None
    new: str | None


def history_of(session: Session, *, subject_kind: str, subject_id: int, most: int = MOST) -> tuple[HistoryLine, ...]:
    """The last `most` changes of one thing ("place", "organisation", "user", its id), the latest first.

    Personal values are among them: for who may see the thing itself.
    """
    old, new = aliased(PersonalText), aliased(PersonalText)
    query = (
        select(Change, func.coalesce(Change.old, old.body), func.coalesce(Change.new, new.body))
        .outerjoin(old, old.id == Change.old_text_id)
        .outerjoin(new, new.id == Change.new_text_id)
        .where(Change.subject_kind == subject_kind, Change.subject_id == str(subject_id))
    )
    rows = session.execute(query.order_by(Change.id.desc()).limit(most))
    return tuple(HistoryLine(row.at, row.actor_id, row.field, was, becomes) for row, was, becomes in rows)
