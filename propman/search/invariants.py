"""The promise about what reports are found by, recounted from their texts."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.findable.models import TicketWords
from propman.findable.tokens import tokens
from propman.invariants import Finding, Promises
from propman.tickets.models import Ticket
from propman.tickets.operations import findables

BATCH = 1000


def promises(session: Session) -> Promises:
    """What is promised of the search; writes nothing."""
    return {"S01": lambda: found_by_their_texts(session)}


def found_by_their_texts(session: Session) -> Finding:
    """S01: each report has one row of tokens, which are those of its texts as they stand now."""
    ids = session.scalars(select(Ticket.id).order_by(Ticket.id)).all()
    broken: list[str] = []
    for begin in range(0, len(ids), BATCH):
        some = ids[begin : begin + BATCH]
        rows = select(TicketWords.ticket_id, TicketWords.words).where(TicketWords.ticket_id.in_(some))
        kept = {row.ticket_id: row.words for row in session.execute(rows)}
        for report in findables(session, some):
            has, wants = kept.get(report.ticket_id, frozenset()), tokens(report)
            if has != wants:
                broken.append(
                    f"ticket {report.ticket_id} lacks {len(wants - has)} words and has {len(has - wants)} too many"
                )
    return Finding("S01", len(ids), tuple(broken))
