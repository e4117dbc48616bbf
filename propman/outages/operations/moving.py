"""Moving an outage, ending it, calling it off; and the reminder where its end has passed without a word."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.outages import queries, rules
from propman.outages.models import Outage
from propman.outages.notices import tell_late
from propman.outages.operations.announcing import longest_on, refuse_double, sentence
from propman.outages.operations.steps import loaded, step
from propman.outages.rules import Move, Times
from propman.roles import Viewer
from propman.text import N_


def move(
    session: Session, *, outage_id: int, viewer: Viewer, seen_version: int, starts_at: datetime, ends_at: datetime,
    words: str, now: datetime,
) -> Outage:  # fmt: skip
    """Let it start or end at another time, of one that has started only its end; and say why. Flushes.

    Raises as `steps.loaded`, `Refused` (422) for times that make no sense and the same ones, (409) as `announce`.
    """
    outage = loaded(session, outage_id=outage_id, viewer=viewer, seen_version=seen_version, wanted=Move.MOVED, now=now)
    before, planned = outage.times, Times(starts_at, ends_at)
    if planned == before:
        raise Refused(N_("These are the times that it has already."), field="ends")
    rules.check(planned, now, longest_on(session, now), before)
    said = sentence(words)
    refuse_double(session, outage.community, outage.supply, outage.paths, planned, now, outage.id)
    outage.starts_at, outage.ends_at, outage.words = starts_at, ends_at, said
    return step(session, outage, Move.MOVED, viewer, before, now)


def end(session: Session, *, outage_id: int, viewer: Viewer, seen_version: int, now: datetime) -> Outage:
    """Say that it is over now, early or late. Flushes. Raises as `steps.loaded`."""
    outage = loaded(session, outage_id=outage_id, viewer=viewer, seen_version=seen_version, wanted=Move.ENDED, now=now)
    before = outage.times
    outage.ended_at = now
    return step(session, outage, Move.ENDED, viewer, before, now)


def call_off(session: Session, *, outage_id: int, viewer: Viewer, seen_version: int, now: datetime) -> Outage:
    """Say, before it starts, that it does not come. Flushes. Raises as `steps.loaded`."""
    outage = loaded(
        session, outage_id=outage_id, viewer=viewer, seen_version=seen_version, wanted=Move.CALLED_OFF, now=now
    )
    before = outage.times
    outage.called_off_at = now
    return step(session, outage, Move.CALLED_OFF, viewer, before, now)


def remind_late(session: Session, *, now: datetime) -> int:
    """Remind those whose outage was to end and who have said nothing since, once; how many messages."""
    return sum(tell_late(session, outage=outage, now=now) for outage in queries.late(session, now))
