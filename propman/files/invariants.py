"""What must always be true of photographs: each row has its files, each file its row."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from propman.files.models import Photo, thumb_key
from propman.files.queries import AT_ONCE, unclaimed
from propman.files.store import FileStore
from propman.invariants import Finding, Promises


def promises(session: Session, *, store: FileStore, now: datetime) -> Promises:
    """What is promised of photographs, counted afresh when it is called; writes nothing."""
    return {"I05": lambda: photos_and_files(session, store=store, now=now)}


def photos_and_files(session: Session, *, store: FileStore, now: datetime) -> Finding:
    """I05: each photo that is not erased has both files, with the SHA-256 of its row; each file older than 24 hours
    belongs to a photo that was not erased more than 24 hours ago. Reads every file.
    """
    query = select(Photo.id, Photo.key, Photo.sha256, Photo.thumb_sha256).where(Photo.erased_at.is_(None))
    checked, broken = 0, list[str]()
    for photo_id, key, picture, thumb in session.execute(query.execution_options(yield_per=AT_ONCE)):
        checked += 1
        broken += [f"photo {photo_id}: {fault}" for fault in _faults(store, key, picture, "its file")]
        broken += [f"photo {photo_id}: {fault}" for fault in _faults(store, thumb_key(key), thumb, "its thumbnail")]
    files = list(store.files())
    broken += [f"file {file.path.name}: no photo claims it" for file in unclaimed(session, files, now=now)]
    return Finding("I05", checked + len(files), tuple(broken))


def _faults(store: FileStore, key: str, sha256: str | None, what: str) -> Iterator[str]:
    try:
        if hashlib.sha256(store.read(key)).hexdigest() != sha256:
            yield f"{what} does not match its SHA-256"
    except FileNotFoundError:
        yield f"{what} is missing"
