"""What repairs took, as the page of a ticket shows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman.roles import Viewer
from propman.tickets import queries
from propman.tickets.models import WorkRecord
from propman.tickets.queries import ANYTHING, Beside
from propman.tickets.queries.rows import AnyEvent, AnyTicket


@dataclass(frozen=True)
class WorkTold:
    """What each completion of a ticket took, and when it was; what the repairs of its part took so far."""

    records: Sequence[tuple[WorkRecord, datetime]] = ()
    of_part: queries.WorkSum | None = None


def work_told(
    session: Session, ticket: AnyTicket, viewer: Viewer, events: Sequence[AnyEvent], now: datetime, *,
    beside: Beside = ANYTHING,
) -> WorkTold:  # fmt: skip
    """Put it together for `viewer`; nothing for whoever may not read it. `events` is the timeline of `ticket`."""
    if not viewer.roles & queries.SEES_WORK:
        return WorkTold()
    at = {event.id: event.at for event in events}
    return WorkTold(
        records=[(row, at[row.event_id]) for row in queries.work_of(session, ticket)] if beside.work else (),
        of_part=queries.work_of_part(session, ticket.asset_id, viewer, now) if ticket.asset_id else None,
    )
