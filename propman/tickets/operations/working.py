"""What a repair took, written down with its completion: minutes, parts, other cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.catalogue.queries import number_setting
from propman.errors import Refused
from propman.money import MOST_FEN
from propman.personal import TextKind, clean, write
from propman.text import N_
from propman.tickets.models import TicketEvent, WorkPart, WorkRecord

MOST_MINUTES = 6000  # a hundred hours: what is above is a slip of the finger
MOST_PIECES = 9999
MOST_PARTS = 20
PART_LENGTH = 80


@dataclass(frozen=True)
class PartUsed:
    """So many pieces of something, at `unit_fen` each; None where nobody knows the price."""

    what: str
    pieces: int | None
    unit_fen: int | None = None


@dataclass(frozen=True)
class Work:
    """What a repair took; nothing of it has to be said, unless the installation asks for minutes."""

    minutes: int | None = None
    parts: Sequence[PartUsed] = ()
    other_fen: int | None = None

    @property
    def is_told(self) -> bool:
        """Whether anything was said."""
        return self.minutes is not None or bool(self.parts) or self.other_fen is not None


NOTHING_SAID = Work()


def check_work(session: Session, work: Work, now: datetime) -> None:
    """Raises `Refused` (422) naming `minutes`, `parts` or `other_fen` for what cannot be."""
    if work.minutes is None and number_setting(session, "completion_needs_minutes", clock.local_date(now)):
        raise Refused(N_("Please say how many minutes it took."), field="minutes")
    if work.minutes is not None and not 1 <= work.minutes <= MOST_MINUTES:
        raise Refused(N_("It must be 1 to %(most)s minutes."), field="minutes", most=MOST_MINUTES)
    if len(work.parts) > MOST_PARTS:
        raise Refused(N_("At most %(most)s kinds of parts."), field="parts", most=MOST_PARTS)
    for part in work.parts:
        if not 1 <= len(clean(part.what)) <= PART_LENGTH:
            raise Refused(N_("Please name each part, in at most %(most)s characters."), field="parts", most=PART_LENGTH)
        if part.pieces is None or not 1 <= part.pieces <= MOST_PIECES:
            raise Refused(N_("Please say how many of each part: 1 to %(most)s."), field="parts", most=MOST_PIECES)
    for field, fen in (("other_fen", work.other_fen), *(("parts", part.unit_fen) for part in work.parts)):
        if fen is not None and not 0 <= fen < MOST_FEN // MOST_PIECES:
            raise Refused(N_("This amount is too much."), field=field)


def record_work(session: Session, *, event: TicketEvent, work: Work) -> None:
    """Write down what the completion `event` took, if anything was said; checked before. Flushes."""
    if not work.is_told:
        return
    record = WorkRecord(ticket_id=event.ticket_id, event_id=event.id, minutes=work.minutes, other_fen=work.other_fen)
    for part in work.parts:
        what = write(session, kind=TextKind.NOTE, body=part.what, now=event.at)
        record.parts.append(WorkPart(what=what, pieces=part.pieces, unit_fen=part.unit_fen))
    session.add(record)
    session.flush()
