"""A store and a session for tests of photographs; nothing here needs the application."""

from __future__ import annotations

from pathlib import Path

import pytest

from propman.files.store import FileStore


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """An empty photo store whose folder is not there yet."""
    return FileStore(tmp_path / "data" / "files")
