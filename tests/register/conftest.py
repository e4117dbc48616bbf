"""The small world with what was renovated in it, and somebody who works on imports."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from tests import world as small
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.register.office import Office
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
def office(session: Session, works: Works) -> Office:
    """Where files are sent and worked on."""
    return Office(session, works)
