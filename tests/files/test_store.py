"""The photo store: what `put` has returned is on the disk, what was cut short is nothing, and keys are only keys."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from propman.files.store import FileStore, new_key


def names(store: FileStore) -> list[str | None]:
    return [file.key for file in store.files()]


def test_what_was_put_can_be_read(store: FileStore) -> None:
    key = new_key()
    store.put(key, b"picture")
    store.put(f"{key}-thumb", b"thumbnail")
    assert (store.read(key), store.read(f"{key}-thumb")) == (b"picture", b"thumbnail")
    assert sorted(map(str, names(store))) == [key, f"{key}-thumb"]


def test_deleted_is_gone_and_stays_gone(store: FileStore) -> None:
    key = new_key()
    store.put(key, b"picture")
    store.delete(key)
    store.delete(key)
    assert names(store) == []
    with pytest.raises(FileNotFoundError):
        store.read(key)


def test_keys_are_128_random_bits() -> None:
    keys = {new_key() for _ in range(10_000)}
    assert len(keys) == 10_000
    assert {len(key) for key in keys} == {32}
    for place in range(32):
        assert {key[place] for key in keys} == set("0123456789abcdef")


NO_KEYS = ["", "..", "../../etc/passwd", "a\0.jpg", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n", "a" * 32 + "-x",
           "a" * 32 + ".webp", "/" + "a" * 31, "ａ" * 32, "a" * 32 + "-thumb-thumb"]  # fmt: skip


@pytest.mark.parametrize("key", NO_KEYS)
def test_no_name_from_outside_becomes_a_path(store: FileStore, key: str) -> None:
    """C95, C96."""
    acts: list[Callable[[], object]] = [
        lambda: store.put(key, b""),
        lambda: store.read(key),
        lambda: store.delete(key),
    ]
    for act in acts:
        with pytest.raises(ValueError, match="not a key"):
            act()
    assert not store.root.exists()


def test_only_the_owner_may_read_the_files(store: FileStore) -> None:
    store.put(new_key(), b"picture")
    assert [file.path.stat().st_mode & 0o777 for file in store.files()] == [0o600]


class Recorder:
    """Notes, in their order, which files and folders were flushed and which were renamed; everything still happens."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.noted: list[tuple[str, int]] = []
        fsync, replace = os.fsync, os.replace

        def noting_fsync(descriptor: int) -> None:
            fsync(descriptor)
            self.noted.append(("flushed", os.fstat(descriptor).st_ino))

        def noting_replace(source: Any, target: Any) -> None:
            replace(source, target)
            self.noted.append(("named", os.stat(target).st_ino))

        monkeypatch.setattr(os, "fsync", noting_fsync)
        monkeypatch.setattr(os, "replace", noting_replace)

    def order(self, *steps: tuple[str, Path]) -> list[int]:
        """When each of `steps` happened first."""
        return [self.noted.index((act, path.stat().st_ino)) for act, path in steps]


def test_file_is_flushed_then_named_then_its_folders_are_flushed(
    store: FileStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """X06: kill -9 does not test this, for the page cache survives it; the order of the calls does."""
    recorder = Recorder(monkeypatch)
    store.put(new_key(), b"picture")
    [file] = store.files()
    folders = [file.path.parents[level] for level in range(4)]  # ab/cd, ab, the store, what holds the store
    order = recorder.order(("flushed", file.path), ("named", file.path), *(("flushed", folder) for folder in folders))
    assert order == sorted(order)


def test_deleting_flushes_the_folder(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    key = new_key()
    store.put(key, b"picture")
    [folder] = {file.path.parent for file in store.files()}
    recorder = Recorder(monkeypatch)
    store.delete(key)
    assert recorder.noted == [("flushed", folder.stat().st_ino)]


def test_full_disk_leaves_nothing_behind(store: FileStore) -> None:
    """X08: the system refuses after 1000 bytes."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, usual[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            store.put(new_key(), bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)
    assert names(store) == []


def test_remains_of_a_put_that_was_cut_short_are_found(store: FileStore) -> None:
    key = new_key()
    store.put(key, b"picture")
    [file] = store.files()
    file.path.rename(f"{file.path}.0123abcd.part")
    [remains] = store.files()
    assert remains.key is None
    assert abs(remains.written_at - datetime.now(UTC)) < timedelta(minutes=1)  # noqa: TID251 - the disk's clock
    store.discard(remains)
    assert names(store) == []


def test_other_files_nearby_are_left_alone(store: FileStore) -> None:
    store.put(new_key(), b"picture")
    (store.root / "lost+found").mkdir()
    (store.root / "lost+found" / "note").write_text("not ours")
    (store.root / "README").write_text("not ours")
    assert len(names(store)) == 1
