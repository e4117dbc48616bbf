"""Photographs and voice notes onto a ticket: the files are on disk before the rows that name them are flushed."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.files.models import Photo
from propman.files.operations import Upload, store_photos
from propman.files.queries import used_before
from propman.files.store import FileStore
from propman.personal import TextKind, write
from propman.tickets.models import Attachment, Stage, Ticket, TicketEvent
from propman.voice.operations import Spoken, keep


def attach(
    session: Session, *, ticket: Ticket, event: TicketEvent, uploads: Sequence[Upload], store: FileStore,
    stage: Stage = Stage.REPORT, voice: Spoken | None = None,
) -> None:  # fmt: skip
    """Store `uploads` and what was spoken, and hang them on the move `event`. Flushes. One that shows the end of a
    repair (`Stage.AFTER`) is looked up among those of other reports.

    Raises `Refused` 413, 415 or 422 naming the photo, or for the voice note.
    """
    for upload, photo in zip(uploads, store_photos(session, store=store, uploads=uploads, now=event.at), strict=True):
        name = write(session, kind=TextKind.FILE_NAME, body=upload.file_name[:255], now=event.at)
        attachment = Attachment(
            ticket_id=ticket.id, event_id=event.id, photo_id=photo.id, stage=stage,
            file_name_id=name.id if name else None,
        )  # fmt: skip
        session.add(attachment)
        if stage is Stage.AFTER:
            _note_earlier_use(session, attachment, photo)
    if voice is not None:
        event.voice = keep(session, store=store, spoken=voice, now=event.at)
    session.flush()


def _note_earlier_use(session: Session, attachment: Attachment, photo: Photo) -> None:
    """Say on `attachment` on which other report its picture was used before, if it was."""
    used = {each.photo_id: each for each in used_before(session, photo)}
    if not used:
        return
    elsewhere = select(Attachment).where(Attachment.photo_id.in_(used), Attachment.ticket_id != attachment.ticket_id)
    found = {each.photo_id: each for each in session.scalars(elsewhere)}
    first = next((photo_id for photo_id in used if photo_id in found), None)  # the most alike
    if first is not None:
        attachment.earlier_id, attachment.earlier_same_file = found[first].id, used[first].same_file
