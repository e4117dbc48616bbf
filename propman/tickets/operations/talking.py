"""What is said about a ticket and changes no state: a question to the reporter, the answer, notes, late information."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.errors import Refused
from propman.files.operations import Upload
from propman.files.store import FileStore
from propman.roles import Viewer
from propman.text import N_
from propman.throttle import take
from propman.tickets.models import ClockKind, Ticket, TicketClock, TicketEvent
from propman.tickets.operations.bringing import Brought
from propman.tickets.operations.finding import keep_findable
from propman.tickets.operations.moving import move
from propman.tickets.operations.photos import attach
from propman.tickets.workflow import Action
from propman.voice.operations import Spoken

ADDED_IN_A_DAY = 20
"""How often in a day something is added to one report: each time people are told."""


def ask(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """Put a question to the reporter, which waits for its answer. The clocks run on."""

    def wait(_clocks: dict[ClockKind, TicketClock], at: datetime) -> None:
        ticket.asked_at = ticket.asked_at or at

    return move(session, ticket=ticket, action=Action.ASK, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note), effect=wait)  # fmt: skip


def answer(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    store: FileStore, photos: Sequence[Upload] = (), voice: Spoken | None = None,
) -> TicketEvent:  # fmt: skip
    """The reporter answers in words, written or spoken, in photographs, or in both: nothing waits any more."""

    def settle(_clocks: dict[ClockKind, TicketClock], _at: datetime) -> None:
        ticket.asked_at = None

    event = move(session, ticket=ticket, action=Action.ANSWER, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, photos=len(photos), voice=voice is not None), effect=settle)  # fmt: skip
    keep_findable(session, ticket_ids=[ticket.id])
    attach(session, ticket=ticket, event=event, uploads=photos, voice=voice, store=store)
    return event


def note_down(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None
) -> TicketEvent:
    """A note for those who work on it: nobody is told, and `queries.hearing` says who reads it."""
    return move(session, ticket=ticket, action=Action.NOTE, viewer=viewer, seen_version=seen_version, now=now,
                brought=Brought(note=note))  # fmt: skip


def add(
    session: Session, *, ticket: Ticket, viewer: Viewer, seen_version: int, now: datetime, note: str | None,
    store: FileStore, photos: Sequence[Upload] = (), voice: Spoken | None = None,
) -> TicketEvent:  # fmt: skip
    """The reporter adds words, written or spoken, or photographs, also once it is closed; that opens nothing again.

    Raises `Refused` as `moving.move`, and 429 after `ADDED_IN_A_DAY`.
    """
    today = clock.day_span(clock.local_date(now))[0]
    if not take(session, subject=f"added:{ticket.id}", limit=ADDED_IN_A_DAY, window_at=today):
        raise Refused(N_("%(most)s times something was added today. Please call, or add the rest tomorrow."),
                      status=429, most=ADDED_IN_A_DAY)  # fmt: skip
    event = move(session, ticket=ticket, action=Action.ADD, viewer=viewer, seen_version=seen_version, now=now,
                 brought=Brought(note=note, photos=len(photos), voice=voice is not None))  # fmt: skip
    keep_findable(session, ticket_ids=[ticket.id])
    attach(session, ticket=ticket, event=event, uploads=photos, voice=voice, store=store)
    return event
