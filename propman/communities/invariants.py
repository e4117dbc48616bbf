"""What must always be true of the stored rows of this room: a line for each that breaks a promise. Reads only."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Engagement
from propman.spans import lasts_beyond


def overlapping_engagements(session: Session) -> tuple[str, ...]:
    """Pairs of engagements that give one community two managers on one day (part of I10)."""
    one, other = aliased(Engagement), aliased(Engagement)
    query = select(one.community_id, one.id, other.id).where(
        one.community_id == other.community_id,
        one.id < other.id,
        lasts_beyond(one.ends_on, other.starts_on),
        lasts_beyond(other.ends_on, one.starts_on),
    )
    pairs = session.execute(query.order_by(one.id, other.id))
    return tuple(f"community {place}: engagements {first} and {second} overlap" for place, first, second in pairs)
