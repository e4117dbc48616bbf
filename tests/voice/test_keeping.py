"""Voice notes kept, erased and swept, on both databases; V02: no row without its file, no file without a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from propman import clock
from propman.errors import Refused
from propman.files.store import FileStore, new_key
from propman.voice import operations
from propman.voice.invariants import notes_and_files
from propman.voice.models import VoiceNote
from propman.voice.queries import shelf
from tests.voice.samples import spoken

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """An empty store whose folder is not there yet."""
    return FileStore(tmp_path / "data" / "files")


@pytest.fixture
def note(session: Session, store: FileStore) -> VoiceNote:
    """A voice note, kept and committed."""
    note = operations.keep(session, store=store, spoken=spoken(), now=NOW)
    session.commit()
    return note


def later(**more: float) -> datetime:
    """A moment after the files were written, by the disk's clock."""
    return clock.now() + timedelta(**more)


def files(store: FileStore) -> int:
    return len(list(shelf(store).files()))


def faults(session: Session, store: FileStore) -> tuple[str, ...]:
    return notes_and_files(session, store=shelf(store), now=later(hours=25)).broken


def test_a_voice_note_is_kept_apart_from_the_photographs(session: Session, store: FileStore, note: VoiceNote) -> None:
    data = shelf(store).read(note.key)
    assert (note.milliseconds, note.seconds, note.size, note.created_at) == (2_000, 2, len(data), NOW)
    assert sha256(data).hexdigest() == note.sha256
    assert [file.path.suffix for file in shelf(store).files()] == [".m4a"]
    assert list(store.files()) == []
    assert faults(session, store) == ()


def test_erasing_takes_the_hash_at_once_and_the_file_after_the_commit(
    session: Session, store: FileStore, note: VoiceNote
) -> None:
    operations.erase_voice(session, note=note, now=NOW)
    operations.erase_voice(session, note=note, now=NOW + timedelta(days=1))
    assert (note.erased_at, note.sha256, files(store)) == (NOW, None, 1)  # a commit that failed would need the file
    session.commit()
    assert [operations.delete_erased_voices(session, store, now=NOW) for _ in range(2)] == [1, 0]
    session.commit()
    assert (note.file_deleted_at, files(store), note.milliseconds) == (NOW, 0, 2_000)
    assert faults(session, store) == ()


def test_sweep_takes_what_is_erased_and_old_files_without_a_row(
    session: Session, store: FileStore, note: VoiceNote
) -> None:
    shelf(store).put(new_key(), b"a row may still be coming")
    assert operations.sweep(session, store, now=later(hours=23)) == 0
    operations.erase_voice(session, note=note, now=NOW)
    assert operations.sweep(session, store, now=later(hours=25)) == 2
    assert files(store) == 0


def test_recount_names_what_is_missing_changed_and_left_over(
    session: Session, store: FileStore, note: VoiceNote
) -> None:
    other = operations.keep(session, store=store, spoken=spoken(), now=NOW)
    shelf(store).put(note.key, b"something else")
    shelf(store).delete(other.key)
    left = new_key()
    shelf(store).put(left, b"left behind")
    assert faults(session, store) == (
        f"voice note {note.id}: its file does not match its SHA-256",
        f"voice note {other.id}: its file is missing",
        f"file {left}.m4a: no voice note claims it",
    )


def test_store_that_cannot_write_is_said_and_leaves_no_row(session: Session, store: FileStore) -> None:
    store.root.parent.write_text("a file where the folder should be")
    with pytest.raises(Refused, match="please send it without") as refusal:
        operations.keep(session, store=store, spoken=spoken(), now=NOW)
    assert (refusal.value.status, refusal.value.field) == (507, "voice")
    assert session.scalar(select(func.count(VoiceNote.id))) == 0


@pytest.mark.parametrize("wrong", [{"milliseconds": 60_001}, {"milliseconds": 0}, {"size": 1_000_001}, {"size": 0},
                                   {"sha256": None}, {"file_deleted_at": NOW}])  # fmt: skip
def test_database_refuses_a_row_that_cannot_be(session: Session, note: VoiceNote, wrong: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        session.execute(update(VoiceNote).values(**wrong))
