"""The small world with what was renovated in it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from propman.files.store import FileStore
from tests import world as small
from tests.assets import works as renovated
from tests.assets.desk import Desk
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


@pytest.fixture
def desk_of(session: Session, works: Works, new_client: Callable[[], FlaskClient]) -> Callable[[str], Desk]:
    """A desk for somebody of the world; "" is a visitor."""

    def of(who: str) -> Desk:
        browser = new_client()
        if who:
            small.sign_in(session, browser, works.world.people[who])
        return Desk(browser)

    return of
