"""What must always be true of voice notes: each row has its file, each file its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.files.queries import AT_ONCE
from propman.files.store import FileStore
from propman.invariants import Finding, Promises
from propman.voice.models import VoiceNote
from propman.voice.queries import shelf, unclaimed


def promises(session: Session, *, store: FileStore, now: datetime) -> Promises:
    """What is promised of voice notes, counted afresh when it is called; writes nothing."""
    return {"V02": lambda: notes_and_files(session, store=shelf(store), now=now)}


def notes_and_files(session: Session, *, store: FileStore, now: datetime) -> Finding:
    """V02: each voice note that is not erased has its file, with the SHA-256 of its row; each file older than 24 hours
    belongs to one that was not erased more than 24 hours ago. Reads every file.
    """
    query = select(VoiceNote.id, VoiceNote.key, VoiceNote.sha256).where(VoiceNote.erased_at.is_(None))
    checked, broken = 0, list[str]()
    for note_id, key, sha256 in session.execute(query.execution_options(yield_per=AT_ONCE)):
        checked += 1
        broken += [f"voice note {note_id}: {fault}" for fault in _faults(store, key, sha256)]
    files = list(store.files())
    broken += [f"file {file.path.name}: no voice note claims it" for file in unclaimed(session, files, now=now)]
    return Finding("V02", checked + len(files), tuple(broken))


def _faults(store: FileStore, key: str, sha256: str | None) -> Iterator[str]:
    try:
        if hashlib.sha256(store.read(key)).hexdigest() != sha256:
            yield "its file does not match its SHA-256"
    except FileNotFoundError:
        yield "its file is missing"
