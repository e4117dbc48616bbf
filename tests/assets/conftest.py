"""The small world with what was renovated in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from propman.files.store import FileStore
from tests import world as small
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.world import World


@pytest.fixture
def world(session: Session) -> World:
    """The small world, set up sixty days ago."""
    return small.build(session)


@pytest.fixture
def works(session: Session, world: World) -> Works:
    """Projects, work items and a heating season in it."""
    return renovated.furnish(session, world)


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    """A place for photographs."""
    return FileStore(tmp_path / "files")
