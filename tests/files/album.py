"""Photographs in store and database, and what the recount says of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from propman import clock
from propman.files.invariants import photos_and_files
from propman.files.models import Photo
from propman.files.operations import Upload, store_photos
from propman.files.store import FileStore
from tests.files import samples

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def kept(session: Session, store: FileStore, count: int = 1) -> list[Photo]:
    """`count` photos, kept and committed; the first is 40 pixels wide, each further one a pixel more."""
    uploads = [Upload(samples.saved(samples.drawing(40 + number, 30), "PNG")) for number in range(count)]
    photos = store_photos(session, store=store, uploads=uploads, now=NOW)
    session.commit()
    return photos


def later(**more: float) -> datetime:
    """A moment after the files were written, by the disk's clock."""
    return clock.now() + timedelta(**more)


def faults(session: Session, store: FileStore, now: datetime) -> tuple[str, ...]:
    """What the recount finds broken."""
    return photos_and_files(session, store=store, now=now).broken


def files(store: FileStore) -> int:
    """How many files there are."""
    return len(list(store.files()))
