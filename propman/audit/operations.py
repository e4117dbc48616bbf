"""Writing the audit, in the transaction of the act."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from propman.audit.models import AuditRecord, Change
from propman.personal import TextKind, write

# The request under way says here which one it is, so that every row carries it and no operation has to hand it on.
current_request: ContextVar[str | None] = ContextVar("current_request", default=None)


def record(
    session: Session,
    *,
    act: str,
    subject_kind: str,
    subject_id: object,
    actor_id: int | None,
    now: datetime,
    **details: Any,
) -> None:
    """Add one act. `details` hold ids, counts and field names, never personal values. Flushes with the session."""
    session.add(
        AuditRecord(
            act=act,
            subject_kind=subject_kind,
            subject_id=str(subject_id),
            actor_id=actor_id,
            at=now,
            request_id=current_request.get(),
            details=details,
        )
    )


def record_change(
    session: Session,
    *,
    subject_kind: str,
    subject_id: object,
    field: str,
    old: object,
    new: object,
    actor_id: int | None,
    now: datetime,
    personal: TextKind | None = None,
) -> None:
    """Keep old, new, when and who of one field; nothing when old equals new.

    With `personal`, both values go into rows of personal content, which erasing the person empties.
    """
    if old == new:
        return
    change = Change(subject_kind=subject_kind, subject_id=str(subject_id), field=field, actor_id=actor_id, at=now,
                    request_id=current_request.get())  # fmt: skip
    if personal is None:
        change.old = None if old is None else str(old)
        change.new = None if new is None else str(new)
    else:
        before = write(session, kind=personal, body=None if old is None else str(old), now=now)
        after = write(session, kind=personal, body=None if new is None else str(new), now=now)
        change.old_text_id = before.id if before else None
        change.new_text_id = after.id if after else None
    session.add(change)
