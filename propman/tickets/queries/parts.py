"""What else was reported about a part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_
from sqlalchemy.orm import Session, joinedload

from propman.roles import Viewer
from propman.tickets.models import Ticket
from propman.tickets.queries.scope import queue_scope

MOST = 10


def tickets_of_part(
    session: Session, asset_id: int, viewer: Viewer, now: datetime, *, but: int = 0
) -> Sequence[Ticket]:
    """The reports about a part in the scope of `viewer`, `but` one of them and what is merged with that: the newest
    first, at most `MOST`.

    Those are meant of which the part is known: by its label, as the only one that could be meant, or by a dispatcher.
    """
    other = or_(Ticket.lead_id.is_(None), Ticket.lead_id != but)
    query = queue_scope(session, viewer, now).where(Ticket.asset_id == asset_id, Ticket.id != but, other)
    return session.scalars(query.options(joinedload(Ticket.place)).order_by(Ticket.id.desc()).limit(MOST)).all()
