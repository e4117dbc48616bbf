"""Photographs kept and erased, on both databases: files before their row, and gone after the commit."""

from __future__ import annotations

import re
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman.errors import Refused
from propman.files.models import Photo
from propman.files.operations import Swept, Upload, delete_erased_files, erase_photo, store_photos, sweep
from propman.files.store import FileStore
from tests.files import samples
from tests.files.album import NOW, faults, files, kept, later


def test_photos_are_kept_in_their_order(session: Session, store: FileStore) -> None:
    photos = kept(session, store, 5)
    assert [photo.width for photo in photos] == [40, 41, 42, 43, 44]
    for photo in photos:
        assert re.fullmatch("[0-9a-f]{32}", photo.key)
        assert sha256(store.read(photo.key)).hexdigest() == photo.sha256
        assert sha256(store.read(photo.thumb_key)).hexdigest() == photo.thumb_sha256
        assert (photo.size, photo.created_at) == (len(store.read(photo.key)), NOW)
    assert len({photo.key for photo in photos}) == 5


def test_the_same_picture_sent_twice_is_two_photos(session: Session, store: FileStore) -> None:
    """So that erasing one report's photo leaves the other's."""
    uploads = [Upload(samples.jpeg()), Upload(samples.jpeg())]
    one, other = store_photos(session, store=store, uploads=uploads, now=NOW)
    assert one.key != other.key
    assert one.sha256 == other.sha256


NAMES = ["漏水照片.jpg", "photo.jpg.php", "a\0.jpg", "../../etc/passwd", "C:\\a.jpg", "CON", "", "长" * 5000,
         ".htaccess", "\u202egpj.exe", "a\r\nSet-Cookie: b", 'a"; filename="x.html', "<b>", "a.svg"]  # fmt: skip


def test_name_of_a_file_decides_nothing(session: Session, store: FileStore) -> None:
    """C6, C60-C67: the same bytes are taken under any name, and no part of it reaches the disk."""
    for name in NAMES:
        store_photos(session, store=store, uploads=[Upload(samples.jpeg(), name)], now=NOW)
        with pytest.raises(Refused, match="not a photo"):
            store_photos(session, store=store, uploads=[Upload(b"MZ", name)], now=NOW)
    assert files(store) == 2 * len(NAMES)
    assert all(re.fullmatch(r"[0-9a-f]{32}(-thumb)?\.webp", file.path.name) for file in store.files())


def test_refusal_names_the_photo_and_keeps_nothing(session: Session, store: FileStore) -> None:
    uploads = [Upload(samples.jpeg()), Upload(b"<svg/>"), Upload(b"")]
    with pytest.raises(Refused, match="Photo 2 is not a photo") as refusal:
        store_photos(session, store=store, uploads=uploads, now=NOW)
    assert (refusal.value.status, refusal.value.field) == (415, "photos")
    assert session.scalar(select(func.count(Photo.id))) == files(store) == 0


def test_a_sixth_photo_is_refused(session: Session, store: FileStore) -> None:
    with pytest.raises(Refused, match="At most 5 photos can be sent at once; these are 6") as refusal:
        store_photos(session, store=store, uploads=[Upload(samples.jpeg())] * 6, now=NOW)
    assert (refusal.value.status, refusal.value.field) == (422, "photos")


def test_store_that_cannot_write_is_said_and_leaves_no_row(session: Session, store: FileStore) -> None:
    """X08: a report without photos is still possible."""
    store.root.parent.write_text("a file where the folder should be")
    with pytest.raises(Refused, match="without photos") as refusal:
        store_photos(session, store=store, uploads=[Upload(samples.jpeg())], now=NOW)
    assert (refusal.value.status, refusal.value.field) == (507, "photos")
    assert session.scalar(select(func.count(Photo.id))) == 0


def test_erasing_takes_hashes_at_once_and_files_after_the_commit(session: Session, store: FileStore) -> None:
    photo, other = kept(session, store, 2)
    erase_photo(session, photo=photo, now=NOW)
    assert files(store) == 4  # a commit that failed would need them
    session.commit()
    assert delete_erased_files(session, store, now=NOW) == 1
    session.commit()
    assert {file.key for file in store.files()} == {other.key, other.thumb_key}
    assert (photo.sha256, photo.thumb_sha256) == (None, None)
    assert (photo.erased_at, photo.files_deleted_at) == (NOW, NOW)
    assert (photo.width, photo.size > 0, photo.created_at) == (40, True, NOW)
    assert faults(session, store, later(days=2)) == ()


def test_erasing_twice_changes_nothing(session: Session, store: FileStore) -> None:
    [photo] = kept(session, store)
    erase_photo(session, photo=photo, now=NOW)
    erase_photo(session, photo=photo, now=NOW + timedelta(days=1))
    assert photo.erased_at == NOW
    assert delete_erased_files(session, store, now=NOW) == 1
    assert delete_erased_files(session, store, now=NOW + timedelta(days=1)) == 0
    assert photo.files_deleted_at == NOW


def test_erasing_that_is_rolled_back_leaves_the_photo_whole(session: Session, store: FileStore) -> None:
    [photo] = kept(session, store)
    erase_photo(session, photo=photo, now=NOW)
    session.rollback()
    assert delete_erased_files(session, store, now=NOW) == 0
    assert faults(session, store, later()) == ()
    assert photo.erased_at is None


def test_deleting_that_was_cut_short_is_done_again(session: Session, store: FileStore) -> None:
    """One file was gone already, and the commit never came."""
    [photo] = kept(session, store)
    erase_photo(session, photo=photo, now=NOW)
    session.commit()
    store.delete(photo.key)
    assert sweep(session, store, now=NOW) == Swept(erased=1, unclaimed=0)
    assert files(store) == 0


# --- the database refuses what must not be ---


@pytest.mark.parametrize("change", ["key = 'short'", "width = 0", "height = 1601", "size = 0", "sha256 = NULL",
                                    "thumb_sha256 = NULL", "erased_at = created_at",
                                    "files_deleted_at = created_at"])  # fmt: skip
def test_database_refuses_a_row_that_contradicts_itself(session: Session, store: FileStore, change: str) -> None:
    kept(session, store)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE photo SET {change}"))
