"""The whole demo world on SQLite, and a small one for where building is what is tested."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session

from propman.config import Settings
from propman.db import engine_options, prepare_engine
from propman.demo import plots, run
from propman.files.store import FileStore

ANCHOR = date(2026, 11, 24)


@dataclass(frozen=True)
class Built:
    """A database with a demo world in it, and its photographs."""

    engine: Engine
    store: FileStore


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """The whole world around `ANCHOR`, as `propman demo --prepare` builds it. Nobody changes it."""
    folder = tmp_path_factory.mktemp("demo")
    with prepared(f"sqlite:///{folder / 'propman.sqlite3'}", folder) as whole:
        yield whole


@contextmanager
def prepared(url: str, folder: Path) -> Iterator[Built]:
    """What `propman demo --prepare` makes of the database `url`."""
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, url, folder)
        run(port=8000, prepare=True, fresh=False, today=ANCHOR)
        settings = Settings.from_environment()
    engine = create_engine(settings.database_url, **engine_options(settings.database_url))
    prepare_engine(engine)
    yield Built(engine, FileStore(settings.files_dir))
    engine.dispose()


def settle(patch: pytest.MonkeyPatch, url: str, folder: Path) -> None:
    """Let the commands find the database `url` and the data in `folder`."""
    patch.setenv("PROPMAN_DATABASE_URL", url)
    patch.setenv("PROPMAN_DATA_DIR", str(folder))


@pytest.fixture
def world(built: Built) -> Iterator[Session]:
    """A session that looks at the whole world."""
    with Session(built.engine) as session:
        yield session


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next world have few reports: quickly built, and otherwise the same."""
    monkeypatch.setattr(plots, "REPORTS", 12)
    monkeypatch.setattr(plots, "BURSTS", ())
