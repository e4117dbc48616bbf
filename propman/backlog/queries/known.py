"""What was taken over already."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.tickets.models import ImportedTicket


def taken_over(session: Session, source: str, source_ids: Collection[str]) -> dict[str, ImportedTicket]:
    """Of the `source_ids`, those that were taken over from `source`, with what was claimed then."""
    query = select(ImportedTicket).where(ImportedTicket.source == source, ImportedTicket.source_id.in_(source_ids))
    return {row.source_id: row for row in session.scalars(query)}
