"""One house per module and kind of database: what is sent here is mostly refused, and refused things leave nothing."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Request
from flask import request as current_request
from flask.testing import FlaskClient
from sqlalchemy import Engine, create_engine, delete, event, text
from sqlalchemy.orm import Session
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.test import TestResponse

from propman import create_app
from propman.config import Settings
from propman.db import Base, db, engine_options, prepare_engine
from propman.throttle import Counter
from tests import world as worlds
from tests.conftest import postgresql_database
from tests.world import World

SCRATCH = {"audit_record", "counter", "sign_in_session"}  # denials, attempts, session touch
HARMLESS = re.compile(
    rf'\s*(?:SELECT|PRAGMA|SAVEPOINT|RELEASE|(?:INSERT INTO|UPDATE|DELETE FROM) "?(?:{"|".join(sorted(SCRATCH))})\b)'
)
"""A statement that leaves every row as it is, but those of scratch tables."""


@dataclass
class House:
    """A running installation with the small world in it; `read` holds every (endpoint, name) that a view asked for."""

    app: Flask
    session: Session
    settings: Settings
    world: World
    read: set[tuple[str, str]] = field(default_factory=set)
    _rows: dict[str, list[str]] | None = None
    _browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def visitor(self) -> FlaskClient:
        """A new browser, with English pages."""
        return worlds.in_english(self.app.test_client())

    def browser(self, who: str) -> FlaskClient:
        """The browser in which `who`, a name of the world, is signed in; the same one each time."""
        if who not in self._browsers:
            self._browsers[who] = worlds.sign_in(self.session, self.visitor(), self.world.people[who])
        return self._browsers[who]

    def forget_counters(self) -> None:
        """Let everybody try again."""
        self.session.execute(delete(Counter))
        self.session.commit()

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table but the scratch ones; read again only after a statement that may have changed one
        (`wrote`), for it is asked before and after each of thousands of requests.
        """
        self.session.commit()
        if self._rows is not None:
            return self._rows
        tables = [table for table in Base.metadata.sorted_tables if table.name not in SCRATCH]
        found = {t.name: sorted(map(str, self.session.execute(text(f'SELECT * FROM "{t.name}"')))) for t in tables}
        self.session.commit()
        self._rows = found
        return found

    def wrote(self, *call: Any) -> None:
        """Note a statement of any connection of this process (`before_cursor_execute`)."""
        if not HARMLESS.match(call[2]):
            self._rows = None


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of this module, on each kind of database."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "sqlite":
        shutil.copyfile(request.getfixturevalue("sqlite_template"), folder / "propman.sqlite3")
        yield from _opened(f"sqlite:///{folder / 'propman.sqlite3'}", folder)
    else:
        server, template = request.getfixturevalue("postgresql"), request.getfixturevalue("postgresql_template")
        with postgresql_database(server, template) as url:
            yield from _opened(url, folder)


def _opened(url: str, folder: Path) -> Iterator[House]:
    settings = Settings.for_tests(database_url=url, data_dir=folder / "data")
    app, engine = create_app(settings), create_engine(url, **engine_options(url))
    prepare_engine(engine)
    with Session(engine) as session:
        house = House(app, session, settings, worlds.build(session, files=settings.files_dir))
        app.request_class = _watched(house.read)
        app.test_client_class = _browser(session)
        event.listen(Engine, "before_cursor_execute", house.wrote)
        yield house
        event.remove(Engine, "before_cursor_execute", house.wrote)
        remembered, house._rows = house.rows(), None
        assert house.rows() == remembered, "something was written that nobody saw"
    engine.dispose()
    with app.app_context():
        db.engine.dispose()


def _browser(session: Session) -> type[FlaskClient]:
    class Browser(FlaskClient):
        def open(self, *args: Any, **kwargs: Any) -> TestResponse:
            session.commit()  # the request must see what the test prepared, and SQLite has room for one writer
            return super().open(*args, **kwargs)

    return Browser


def _watched(read: set[tuple[str, str]]) -> type[Request]:
    """A kind of request that notes in `read` every name of an argument or field that a view asks for."""

    def noting(method: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: Any, name: str, *args: Any, **kwargs: Any) -> Any:
            read.add((str(current_request.endpoint), name))
            return method(self, name, *args, **kwargs)

        return noted

    kept = ("get", "getlist", "__getitem__", "__contains__")
    values = type("Values", (ImmutableMultiDict,), {name: noting(getattr(ImmutableMultiDict, name)) for name in kept})
    return type("WatchedRequest", (Request,), {"parameter_storage_class": values})


def send(client: FlaskClient, path: str, /, **typed: Any) -> TestResponse:
    """Send a form to `path`, as from a page of ours: with the token of `client` and a fresh key."""
    token = worlds.token_of(client.get("/track").text)
    return client.post(path, data={"csrf_token": token, "key": worlds.new_key(), **typed})
