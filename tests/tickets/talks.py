"""What is said about a ticket of the small world, by the moves of the program; each flushes and gives the ticket."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from propman import clock
from propman.accounts.models import User
from propman.files.operations import Upload
from propman.roles import Viewer
from propman.tickets import operations
from propman.tickets.models import Ticket
from tests.stories import holder
from tests.world import World, viewer


def ask(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
        note: str = "几层？", seen_version: int | None = None) -> Ticket:  # fmt: skip
    """dispatcher_mei asks the reporter."""
    now = now or clock.now()
    operations.ask(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now), now=now,
                   seen_version=ticket.version if seen_version is None else seen_version, note=note)  # fmt: skip
    return ticket


def answer(session: Session, world: World, ticket: Ticket, *, by: Viewer | None = None, now: datetime | None = None,
           note: str = "三层", photo: bytes | None = None, seen_version: int | None = None) -> Ticket:  # fmt: skip
    """Whoever holds the link answers."""
    photos = [Upload(photo, "答.jpg")] if photo else []
    operations.answer(session, ticket=ticket, viewer=by or holder(ticket), now=now or clock.now(), note=note,
                      seen_version=ticket.version if seen_version is None else seen_version, store=world.store,
                      photos=photos)  # fmt: skip
    return ticket


def answered(session: Session, world: World, ticket: Ticket, *, now: datetime | None = None,
             photo: bytes | None = None) -> Ticket:  # fmt: skip
    """A question and its answer."""
    return answer(session, world, ask(session, world, ticket, now=now), now=now, photo=photo)


def note(session: Session, world: World, ticket: Ticket, *, by: User | None = None, now: datetime | None = None,
         words: str = "钥匙在门卫") -> Ticket:  # fmt: skip
    """dispatcher_mei notes something down."""
    now = now or clock.now()
    operations.note_down(session, ticket=ticket, viewer=viewer(session, by or world.dispatcher_mei, now=now), now=now,
                         seen_version=ticket.version, note=words)  # fmt: skip
    return ticket


def add(session: Session, world: World, ticket: Ticket, *, by: Viewer | None = None, now: datetime | None = None,
        note: str = "又漏了一处", photo: bytes | None = None, seen_version: int | None = None) -> Ticket:  # fmt: skip
    """Whoever holds the link adds something."""
    photos = [Upload(photo, "补.jpg")] if photo else []
    operations.add(session, ticket=ticket, viewer=by or holder(ticket), now=now or clock.now(), note=note,
                   seen_version=ticket.version if seen_version is None else seen_version, store=world.store,
                   photos=photos)  # fmt: skip
    return ticket
