"""A store and a session for tests of photographs; nothing here needs the application."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from propman.db import engine_options, prepare_engine
from propman.files.store import FileStore


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the test's database, outside the application."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """An empty photo store whose folder is not there yet."""
    return FileStore(tmp_path / "data" / "files")
