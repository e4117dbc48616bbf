"""Desks of the people of the small world."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import world as small
from tests.desk import Desk
from tests.world import World

DeskOf = Callable[[str], Desk]


@pytest.fixture
def desk_of(session: Session, world: World, new_client: Callable[[], FlaskClient]) -> DeskOf:
    """A desk for somebody of the world."""
    return lambda person: Desk(small.sign_in(session, new_client(), world.people[person]))
