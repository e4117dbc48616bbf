"""The small world with what was renovated in it, and somebody who works on imports."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import world as small
from tests.assets import works as renovated
from tests.assets.works import Works
from tests.desk import Desk
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


@pytest.fixture
def desk_of(session: Session, world: World, new_client: Callable[[], FlaskClient]) -> Callable[[str], Desk]:
    """Let somebody of the world sit down at a browser."""

    def seated(who: str) -> Desk:
        return Desk(small.sign_in(session, new_client(), world.people[who]))

    return seated
