"""Photographs kept, erased and swept. Files reach the disk before their rows are written; they go after the commit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import and_, delete, insert, or_
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.files import queries
from propman.files.darkroom import draw_anew
from propman.files.encode import Picture
from propman.files.fingerprints import bands, is_telling
from propman.files.gate import unavailable
from propman.files.models import Photo, PhotoBand, thumb_key
from propman.files.store import FileStore, new_key
from propman.text import N_

MOST_PHOTOS: Final = 5  # in one form


@dataclass(frozen=True)
class Upload:
    """A file as it came in. Its name is personal text, which callers keep elsewhere; nothing here depends on it."""

    data: bytes
    file_name: str = ""
    picture: Picture | None = None  # `data` drawn anew, where the caller has done that already


def prepare(uploads: Sequence[Upload]) -> list[Picture]:
    """The `uploads` as pictures of ours, in their order. Needs no database and takes up to a second or two each, so
    callers do it before their transaction: nobody else should wait for a decoder.

    Raises `Refused` with field "photos": for the first one that is not let in (it names the photo, counted from 1, and
    why; 413, 415 or 422), 422 for more than five, and 503 where no process can be started to open them.
    """
    if len(uploads) > MOST_PHOTOS:
        sentence = N_("At most %(most)s photos can be sent at once; these are %(sent)s.")
        raise Refused(sentence, field="photos", most=MOST_PHOTOS, sent=len(uploads))
    return [upload.picture or draw_anew(upload.data, number=number) for number, upload in enumerate(uploads, start=1)]


def keep(session: Session, *, store: FileStore, pictures: Sequence[Picture], now: datetime) -> list[Photo]:
    """Put both files of each picture on the disk, then write the rows, in the same order. Flushes.

    Raises `Refused` (507) when the store cannot take them, a full disk for instance; no row is written then.
    """
    try:
        photos = [_keep_files(store, picture, now) for picture in pictures]
    except OSError as error:
        raise unavailable(507) from error
    session.add_all(photos)
    session.flush()
    if rows := [row for photo in photos for row in _band_rows(photo)]:
        session.execute(insert(PhotoBand), rows)
    return photos


def store_photos(session: Session, *, store: FileStore, uploads: Sequence[Upload], now: datetime) -> list[Photo]:
    """`prepare` and `keep` in one, for callers whose transaction may take the time."""
    return keep(session, store=store, pictures=prepare(uploads), now=now)


def _keep_files(store: FileStore, picture: Picture, now: datetime) -> Photo:
    key = new_key()
    store.put(key, picture.photo)
    store.put(thumb_key(key), picture.thumb)
    return Photo(
        key=key,
        sha256=hashlib.sha256(picture.photo).hexdigest(),
        thumb_sha256=hashlib.sha256(picture.thumb).hexdigest(),
        received_sha256=picture.prints.received if picture.prints else None,
        difference=picture.prints.difference if picture.prints else None,
        width=picture.width,
        height=picture.height,
        size=len(picture.photo),
        created_at=now,
    )


def _band_rows(photo: Photo) -> list[dict[str, int]]:
    """The rows by which what looks like `photo` is found; none where its hash does not tell it from others."""
    if photo.difference is None or not is_telling(photo.difference):
        return []
    return [{"band": band, "value": value, "photo_id": photo.id} for band, value in enumerate(bands(photo.difference))]


def erase_photo(session: Session, *, photo: Photo, now: datetime) -> None:
    """Mark `photo` erased: from here on nobody is shown it. A second time changes nothing. Flushes.

    Its files go with `delete_erased_files`, after the commit: a commit that fails must not leave a row without files.
    """
    if photo.erased_at is not None:
        return
    if rows := _band_rows(photo):
        is_one = (and_(*(getattr(PhotoBand, name) == value for name, value in row.items())) for row in rows)
        session.execute(delete(PhotoBand).where(or_(*is_one)))  # by its whole key: no other index is kept
    photo.erased_at, photo.sha256, photo.thumb_sha256 = now, None, None
    photo.received_sha256 = photo.difference = None
    session.flush()


def delete_erased_files(session: Session, store: FileStore, *, now: datetime) -> int:
    """Delete the files of all photos whose erasing has been committed; gives the number of photos. Flushes.

    To be called in a transaction after the one that erased. Cut short, it is simply done again.
    """
    photos = queries.awaiting_deletion(session)
    for photo in photos:
        store.delete(photo.key)
        store.delete(photo.thumb_key)
        photo.files_deleted_at = now
    session.flush()
    return len(photos)


@dataclass(frozen=True)
class Swept:
    """What a sweep removed: photos that had been erased, and files that no row claimed."""

    erased: int
    unclaimed: int


def sweep(session: Session, store: FileStore, *, now: datetime) -> Swept:
    """Delete the files of erased photos, and files older than 24 hours that no photo claims: left behind by a process
    that was killed between file and row. Flushes.
    """
    erased = delete_erased_files(session, store, now=now)
    unclaimed = 0
    for file in queries.unclaimed(session, store.files(), now=now):
        store.discard(file)
        unclaimed += 1
    return Swept(erased, unclaimed)
