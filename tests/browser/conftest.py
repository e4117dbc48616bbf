"""One house and one Chromium for all browser tests of a worker; windows are closed after each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.house import FLAGS, House, Visitors, running


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
