"""What waits for somebody on a ticket, as its page says it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from propman.tickets import queries
from propman.tickets.queries.rows import AnyEvent, AnyTicket
from propman.tickets.views.recourse_words import Badge
from propman.tickets.views.urge_words import added_badge, objection_badge, urge_badge
from propman.tickets.workflow import FINAL, Action, Standing


def waiting_told(
    session: Session, ticket: AnyTicket, standing: Standing, events: Sequence[AnyEvent], now: datetime
) -> list[Badge]:
    """How stands what waits for somebody: an objection, an urge, what was added after closing."""
    found = [
        objection_badge(queries.open_objection(session, ticket)) if standing.objection else None,
        urge_badge(queries.open_urge(session, ticket), now) if standing.urged else None,
        added_badge() if ticket.state in FINAL and events[-1].action is Action.ADD else None,
    ]
    return [badge for badge in found if badge is not None]
