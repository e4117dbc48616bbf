"""What must always be true of the stored rows of this room. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from propman.communities.models import Place
from propman.invariants import Finding, Promises
from propman.outages.models import Outage, OutageEvent, OutagePlace
from propman.outages.rules import Move


def promises(session: Session) -> Promises:
    """O01: an outage has places, all in its community; it stands as its last event says, and its events follow each
    other from the announcement.
    """
    return {"O01": lambda: _outages(session)}


def _outages(session: Session) -> Finding:
    count = session.scalar(select(func.count()).select_from(Outage)) or 0
    return Finding("O01", count, (*_misplaced(session), *_nowhere(session), *_untold(session), *_jumps(session)))


def _misplaced(session: Session) -> Iterator[str]:
    community = aliased(Place)
    query = (
        select(OutagePlace.outage_id, Place.id)
        .join(Place, Place.id == OutagePlace.place_id)
        .join(Outage, Outage.id == OutagePlace.outage_id)
        .join(community, community.id == Outage.community_id)
        .where(~Place.path.startswith(community.path))
    )
    for outage_id, place_id in session.execute(query):
        yield f"outage {outage_id} has place {place_id} of another community"


def _nowhere(session: Session) -> Iterator[str]:
    placed = select(OutagePlace.place_id).where(OutagePlace.outage_id == Outage.id)
    for one in session.scalars(select(Outage.id).where(~placed.exists())):
        yield f"outage {one} has no place"


def _untold(session: Session) -> Iterator[str]:
    last = (OutageEvent.outage_id == Outage.id) & (OutageEvent.version == Outage.version)
    query = select(Outage, OutageEvent).outerjoin(OutageEvent, last)
    moves = {Move.ENDED: "ended", Move.CALLED_OFF: "called off"}
    rows: Iterable[tuple[Outage, OutageEvent | None]] = session.execute(query).all()
    for outage, event in rows:
        said = "ended" if outage.ended_at else "called off" if outage.called_off_at else None
        told = None if event is None else (moves.get(event.move), event.starts_at, event.ends_at)
        if told != (said, outage.starts_at, outage.times.end):
            yield f"outage {outage.id} is not as its last event says"


def _jumps(session: Session) -> Iterator[str]:
    later = aliased(OutageEvent)
    query = select(OutageEvent.outage_id, later.version).join(
        later, (later.outage_id == OutageEvent.outage_id) & (later.version == OutageEvent.version + 1)
    )
    before = (later.starts_before, later.ends_before)
    wrong = (before[0] != OutageEvent.starts_at) | (before[1] != OutageEvent.ends_at) | (later.at < OutageEvent.at)
    for outage_id, version in session.execute(query.where(wrong)):
        yield f"event {version} of outage {outage_id} does not follow the one before it"
