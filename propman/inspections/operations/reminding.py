"""Reminding of duties, and telling higher up: each organisation once a day, each duty once at each level.

The row that says that an organisation was looked after today goes in first: of two processes one tells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.queries import member_ids
from propman.catalogue.queries import number_setting
from propman.communities.models import Organisation
from propman.db import insert_if_absent
from propman.inspections.models import Digest, Reminder, SeasonReminder
from propman.inspections.notices import tell_digest, tell_goes_on
from propman.inspections.queries import reminders as queries
from propman.inspections.reminding import TOLD, Level
from propman.roles import Role

GIVEN = timedelta(days=2)
FROM, UNTIL = 7, 21  # the local hours in which anybody is reminded
SEASONS = "seasons"


def remind_next(session: Session, *, now: datetime) -> int:
    """Look after the next organisation of the day; 0 where none is left, or it is night. Flushes.

    The caller commits, and goes on while there was one.
    """
    on = clock.local_date(now)
    organisation = queries.next_to_tell(session, on) if FROM <= clock.local(now).hour < UNTIL else None
    if organisation is None:
        return 0
    if insert_if_absent(session, Digest, {"organisation_id": organisation.id, "day": on, "notices": 0}):
        mine = select(Digest).where(Digest.organisation_id == organisation.id, Digest.day == on)
        _tell(session, session.scalars(mine).one(), organisation, now)
    return 1


def ask_for_ends(session: Session, *, now: datetime) -> int:
    """Ask after two days, and each day from then on, whether an event is over of which nobody gave the end: what counts
    from it would never be due. How many messages. Flushes.
    """
    if not FROM <= clock.local(now).hour < UNTIL:
        return 0
    found = queries.without_end(session, clock.local_date(now) - GIVEN)
    return sum(tell_goes_on(session, occasion=one, person=person, now=now) for one, person in found)


def _tell(session: Session, digest: Digest, organisation: Organisation, now: datetime) -> None:
    on = clock.local_date(now)
    duties = queries.due_to_tell(session, organisation, now)
    seasons = queries.seasons_to_tell(session, organisation, on, number_setting(session, "season_notice_days", on))
    session.add_all(Reminder(duty_id=duty_id, level=level, digest_id=digest.id)
                    for level, ids in duties.items() for duty_id in ids)  # fmt: skip
    session.add_all(SeasonReminder(plan_id=plan_id, season_on=day, digest_id=digest.id) for plan_id, day in seasons)
    counts = {level: len(ids) for level, ids in duties.items()}
    people = _people(session, organisation, counts, len(seasons), now)
    digest.notices = tell_digest(session, digest=digest, people=people, now=now) if people else 0
    session.flush()


def _people(
    session: Session, organisation: Organisation, counts: Mapping[Level, int], seasons: int, now: datetime
) -> Mapping[int, Mapping[str, int]]:
    """Of how many of what each person is told."""
    on, found = clock.local_date(now), defaultdict[int, dict[str, int]](dict)

    def those(roles: Sequence[Role]) -> list[int]:
        held = (member_ids(session, organisation_id=organisation.id, roles={role}, on=on) for role in roles)
        return next(filter(None, held), [])

    for level, number in counts.items():
        for person in those(TOLD[level]) if number else ():
            found[person][level] = number
    for person in those(TOLD[Level.LATE]) if seasons else ():
        found[person][SEASONS] = seasons
    return found
