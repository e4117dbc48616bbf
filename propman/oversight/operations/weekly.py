"""Telling officials, once a week, what the last week left in their areas."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.oversight import rules
from propman.oversight.notices import tell_week, week_ref
from propman.oversight.queries import weekly

FROM, UNTIL = 7, 21  # the local hours in which anybody is told


def tell_officials(session: Session, *, now: datetime) -> int:
    """Tell each official who was not told yet what the last week left in the communities of their areas; nobody of
    nothing, or at night. How many messages. Flushes.

    Whoever comes second finds the notice of the week there. What comes up later is of the next week.
    """
    today = clock.local_date(now)
    week = rules.week_before(today)
    people = weekly.officials(session, today) if FROM <= clock.local(now).hour < UNTIL else {}
    before = weekly.told(session, week_ref(week)) if people else set()
    waiting = {person: areas for person, areas in people.items() if person not in before}
    left = weekly.left_of(session, week) if waiting else {}
    paths, told = weekly.paths(session) if left else {}, 0
    for person, areas in waiting.items():
        counts = Counter[str]()
        for community_id, its in left.items():
            if paths[community_id].startswith(tuple(areas)):
                counts.update(its)
        told += tell_week(session, week=week, person=person, counts=counts, now=now) if counts else 0
    return told
