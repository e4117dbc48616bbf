"""Who is told of a draw, and the sentences."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import ways_to
from propman.notify import operations as outbox
from propman.spotchecks import queries
from propman.spotchecks.models import SpotDraw
from propman.text import N_

DRAWN = "spot_checks.drawn"
TEXTS = {DRAWN: N_("Spot checks: %(number)s were drawn. Please look again by %(due)s.")}
"""Topic -> sentence. Days are the same in both languages."""


def tell_drawn(session: Session, *, draw: SpotDraw, number: int, now: datetime) -> int:
    """Tell the nearest people above who look again; how many rows."""
    people = queries.checkers(session, draw.area, clock.local_date(now))
    return outbox.tell(
        session, event_ref=f"spot_draw:{draw.id}", topic=DRAWN, link=f"/spot-checks/draws/{draw.id}", now=now,
        channels=ways_to(session, people, mailed=True, texted=False), subject=f"spot-draw-{draw.id}",
        facts={"number": number, "due": f"{draw.due_on:%m-%d}"},
    )  # fmt: skip
