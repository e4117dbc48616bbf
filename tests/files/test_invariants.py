"""I05: no row without its files, no file for good without a row, whatever dies in between."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from propman.files import queries
from propman.files.invariants import photos_and_files
from propman.files.models import Photo
from propman.files.operations import Swept, delete_erased_files, erase_photo, sweep
from propman.files.store import FileStore, new_key
from propman.invariants import Finding
from tests.files.album import NOW, faults, files, kept, later

# --- the sweep ---


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
    assert photos_and_files(session, store=store, now=NOW) == Finding("I05", 0, ())


def test_recount_counts_photos_and_files(session: Session, store: FileStore) -> None:
    kept(session, store, 3)
    assert photos_and_files(session, store=store, now=later(days=2)) == Finding("I05", 9, ())


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
    erase_photo(session, photo=photo, now=later(hours=30))
    assert faults(session, store, later(hours=53)) == ()
    assert len(faults(session, store, later(hours=55))) == 2


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
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert session.scalar(select(func.count(Photo.id))) == 0
    assert files(store) == POINTS[point]
    assert faults(session, store, later()) == ()
    assert len(faults(session, store, later(hours=25))) == POINTS[point]
    assert sweep(session, store, now=later(hours=25)) == Swept(0, POINTS[point])
    assert faults(session, store, later(hours=25)) == ()
