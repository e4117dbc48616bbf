"""The small world, for the tests of this room."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from tests import world as small


@pytest.fixture
def world(session: Session, tmp_path: Path) -> small.World:
    """The small world, with a folder for photographs."""
    return small.build(session, files=tmp_path / "files")
