"""The one place where an outage changes: its event is written with it, and everybody concerned is told."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.communities.models import Place
from propman.db import held
from propman.errors import Refused, Stale
from propman.outages import queries, rules
from propman.outages.models import Outage, OutageEvent
from propman.outages.notices import tell
from propman.outages.rules import Move, Times
from propman.roles import Viewer
from propman.text import N_


def loaded(
    session: Session, *, outage_id: int, viewer: Viewer, seen_version: int, wanted: Move, now: datetime
) -> Outage:
    """The outage, held, once it is seen that `viewer` may make the move `wanted` on it now.

    Raises `NotFound`, `Refused` (409, where it stands otherwise), `Stale`.
    """
    on = clock.local_date(now)
    held(session, Place, queries.edited(session, viewer, outage_id, on).community_id)
    outage = held(session, Outage, outage_id)
    if outage.version != seen_version:
        raise Stale()
    allowed = rules.ALLOWED[rules.standing(outage.times, now, queries.grace_on(session, on))]
    if wanted not in allowed:
        raise Refused(_WHY[wanted] if allowed else N_("This outage is over: nothing can be changed."), status=409)
    return outage


_WHY = {
    Move.ENDED: N_("It has not started yet: call it off instead."),
    Move.CALLED_OFF: N_("It has started: end it instead."),
}


def step(session: Session, outage: Outage, move: Move, viewer: Viewer, before: Times | None, now: datetime) -> Outage:
    """Write `outage` as it stands now with the event of its `move`, and the notices. Flushes."""
    outage.version += 1
    session.add(outage)
    session.flush()
    event = OutageEvent(
        outage_id=outage.id, version=outage.version, move=move, at=now, actor_id=viewer.user_id,
        starts_before=before.starts_at if before else None, ends_before=before.ends_at if before else None,
        starts_at=outage.starts_at, ends_at=outage.times.end,
    )  # fmt: skip
    session.add(event)
    session.flush()
    tell(session, outage=outage, event=event, now=now)
    return outage
