"""The small world and its administrator, for the tests of pages."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests import world as small
from tests.desk import Desk


@pytest.fixture
def world(session: Session) -> small.World:
    """The small world, set up sixty days ago."""
    return small.build(session)


@pytest.fixture
def desk(world: small.World, session: Session, client: FlaskClient) -> Desk:
    """The administrator at work."""
    return Desk(small.sign_in(session, client, world.administrator_guan))
