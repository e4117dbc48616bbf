"""Voice notes kept, erased and swept, as photographs are: the file is there before its row, and goes after the commit.

`store` is the store of the photographs; voice notes lie in a folder of their own inside it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from propman.files.store import FileStore, new_key
from propman.voice import queries
from propman.voice.booth import record_anew
from propman.voice.encode import Recording
from propman.voice.gate import unavailable
from propman.voice.models import VoiceNote
from propman.voice.queries import shelf


@dataclass(frozen=True)
class Spoken:
    """A file as it came in, and what was recorded of it where the caller has done that already."""

    data: bytes
    recording: Recording | None = None

    def prepared(self) -> Recording:
        """As a recording of ours. Takes up to seconds, so callers do it before their transaction. Raises `Refused` as
        `booth.record_anew`.
        """
        return self.recording or record_anew(self.data)


def keep(session: Session, *, store: FileStore, spoken: Spoken, now: datetime) -> VoiceNote:
    """Put the file on the disk, then write the row. Flushes. Raises `Refused` (507) when the store cannot take it."""
    recording, key = spoken.prepared(), new_key()
    try:
        shelf(store).put(key, recording.data)
    except OSError as error:
        raise unavailable(507) from error
    note = VoiceNote(key=key, sha256=hashlib.sha256(recording.data).hexdigest(), milliseconds=recording.milliseconds,
                     size=len(recording.data), created_at=now)  # fmt: skip
    session.add(note)
    session.flush()
    return note


def erase_voice(session: Session, *, note: VoiceNote, now: datetime) -> None:
    """Mark `note` erased: from here on nobody hears it. A second time changes nothing. Flushes."""
    if note.erased_at is None:
        note.erased_at, note.sha256 = now, None
        session.flush()


def delete_erased_voices(session: Session, store: FileStore, *, now: datetime) -> int:
    """Delete the files of all voice notes whose erasing has been committed; how many. Flushes. Safe to repeat."""
    notes = queries.awaiting_deletion(session)
    for note in notes:
        shelf(store).delete(note.key)
        note.file_deleted_at = now
    session.flush()
    return len(notes)


def sweep(session: Session, store: FileStore, *, now: datetime) -> int:
    """Delete the files of erased voice notes, and those older than 24 hours that no row claims; how many. Flushes."""
    gone = delete_erased_voices(session, store, now=now)
    for file in queries.unclaimed(session, shelf(store).files(), now=now):
        shelf(store).discard(file)
        gone += 1
    return gone
