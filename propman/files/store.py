"""The store: a folder of files under keys that the server drew. What `put` has returned survives a power cut.

A file is written beside its place, flushed to the disk, then renamed, and the folder that names it is flushed too; so a
key names the whole file or nothing. No name from outside ever becomes part of a path.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

KEY = re.compile(r"[0-9a-f]{32}(-thumb)?")
OWNER_ONLY = 0o600


def new_key() -> str:
    """A key that nobody can guess: 128 random bits, in hex."""
    return secrets.token_hex(16)


@dataclass(frozen=True)
class StoredFile:
    """A file found in the store. `key` is None where a `put` was cut short and left it behind."""

    path: Path
    key: str | None
    written_at: datetime


class FileStore:
    """Files of one kind in `root`, spread over folders `ab/cd/` by the first four digits of their keys."""

    def __init__(self, root: Path, *, suffix: str = ".webp") -> None:
        self.root, self.suffix = root, suffix

    def put(self, key: str, data: bytes) -> None:
        """Keep `data` under `key`; when this returns, it is on the disk. Raises `OSError` if it cannot be kept (nothing
        is left then) and `ValueError` for what is not a key.
        """
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{secrets.token_hex(4)}.part")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            partial.replace(path)
        except BaseException:
            partial.unlink(missing_ok=True)
            raise
        for folder in (path.parent, path.parent.parent, self.root, self.root.parent):
            _sync_folder(folder)  # the upper ones too: another process may have made them a moment ago

    def read(self, key: str) -> bytes:
        """The bytes under `key`. Raises `FileNotFoundError` if there are none, `ValueError` for what is not a key."""
        return self._path(key).read_bytes()

    def delete(self, key: str) -> None:
        """Remove what is under `key`, for good; a second time changes nothing. Raises `ValueError` for no key."""
        _remove(self._path(key))

    def discard(self, file: StoredFile) -> None:
        """Remove a file that `files` found."""
        _remove(file.path)

    def files(self) -> Iterator[StoredFile]:
        """All files there are, those left behind by a `put` that was cut short included."""
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            try:
                written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            except FileNotFoundError:  # renamed or removed while we look
                continue
            whole = path.suffix == self.suffix and KEY.fullmatch(path.stem)
            yield StoredFile(path, path.stem if whole else None, written_at)

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):
            raise ValueError("not a key of the store")
        return self.root / key[:2] / key[2:4] / f"{key}{self.suffix}"


def _remove(path: Path) -> None:
    if path.exists():
        path.unlink(missing_ok=True)
        _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":  # Windows cannot open a folder; NTFS keeps names in a journal of its own
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
