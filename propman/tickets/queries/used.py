"""Photographs of a repair whose picture was used on another report before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.roles import Viewer
from propman.tickets.models import Attachment
from propman.tickets.queries.scope import queue_scope


class UsedBefore(NamedTuple):
    """On which report, by its number, None where it lies outside the scope of who looks; and whether the same file."""

    number: str | None
    same_file: bool


def used_before_on(
    session: Session, attachments: Sequence[Attachment], viewer: Viewer, now: datetime
) -> list[UsedBefore]:  # fmt: skip
    """Where what is still there of `attachments` was used before, each place once. One statement, and none where
    nothing was.
    """
    noted = {
        each.earlier_id: each.earlier_same_file is True
        for each in attachments
        if each.earlier_id is not None and each.photo.erased_at is None
    }
    if not noted:
        return []
    seen = queue_scope(session, viewer, now).subquery()
    query = (
        select(Attachment.id, seen.c.number)
        .outerjoin(seen, seen.c.id == Attachment.ticket_id)
        .where(Attachment.id.in_(noted))
        .order_by(Attachment.id)
    )
    return list(dict.fromkeys(UsedBefore(row.number, noted[row.id]) for row in session.execute(query)))
