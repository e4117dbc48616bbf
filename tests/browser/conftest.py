"""One house and one Chromium for all browser tests of a worker; windows are closed after each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from propman import clock
from propman.communities.operations import add_place, draw_code, engage
from tests.browser.house import FLAGS, PATIENCE, House, Visitors, running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The Chromium on PATH; without one the test is skipped."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium on PATH")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The small world, furnished and served on loopback."""
    folder = tmp_path_factory.mktemp("house")
    database = folder / "propman.sqlite3"
    shutil.copyfile(sqlite_template, database)
    with running(database, folder) as house:
        yield house


@pytest.fixture
def visitors(house: House, chromium: Browser) -> Iterator[Visitors]:
    """Opens windows; at the end none of them may have complained."""
    visitors = Visitors(house, chromium)
    yield visitors
    visitors.close()


@pytest.fixture
def community(house: House) -> tuple[int, str]:
    """A community of the first company for a month: its id, and the code beside its door."""
    now = clock.now() - timedelta(days=30)
    with house.session() as session:
        place = add_place(
            session,
            parent_id=house.world.street.id,
            name=f"泉水小区{uuid4().hex[:4]}",
            name_en=None,
            actor_id=None,
            now=now,
        )
        door = add_place(session, parent_id=place.id, name="1号楼", name_en=None, actor_id=None, now=now)
        engage(session, community_id=place.id, organisation_id=house.world.company.id,
               starts_on=clock.local_date(now), actor_id=None, now=now)  # fmt: skip
        code = draw_code(session, place_id=door.id, actor_id=None, now=now).code
        session.commit()
        return place.id, code
