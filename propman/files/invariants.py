"""What must always be true of photographs: each row has its files, each file its row, each fingerprint its picture."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from itertools import groupby
from typing import Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from propman.files.fingerprints import NEAR, bands, contradictions, is_telling
from propman.files.models import Photo, PhotoBand, thumb_key
from propman.files.queries import AT_ONCE, unclaimed
from propman.files.store import FileStore
from propman.invariants import Finding, Promises

SAMPLE: Final = 500  # pictures that are looked at again; each takes a few milliseconds


def promises(session: Session, *, store: FileStore, now: datetime) -> Promises:
    """What is promised of photographs, counted afresh when it is called; writes nothing."""
    return {
        "F01": lambda: fingerprints(session, store=store),
        "I05": lambda: photos_and_files(session, store=store, now=now),
    }


def fingerprints(session: Session, *, store: FileStore) -> Finding:
    """F01: each photo is looked up by the quarters of its difference hash where that tells anything, and by no others;
    and the hash is that of the stored picture, among up to 1,000 photos, evenly spread.
    """
    hashed = session.scalar(select(func.count(Photo.difference))) or 0
    query = (
        select(Photo.id, Photo.key, Photo.difference, PhotoBand.band, PhotoBand.value)
        .outerjoin(PhotoBand, PhotoBand.photo_id == Photo.id)
        .where(or_(Photo.difference.is_not(None), PhotoBand.band.is_not(None)))
        .order_by(Photo.id, PhotoBand.band)
    )
    checked, broken, every = 0, list[str](), max(1, hashed // SAMPLE)
    rows = session.execute(query.execution_options(yield_per=AT_ONCE))
    for (photo_id, key, bits), found in groupby(rows, key=lambda row: (row.id, row.key, row.difference)):
        stored = [(row.band, row.value) for row in found if row.band is not None]
        if stored != (list(enumerate(bands(bits))) if bits is not None and is_telling(bits) else []):
            broken.append(f"photo {photo_id}: it is not looked up by its difference hash")
        if bits is not None and checked % every == 0 and not _looks_like(store, key, bits):
            broken.append(f"photo {photo_id}: its difference hash is not that of its picture")
        checked += 1
    return Finding("F01", checked, tuple(broken))


def _looks_like(store: FileStore, key: str, bits: int) -> bool:
    """Whether the picture under `key` has the difference hash `bits`, as near as a file saved anew can; also where
    there is none or it is broken, which I05 says. The thumbnail is looked at: it is the same picture, and quicker.
    """
    from propman.files.pillow import Image, greys

    try:
        with Image.open(BytesIO(store.read(thumb_key(key))), formats=("WEBP",)) as image:
            return contradictions(greys(image), bits) <= NEAR
    except OSError:
        return True


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
