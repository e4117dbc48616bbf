"""Whoever presses buttons on the pages of reports is signed in first."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.tickets.buttons import Sign, in_english
from tests.world import World


@pytest.fixture
def signed_in(session: Session, new_client: Callable[[], FlaskClient], world: World) -> Sign:
    """Signs people in by their names in the small world."""
    return in_english(session, new_client, world)
