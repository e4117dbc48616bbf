"""The small world as it stands on the tenth of November."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import world as worlds
from tests.oversight import history
from tests.oversight.history import History
from tests.world import World


@pytest.fixture
def world(session: Session) -> World:
    """Set up in September."""
    return worlds.build(session, now=history.NOW)


@pytest.fixture
def past(session: Session, world: World) -> History:
    """October, before it is closed."""
    return history.october(session, world)
