"""Voice notes read: where they lie, erased ones whose file is still there, and files that no row claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman.files.queries import AT_ONCE, GRACE
from propman.files.store import FileStore, StoredFile
from propman.voice.models import VoiceNote

FOLDER, SUFFIX = "voice", ".m4a"


def shelf(store: FileStore) -> FileStore:
    """The folder of the voice notes inside `store`, that of the photographs."""
    return type(store)(store.root / FOLDER, suffix=SUFFIX)


def awaiting_deletion(session: Session) -> Sequence[VoiceNote]:
    """Erased voice notes whose file has not been deleted yet, oldest first."""
    query = select(VoiceNote).where(VoiceNote.erased_at.is_not(None), VoiceNote.file_deleted_at.is_(None))
    return session.scalars(query.order_by(VoiceNote.id)).all()


def unclaimed(session: Session, files: Iterable[StoredFile], *, now: datetime) -> Iterator[StoredFile]:
    """Those `files` that are older than 24 hours and belong to no voice note, or to one erased that long ago."""
    old = (file for file in files if file.written_at <= now - GRACE)
    while chunk := list(islice(old, AT_ONCE)):
        standing = or_(VoiceNote.erased_at.is_(None), VoiceNote.erased_at > now - GRACE)
        keys = {file.key for file in chunk if file.key}
        claimed = set(session.scalars(select(VoiceNote.key).where(VoiceNote.key.in_(keys), standing)))
        yield from (file for file in chunk if file.key not in claimed)
