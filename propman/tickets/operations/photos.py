"""Photographs and voice notes onto a ticket: the files are on disk before the rows that name them are flushed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from propman.files.operations import Upload, store_photos
from propman.files.store import FileStore
from propman.personal import TextKind, write
from propman.tickets.models import Attachment, Stage, Ticket, TicketEvent
from propman.voice.operations import Spoken, keep


def attach(
    session: Session, *, ticket: Ticket, event: TicketEvent, uploads: Sequence[Upload], store: FileStore,
    stage: Stage = Stage.REPORT, voice: Spoken | None = None,
) -> None:  # fmt: skip
    """Store `uploads` and what was spoken, and hang them on the move `event`. Flushes.

    Raises `Refused` 413, 415 or 422 naming the photo, or for the voice note.
    """
    for upload, photo in zip(uploads, store_photos(session, store=store, uploads=uploads, now=event.at), strict=True):
        name = write(session, kind=TextKind.FILE_NAME, body=upload.file_name[:255], now=event.at)
        session.add(
            Attachment(
                ticket_id=ticket.id, event_id=event.id, photo_id=photo.id, stage=stage,
                file_name_id=name.id if name else None,
            )
        )  # fmt: skip
    if voice is not None:
        event.voice = keep(session, store=store, spoken=voice, now=event.at)
    session.flush()
