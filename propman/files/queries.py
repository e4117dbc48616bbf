"""Photographs read: erased ones whose files are still there, and files that no row claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from propman.files.models import Photo, photo_key
from propman.files.store import StoredFile

GRACE = timedelta(hours=24)  # how long a file may lie without a row: no transaction takes that long
AT_ONCE = 500


def awaiting_deletion(session: Session) -> Sequence[Photo]:
    """Erased photos whose files have not been deleted yet, oldest first."""
    query = select(Photo).where(Photo.erased_at.is_not(None), Photo.files_deleted_at.is_(None))
    return session.scalars(query.order_by(Photo.id)).all()


def unclaimed(session: Session, files: Iterable[StoredFile], *, now: datetime) -> Iterator[StoredFile]:
    """Those `files` that are older than 24 hours and belong to no photo, or to one erased more than 24 hours ago."""
    old = (file for file in files if file.written_at <= now - GRACE)
    while chunk := list(islice(old, AT_ONCE)):
        keys = {photo_key(file.key) for file in chunk if file.key}
        standing = or_(Photo.erased_at.is_(None), Photo.erased_at > now - GRACE)
        claimed = set(session.scalars(select(Photo.key).where(Photo.key.in_(keys), standing)))
        yield from (file for file in chunk if not file.key or photo_key(file.key) not in claimed)
