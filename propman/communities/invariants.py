"""What must always be true of the stored rows of this room: a line for each that breaks a promise. Reads only."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Engagement


def overlapping_engagements(session: Session) -> tuple[str, ...]:
    """Pairs of engagements that give one community two managers on one day (part of I10)."""
    one, other = aliased(Engagement), aliased(Engagement)
    query = select(one.community_id, one.id, other.id).where(
        one.community_id == other.community_id,
        one.id < other.id,
        or_(one.ends_on.is_(None), one.ends_on > other.starts_on),
        or_(other.ends_on.is_(None), other.ends_on > one.starts_on),
    )
    pairs = session.execute(query.order_by(one.id, other.id))
    return tuple(f"community {place}: engagements {first} and {second} overlap" for place, first, second in pairs)
