"""Photographs kept, erased and swept, on both databases: no row without its files, no file for good without a row."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.db import engine_options, prepare_engine
from propman.errors import Refused
from propman.files import queries
from propman.files.invariants import recount
from propman.files.models import Photo
from propman.files.operations import (
    Swept,
    Upload,
    delete_erased_files,
    erase_photo,
    store_photos,
    sweep,
)
from propman.files.store import FileStore, new_key
from propman.invariants import Finding
from tests.files import samples

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
DAY = timedelta(hours=24)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session without the application: nothing here needs it."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path / "photos")


def kept(session: Session, store: FileStore, count: int = 1) -> list[Photo]:
    uploads = [Upload(samples.saved(samples.drawing(40 + number, 30), "PNG")) for number in range(count)]
    photos = store_photos(session, store=store, uploads=uploads, now=NOW)
    session.commit()
    return photos


def later(**more: float) -> datetime:
    """A moment after the files were written, by the disk's clock."""
    return clock.now() + timedelta(**more)


def faults(session: Session, store: FileStore, now: datetime) -> tuple[str, ...]:
    [finding] = recount(session, store=store, now=now)
    assert finding.id == "I05"
    return finding.broken


def files(store: FileStore) -> int:
    return len(list(store.files()))


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


def test_store_that_cannot_write_is_said_and_leaves_no_row(session: Session, tmp_path: Path) -> None:
    """X08: a report without photos is still possible."""
    (tmp_path / "photos").write_text("a file where the folder should be")
    with pytest.raises(Refused, match="without photos") as refusal:
        store_photos(session, store=FileStore(tmp_path / "photos"), uploads=[Upload(samples.jpeg())], now=NOW)
    assert (refusal.value.status, refusal.value.field) == (507, "photos")
    assert session.scalar(select(func.count(Photo.id))) == 0


def test_photo_is_found_by_its_key_until_it_is_erased(session: Session, store: FileStore) -> None:
    [photo] = kept(session, store)
    assert queries.photo_by_key(session, photo.key) is photo
    for wrong in (new_key(), photo.thumb_key, photo.key.upper(), "../../etc/passwd", "a\0.jpg", "", "\ud800"):
        assert queries.photo_by_key(session, wrong) is None
    erase_photo(session, photo=photo, now=NOW)
    assert queries.photo_by_key(session, photo.key) is None


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
    erase_photo(session, photo=photo, now=NOW + DAY)
    assert photo.erased_at == NOW
    assert delete_erased_files(session, store, now=NOW) == 1
    assert delete_erased_files(session, store, now=NOW + DAY) == 0
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


def test_sweep_leaves_young_files_and_claimed_ones(session: Session, store: FileStore) -> None:
    kept(session, store, 2)
    store.put(new_key(), b"a row may still be coming")
    assert sweep(session, store, now=later(hours=23)) == Swept(0, 0)
    assert sweep(session, store, now=later(hours=25)) == Swept(0, 1)
    assert files(store) == 4


def test_sweep_takes_files_that_came_back_after_erasing(session: Session, store: FileStore) -> None:
    """As when an older copy of the folder is restored."""
    [photo] = kept(session, store)
    picture = store.read(photo.key)
    erase_photo(session, photo=photo, now=NOW)
    delete_erased_files(session, store, now=NOW)
    store.put(photo.key, picture)
    assert faults(session, store, later(hours=25)) == (f"file {photo.key}.webp: no photo claims it",)
    assert sweep(session, store, now=later(hours=25)) == Swept(0, 1)


def test_sweep_of_many_files_asks_in_portions(
    session: Session, store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "AT_ONCE", 3)
    kept(session, store, 4)
    for _ in range(7):
        store.put(new_key(), b"left behind")
    assert sweep(session, store, now=later(hours=25)) == Swept(0, 7)
    assert files(store) == 8


# --- I05: a row without files and a file without a row are found ---


def test_recount_of_nothing_counts_nothing(session: Session, store: FileStore) -> None:
    assert recount(session, store=store, now=NOW) == [Finding("I05", 0, ())]


def test_recount_counts_photos_and_files(session: Session, store: FileStore) -> None:
    kept(session, store, 3)
    assert recount(session, store=store, now=later(days=2)) == [Finding("I05", 9, ())]


def test_recount_finds_missing_and_changed_files(session: Session, store: FileStore) -> None:
    whole, changed, missing = kept(session, store, 3)
    store.put(changed.key, b"another picture")
    store.delete(missing.thumb_key)
    assert set(faults(session, store, later())) == {
        f"photo {changed.id}: its file does not match its SHA-256",
        f"photo {missing.id}: its thumbnail is missing",
    }


def test_recount_finds_files_without_a_row(session: Session, store: FileStore) -> None:
    key = new_key()
    store.put(key, b"nobody's")
    assert faults(session, store, later(hours=23)) == ()
    assert faults(session, store, later(hours=25)) == (f"file {key}.webp: no photo claims it",)


def test_recount_finds_an_erased_photo_whose_files_stay(session: Session, store: FileStore) -> None:
    [photo] = kept(session, store)
    erase_photo(session, photo=photo, now=clock.now())
    assert faults(session, store, later(hours=23)) == ()
    assert len(faults(session, store, later(hours=25))) == 2


# --- the database refuses what must not be ---


@pytest.mark.parametrize("change", ["key = 'short'", "width = 0", "height = 1601", "size = 0", "sha256 = NULL",
                                    "thumb_sha256 = NULL", "erased_at = created_at",
                                    "files_deleted_at = created_at"])  # fmt: skip
def test_database_refuses_a_row_that_contradicts_itself(session: Session, store: FileStore, change: str) -> None:
    kept(session, store)
    with pytest.raises(IntegrityError):
        session.execute(text(f"UPDATE photo SET {change}"))


# --- killed between file and row ---

KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from propman.db import engine_options, prepare_engine
from propman.files import operations, store
from tests.files import samples

url, root, point = sys.argv[1:]
die = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
engine = create_engine(url, **engine_options(url))
prepare_engine(engine)
session = Session(engine)
{"before the name": lambda: setattr(os, "replace", die),
 "before the folder is flushed": lambda: setattr(store, "_sync_folder", die),
 "between picture and thumbnail": lambda: setattr(operations, "thumb_key", die),
 "before the row": lambda: setattr(session, "add_all", die),
 "before the commit": lambda: setattr(session, "commit", die)}[point]()
upload = operations.Upload(samples.jpeg())
now = datetime(2026, 11, 20, tzinfo=UTC)
operations.store_photos(session, store=store.FileStore(Path(root)), uploads=[upload], now=now)
session.commit()
"""

POINTS = {
    "before the name": 1,
    "before the folder is flushed": 1,
    "between picture and thumbnail": 1,
    "before the row": 2,
    "before the commit": 2,
}


@pytest.mark.parametrize("point", POINTS)
def test_kill_between_file_and_row_leaves_only_what_a_sweep_takes(
    session: Session, store: FileStore, database_url: str, point: str
) -> None:
    """X01, X04: never a row without a file; what stays behind is gone after a day."""
    command = [sys.executable, "-c", KILLED, database_url, str(store.root), point]
    done = subprocess.run(command, cwd=os.getcwd(), capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert session.scalar(select(func.count(Photo.id))) == 0
    assert files(store) == POINTS[point]
    assert faults(session, store, later()) == ()
    assert len(faults(session, store, later(hours=25))) == POINTS[point]
    assert sweep(session, store, now=later(hours=25)) == Swept(0, POINTS[point])
    assert faults(session, store, later(hours=25)) == ()
